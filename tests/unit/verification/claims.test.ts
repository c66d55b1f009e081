import {describe, expect, it}                                             from 'vitest';

import type {CertifiedClaims}                                             from '../../../sources/verification/certifiedClaims';
import {crossCheck}                                                       from '../../../sources/verification/crossCheck';
import {getRepositoryUrl}                                                 from '../../../sources/verification/repositoryUrl';
import {getStatedClaims}                                                  from '../../../sources/verification/statedClaims';
import {tryParseStatement}                                                from '../../../sources/verification/statement';
import {checkSubject, getSha512, makePackageUrl}                          from '../../../sources/verification/subject';
import {makeGithubClaims, makeGitlabClaims}                               from '../../lab/claims';
import {makeGithubStatement, makeGitlabStatement, makeOldGithubStatement} from '../../lab/statements';

const subject = {name: `pkg:npm/a@1.0.0`, digest: {sha512: `ab`}};
const commit = makeGithubClaims().sha;

const github: CertifiedClaims = {
  issuer: `https://token.actions.githubusercontent.com`,
  signer: `https://github.com/acme/widgets/.github/workflows/release.yml@refs/tags/v1.0.0`,
  trigger: `push`,
  sourceRepository: `https://github.com/acme/widgets`,
  sourceRepositoryId: `4711`,
  sourceOwnerId: `815`,
  sourceRef: `refs/tags/v1.0.0`,
  sourceCommit: commit,
  workflow: `.github/workflows/release.yml`,
  runner: `github-hosted`,
  run: `https://github.com/acme/widgets/actions/runs/1234567890/attempts/1`,
  lacking: [],
};

const gitlab: CertifiedClaims = {
  issuer: `https://gitlab.com`,
  signer: `https://gitlab.com/acme/gadgets//.gitlab-ci.yml@refs/tags/v1.0.0`,
  trigger: `push`,
  sourceRepository: `https://gitlab.com/acme/gadgets`,
  sourceRepositoryId: `20`,
  sourceOwnerId: `30`,
  sourceRef: `refs/tags/v1.0.0`,
  sourceCommit: commit,
  workflow: `.gitlab-ci.yml`,
  runner: `gitlab-hosted`,
  run: makeGitlabStatement(subject, makeGitlabClaims()).predicate.metadata.buildInvocationId,
  lacking: [],
};

const dialects = [
  {dialect: `GitHub, SLSA v1`, certified: github, predicate: makeGithubStatement(subject, makeGithubClaims()).predicate, compared: [`sourceRepository`, `sourceRepositoryId`, `sourceOwnerId`, `sourceRef`, `sourceCommit`, `workflow`, `trigger`, `runner`, `run`]},
  {dialect: `GitHub, SLSA v0.2`, certified: github, predicate: makeOldGithubStatement(subject, makeGithubClaims()).predicate, compared: [`sourceRepository`, `sourceRepositoryId`, `sourceOwnerId`, `sourceRef`, `sourceCommit`, `workflow`, `trigger`, `run`]},
  {dialect: `GitLab, SLSA v0.2`, certified: gitlab, predicate: makeGitlabStatement(subject, makeGitlabClaims()).predicate, compared: [`sourceRepository`, `sourceRepositoryId`, `sourceOwnerId`, `sourceRef`, `sourceCommit`, `workflow`, `trigger`, `run`]},
] as const;

describe.each(dialects)(`crossCheck of $dialect`, ({certified, predicate, compared}) => {
  it(`should find that both tell the same story`, () => {
    expect(crossCheck(certified, getStatedClaims(predicate))).toBeNull();
  });

  it.each(compared)(`should notice another %s`, claim => {
    expect(crossCheck({...certified, [claim]: `other`}, getStatedClaims(predicate))).toMatchObject({id: `provenance-statement-mismatch`, expected: `${claim} other`});
  });

  it.each(compared)(`should compare nothing where the certificate has no %s`, claim => {
    expect(crossCheck({...certified, [claim]: undefined}, getStatedClaims(predicate))).toBeNull();
  });

  it(`should refuse a certificate with gaps`, () => {
    expect(crossCheck({...certified, lacking: [`runnerEnvironment`]}, getStatedClaims(predicate))).toMatchObject({id: `provenance-statement-mismatch`});
  });
});

describe(`getStatedClaims`, () => {
  it.each([null, undefined, `text`, 1, [], {}, {buildDefinition: null}, {buildType: {}}, JSON.parse(`{"__proto__": {"buildType": "https://github.com/npm/cli/gha@v2"}}`)])(`should read nothing from %j`, predicate => {
    expect(Object.values(getStatedClaims(predicate)).flat()).toEqual([]);
  });

  it(`should list every place where a claim is stated, so that no lie hides behind a truth`, () => {
    const {predicate} = makeGithubStatement(subject, makeGithubClaims());
    predicate.buildDefinition.resolvedDependencies[0].uri = `git+https://github.com/mallory/widgets@refs/tags/v1.0.0`;

    expect(getStatedClaims(predicate).sourceRepository).toEqual([`https://github.com/acme/widgets`, `https://github.com/mallory/widgets`]);
  });
});

describe(`Subjects`, () => {
  const sha512 = Buffer.alloc(64, 1);
  const integrity = `sha512-${sha512.toString(`base64`)}`;
  const hex = sha512.toString(`hex`);

  const parse = (subjects: unknown) => tryParseStatement(Buffer.from(JSON.stringify({_type: `https://in-toto.io/Statement/v1`, predicateType: `p`, subject: subjects})))!;

  it.each([
    [`the version`, [{name: `pkg:npm/%40s/a@1.0.0`, digest: {sha512: hex}}], true],
    [`the version among others`, [{name: `pkg:npm/b@1.0.0`, digest: {}}, {name: `pkg:npm/%40s/a@1.0.0`, digest: {sha512: hex.toUpperCase()}}], true],
    [`nothing`, [], false],
    [`another package`, [{name: `pkg:npm/a@1.0.0`, digest: {sha512: hex}}], false],
    [`another version`, [{name: `pkg:npm/%40s/a@1.0.1`, digest: {sha512: hex}}], false],
    [`other bytes`, [{name: `pkg:npm/%40s/a@1.0.0`, digest: {sha512: `00${hex.slice(2)}`}}], false],
    [`no digest`, [{name: `pkg:npm/%40s/a@1.0.0`}], false],
    [`two digests, one of them right`, [{name: `pkg:npm/%40s/a@1.0.0`, digest: {sha512: hex}}, {name: `pkg:npm/%40s/a@1.0.0`, digest: {sha512: `00`}}], false],
    [`nonsense`, [null, 1, {name: 1}], false],
  ])(`should judge a statement about %s`, (_, subjects, matches) => {
    const observation = checkSubject(parse(subjects), {name: `@s/a`, version: `1.0.0`, integrity});
    expect(observation?.id ?? null).toBe(matches ? null : `attestation-subject-mismatch`);
  });

  it.each([
    [integrity, hex],
    [`sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA= ${integrity}`, hex],
    [`${integrity} ${integrity}`, hex],
    [`${integrity} sha512-${Buffer.alloc(64, 2).toString(`base64`)}`, null],
    [`sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=`, null],
    [``, null],
    [null, null],
  ])(`should read the sha512 of %j`, (value, expected) => {
    expect(getSha512(value)).toBe(expected);
  });

  it(`should spell package URLs as npm does`, () => {
    expect(makePackageUrl(`@s/a`, `1.0.0-rc.1`)).toBe(`pkg:npm/%40s/a@1.0.0-rc.1`);
  });
});

describe(`tryParseStatement`, () => {
  it.each([``, `{`, `null`, `[]`, `{"_type":"https://in-toto.io/Statement/v1"}`, `{"_type":"other","predicateType":"p","subject":[]}`, `{"_type":"https://in-toto.io/Statement/v1","predicateType":1,"subject":[]}`, `{"__proto__":{"_type":"https://in-toto.io/Statement/v1","predicateType":"p","subject":[]}}`])(`should not take %j for a statement`, payload => {
    expect(tryParseStatement(Buffer.from(payload))).toBeNull();
  });
});

describe(`getRepositoryUrl`, () => {
  it.each([
    [`acme/widgets`, `https://github.com/acme/widgets`],
    [`github:acme/widgets`, `https://github.com/acme/widgets`],
    [`git+https://github.com/Acme/Widgets.git`, `https://github.com/acme/widgets`],
    [`git+ssh://git@github.com/acme/widgets.git#main`, `https://github.com/acme/widgets`],
    [`git@github.com:acme/widgets.git`, `https://github.com/acme/widgets`],
    [`https://gitlab.com/group/sub/project.git`, `https://gitlab.com/group/sub/project`],
    [`https://git.example.org/acme/widgets.git`, `https://git.example.org/acme/widgets`],
    [`https://github.com/acme/widgets/tree/main/packages/a`, `https://github.com/acme/widgets`],
    [`not a repository`, null],
    [`javascript:alert(1)`, null],
    [``, null],
    [null, null],
  ])(`should read %j`, (repository, expected) => {
    expect(getRepositoryUrl(repository)).toBe(expected);
  });
});
