import {describe, expect, it} from 'vitest';

import {makeGithubStatement}  from '../../../sources/publishing/githubStatement';
import {makeGitlabStatement}  from '../../../sources/publishing/gitlabStatement';
import {makeStatementSubject} from '../../../sources/publishing/subject';
import {readStatedClaims}     from '../../../sources/verification/statedClaims';

import {githubJob, gitlabJob} from './jobs';

const subject = makeStatementSubject({name: `@acme/widgets`, version: `1.0.0+build.1`, tarball: Buffer.from(`tarball`)});

/** What is stated, by claim. */
function collectClaims(predicate: unknown) {
  const claims: Record<string, Array<string>> = {};
  for (const {claim, stated} of readStatedClaims(predicate, {lacking: []}))
    claims[claim] = [...new Set([...claims[claim] ?? [], stated])];

  return claims;
}

describe(`the statement`, () => {
  it(`should be about the tarball of this version`, () => {
    expect(subject).toEqual({
      name: `pkg:npm/%40acme/widgets@1.0.0+build.1`,
      digest: {sha512: `58140cf5fb8b929067eb4705714f465273811328705716cea7295ed200ff69b2bf5b4d50b5c16d12c0c68f7459616ae93f65316ac1e3436a65084e85af32d876`},
    });
  });

  it(`should tell GitHub's story`, () => {
    const statement = makeGithubStatement(subject, githubJob);

    expect(statement).toMatchObject({_type: `https://in-toto.io/Statement/v1`, predicateType: `https://slsa.dev/provenance/v1`, subject: [subject]});
    expect(collectClaims(statement.predicate)).toEqual({
      sourceRepository: [`https://github.com/acme/widgets`, `git+https://github.com/acme/widgets@refs/tags/@acme/widgets@1.0.0`],
      sourceRepositoryId: [`4711`],
      sourceOwnerId: [`815`],
      sourceCommit: [githubJob.GITHUB_SHA],
      workflow: [`.github/workflows/release.yml`],
      workflowRef: [`refs/tags/@acme/widgets@1.0.0`],
      trigger: [`push`],
      builder: [`https://github.com/actions/runner/github-hosted`],
      run: [`https://github.com/acme/widgets/actions/runs/1234567890/attempts/1`],
    });
  });

  it(`should tell GitLab's story`, () => {
    const statement = makeGitlabStatement(subject, gitlabJob);

    expect(statement).toMatchObject({_type: `https://in-toto.io/Statement/v0.1`, predicateType: `https://slsa.dev/provenance/v0.2`, subject: [subject]});
    expect(collectClaims(statement.predicate)).toMatchObject({
      sourceRepository: expect.arrayContaining([`https://gitlab.com/acme/gadgets`, `git+https://gitlab.com/acme/gadgets`, `acme/gadgets`]),
      sourceRepositoryId: [`20`],
      sourceOwnerId: [`30`],
      sourceRef: expect.arrayContaining([`v1.0.0`]),
      sourceCommit: [gitlabJob.CI_COMMIT_SHA],
      workflow: expect.arrayContaining([`.gitlab-ci.yml`]),
      trigger: [`push`],
      run: [`https://gitlab.com/acme/gadgets/-/jobs/302`],
    });
  });

  it(`should not write down variables beyond those that npm writes down`, () => {
    const text = JSON.stringify(makeGitlabStatement(subject, {...gitlabJob, CI_JOB_TOKEN: `glcbt-secret`, NPM_TOKEN: `npm_secret`}));
    expect(text).not.toContain(`secret`);
  });
});
