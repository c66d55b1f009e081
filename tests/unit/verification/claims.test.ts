import {describe, expect, it}                                             from 'vitest';

import {canonicalizeRepository}                                           from '../../../sources/verification/canonicalizeRepository';
import type {CertifiedClaims}                                             from '../../../sources/verification/certifiedClaims';
import {crossCheck}                                                       from '../../../sources/verification/crossCheck';
import {listAssertedClaims, readStatedClaims}                             from '../../../sources/verification/statedClaims';
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
    expect(crossCheck(certified, predicate)).toBeNull();
  });

  it.each(compared)(`should notice another %s`, claim => {
    const mismatch = crossCheck({...certified, [claim]: `https://example.org/other`}, predicate);
    expect(mismatch).toMatchObject({id: `provenance-statement-mismatch`, expected: expect.stringContaining(`other`)});
  });

  it.each(compared)(`should compare nothing where the certificate has no %s`, claim => {
    expect(crossCheck({...certified, [claim]: undefined, ...claim === `sourceRef` ? {workflowRef: undefined} : {}}, predicate)).toBeNull();
  });

  it(`should refuse a certificate with gaps`, () => {
    expect(crossCheck({...certified, lacking: [`runnerEnvironment`]}, predicate)).toMatchObject({id: `provenance-statement-mismatch`});
  });
});

type Lie = (predicate: any) => void;

const lies: Array<[dialect: 0 | 1 | 2, what: string, lie: Lie]> = [
  [0, `another build type, and another workflow`, predicate => {
    predicate.buildDefinition.buildType = `https://github.com/npm/cli/gha/v2`;
    predicate.buildDefinition.externalParameters.workflow.path = `.github/workflows/other.yml`;
  }],
  [0, `a build type in another spelling, and another run`, predicate => {
    predicate.buildDefinition.buildType += `/`;
    predicate.runDetails.metadata.invocationId = `https://github.com/victim/repo/actions/runs/1/attempts/1`;
  }],
  [0, `a source that no pattern reads`, predicate => {
    predicate.buildDefinition.resolvedDependencies[0].uri = `git+https://github.com/victim/repo@refs/tags/v1.0.0\n`;
  }],
  [0, `a source without its scheme`, predicate => {
    predicate.buildDefinition.resolvedDependencies[0].uri = `https://github.com/victim/repo`;
  }],
  [0, `a list in place of a text`, predicate => {
    predicate.buildDefinition.externalParameters.workflow.repository = [`https://github.com/acme/widgets`];
  }],
  [0, `the fields of another dialect`, predicate => {
    predicate.invocation = {environment: {GITHUB_REPOSITORY: `victim/repo`}};
  }],
  [1, `a workflow of another repository`, predicate => {
    predicate.invocation.configSource.entryPoint = `victim/repo/.github/workflows/release.yml@refs/tags/v1.0.0`;
  }],
  [1, `a workflow at another ref`, predicate => {
    predicate.invocation.environment.GITHUB_WORKFLOW_REF = `acme/widgets/.github/workflows/release.yml@refs/heads/evil`;
  }],
  [1, `another run`, predicate => {
    predicate.invocation.environment.GITHUB_RUN_ID = `1`;
  }],
  [1, `a branch in place of a tag`, predicate => {
    predicate.invocation.environment.GITHUB_REF_TYPE = `branch`;
  }],
  [2, `another project's path`, predicate => {
    predicate.invocation.parameters.CI_PROJECT_PATH = `victim/repo`;
  }],
  [2, `another tag`, predicate => {
    predicate.invocation.parameters.CI_COMMIT_TAG = `v9.9.9`;
  }],
  [2, `another job`, predicate => {
    predicate.invocation.parameters.CI_JOB_ID = `1`;
  }],
  [2, `another project in its environment`, predicate => {
    predicate.invocation.environment.project = `victim/repo`;
  }],
  [2, `a runner of another project`, predicate => {
    predicate.builder.id = `https://gitlab.com/victim/repo/-/runners/1`;
  }],
];

describe(`Statements that lie in one place`, () => {
  it.each(lies)(`should be caught (%i): %s`, (dialect, _, lie) => {
    const {certified, predicate} = dialects[dialect];
    const lying = structuredClone(predicate);
    lie(lying);

    expect(crossCheck(certified, lying)).toMatchObject({id: `provenance-statement-mismatch`});
  });
});

describe(`readStatedClaims`, () => {
  it.each([null, undefined, `text`, 1, [], {}, {buildDefinition: null}, {buildType: {}}, JSON.parse(`{"__proto__": {"builder": {"id": "https://github.com/actions/runner/github-hosted"}}}`)])(`should read nothing from %j`, predicate => {
    expect(readStatedClaims(predicate, github)).toEqual([]);
  });

  it(`should compare numbers by what they say`, () => {
    const predicate = {buildDefinition: {internalParameters: {github: {repository_id: 4711}}}};
    expect(readStatedClaims(predicate, github)).toMatchObject([{claim: `sourceRepositoryId`, agrees: true}]);
  });

  it(`should be done with a text that slow patterns choke on`, () => {
    const predicate = {invocation: {configSource: {entryPoint: `.github/workflows/${`@refs/`.repeat(2_000_000)}\n`}}};
    expect(crossCheck(github, predicate)).toMatchObject({id: `provenance-statement-mismatch`});
  });
});

describe(`listAssertedClaims`, () => {
  it(`should list what the certificate is silent about`, () => {
    const {predicate} = dialects[1];
    const certified = {...github, run: undefined, sourceRepositoryId: undefined, sourceOwnerId: undefined};

    expect(listAssertedClaims(predicate, readStatedClaims(predicate, certified))).toEqual({
      sourceRepositoryId: `4711`,
      sourceOwnerId: `815`,
      run: `1234567890-1`,
      runId: `1234567890`,
      runAttempt: `1`,
      builder: `https://github.com/npm/cli@9.4.2`,
      buildType: `https://github.com/npm/cli/gha@v0`,
    });
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

describe(`canonicalizeRepository`, () => {
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
    [`git+https://constructor/acme/widgets.git`, `https://constructor/acme/widgets`],
    [`git@__proto__:acme/widgets`, null],
    [``, null],
    [null, null],
  ])(`should read %j`, (repository, expected) => {
    expect(canonicalizeRepository(repository)).toBe(expected);
  });
});
