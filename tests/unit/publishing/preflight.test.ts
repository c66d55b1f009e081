import {describe, expect, it}                           from 'vitest';

import {findMissingVariables, getProvider}              from '../../../sources/publishing/buildIdentity';
import {detectCi}                                       from '../../../sources/publishing/ciEnvironment';
import {tryParseIdentityToken}                          from '../../../sources/publishing/identityToken';
import {findProblems}                                   from '../../../sources/publishing/preflight';
import type {PublishDocument}                           from '../../../sources/publishing/publishDocument';
import type {RegistryState}                             from '../../../sources/publishing/registryState';
import {normalizeRepository}                            from '../../../sources/publishing/repositoryField';
import {makeStatementSubject}                           from '../../../sources/publishing/subject';

import {githubJob, githubToken, gitlabJob, gitlabToken} from './jobs';

const tarball = Buffer.from(`tarball`);

type Change = {
  job?: Record<string, string>;
  token?: Record<string, string>;
  document?: Partial<PublishDocument>;
  registry?: Partial<RegistryState>;
  acceptedIssuers?: Array<string>;
};

const newPackage: RegistryState = {
  visibility: {status: `not-public`},
  versions: {status: `known`, known: new Set([`0.9.0`]), latest: null},
};

function getCodes(ci: `github` | `gitlab`, change: Change = {}): Array<string> {
  const job = {...ci === `github` ? githubJob : gitlabJob, ...change.job};
  const token = {...ci === `github` ? githubToken : gitlabToken, ...change.token};

  const document: PublishDocument = {
    name: `@acme/widgets`,
    version: `1.0.0`,
    access: `public`,
    repository: normalizeRepository(ci === `github` ? `acme/widgets` : `gitlab:acme/gadgets`),
    tarball,
    ...change.document,
  };

  const {makeStatement, forecastCertificate, claims: required} = getProvider(ci);
  const {claims} = tryParseIdentityToken(`e30.${Buffer.from(JSON.stringify(token)).toString(`base64url`)}.c2ln`)!;

  return findProblems({
    document,
    registry: {...newPackage, ...change.registry},
    build: {
      certified: forecastCertificate(claims, job),
      missing: required.filter(claim => !claims.get(claim)),
      predicate: makeStatement(makeStatementSubject(document), job).predicate,
    },
    acceptedIssuers: new Set(change.acceptedIssuers),
  }).map(({code}) => code);
}

describe(`preflight`, () => {
  it.each([[`github`], [`gitlab`]] as const)(`should have nothing against an honest %s job`, ci => {
    expect(getCodes(ci)).toEqual([]);
  });

  it.each<[string, `github` | `gitlab`, Change, string]>([
    [`a token of another issuer`, `github`, {token: {iss: `https://ci.example.org`}}, `issuer-unsupported`],
    [`a self-hosted runner`, `github`, {token: {runner_environment: `self-hosted`}, job: {RUNNER_ENVIRONMENT: `self-hosted`}}, `runner-not-hosted`],
    [`GitLab's self-hosted runner`, `gitlab`, {token: {runner_environment: `self-hosted`}}, `runner-not-hosted`],
    [`a private repository`, `github`, {token: {repository_visibility: `private`}}, `source-not-public`],
    [`an internal repository`, `github`, {token: {repository_visibility: `internal`}}, `source-not-public`],
    [`a private project`, `gitlab`, {token: {project_visibility: `private`}}, `source-not-public`],
    [`no repository`, `github`, {document: {repository: undefined}}, `repository-missing`],
    [`a repository without URL`, `github`, {document: {repository: {type: `git`}}}, `repository-missing`],
    [`another repository`, `github`, {document: {repository: normalizeRepository(`acme/other`)}}, `repository-mismatch`],
    [`the repository in another case`, `github`, {document: {repository: normalizeRepository(`Acme/widgets`)}}, `repository-mismatch`],
    [`an ssh URL`, `github`, {document: {repository: normalizeRepository(`git@github.com:acme/widgets.git`)}}, `repository-mismatch`],
    [`restricted access`, `github`, {document: {access: `restricted`}}, `access-not-public`],
    [`restricted access to a public package`, `github`, {document: {access: `restricted`}, registry: {visibility: {status: `public`}}}, `access-not-public`],
    [`no access for a new package`, `github`, {document: {access: null}}, `access-not-public`],
    [`no access and no answer`, `github`, {document: {access: null}, registry: {visibility: {status: `unknown`, reason: `time-out`}}}, `access-unknown`],
    [`a version that exists`, `github`, {document: {version: `0.9.0`}}, `version-exists`],
    [`a registry that can't be asked`, `github`, {registry: {versions: {status: `unknown`, reason: `time-out`}}}, `version-unknown`],
    [`a token without ref`, `github`, {token: {ref: ``}}, `claim-missing`],
    [`a token without event`, `github`, {token: {event_name: ``}}, `claim-missing`],
    [`a token without workflow`, `github`, {token: {workflow_ref: ``}}, `claim-missing`],
    [`a token without visibility`, `github`, {token: {repository_visibility: ``}}, `claim-missing`],
    [`a token without configuration`, `gitlab`, {token: {ci_config_ref_uri: ``}}, `claim-missing`],
    [`another ref in the environment`, `github`, {job: {GITHUB_REF: `refs/heads/main`}}, `claim-mismatch`],
    [`another commit in the environment`, `github`, {job: {GITHUB_SHA: `f`.repeat(40)}}, `claim-mismatch`],
    [`another event in the environment`, `github`, {job: {GITHUB_EVENT_NAME: `workflow_dispatch`}}, `claim-mismatch`],
    [`another workflow in the environment`, `github`, {job: {GITHUB_WORKFLOW_REF: `acme/widgets/.github/workflows/other.yml@refs/tags/@acme/widgets@1.0.0`}}, `claim-mismatch`],
    [`another runner in the environment`, `github`, {job: {RUNNER_ENVIRONMENT: `self-hosted`}}, `claim-mismatch`],
    [`another run in the environment`, `github`, {job: {GITHUB_RUN_ID: `1`}}, `claim-mismatch`],
    [`another project in the environment`, `gitlab`, {job: {CI_PROJECT_ID: `1`}}, `claim-mismatch`],
    [`another branch in the environment`, `gitlab`, {job: {CI_COMMIT_REF_NAME: `main`}}, `claim-mismatch`],
  ])(`should refuse %s`, (_, ci, change, code) => {
    expect(getCodes(ci, change)).toEqual([code]);
  });

  it(`should accept an issuer that a policy names`, () => {
    expect(getCodes(`github`, {token: {iss: `https://ci.example.org`}, acceptedIssuers: [`https://ci.example.org`]})).toEqual([]);
  });

  it(`should accept a configuration of another project`, () => {
    expect(getCodes(`gitlab`, {
      token: {ci_config_ref_uri: `gitlab.com/acme/templates//release.yml@refs/heads/main`},
      job: {CI_CONFIG_PATH: `release.yml@acme/templates`},
    })).toEqual([]);
  });

  it(`should accept unnamed access to a package that the registry calls public`, () => {
    expect(getCodes(`github`, {document: {access: null}, registry: {visibility: {status: `public`}}})).toEqual([]);
  });

  it(`should name all problems at once`, () => {
    expect(getCodes(`github`, {
      token: {repository_visibility: `private`, runner_environment: `self-hosted`},
      job: {RUNNER_ENVIRONMENT: `self-hosted`},
      document: {repository: undefined, access: `restricted`, version: `0.9.0`},
    })).toEqual([`runner-not-hosted`, `source-not-public`, `repository-missing`, `access-not-public`, `version-exists`]);
  });

  it(`should name every variable that is missing`, () => {
    expect(findMissingVariables(`github`, githubJob)).toBeNull();
    expect(findMissingVariables(`gitlab`, gitlabJob)).toBeNull();
    expect(findMissingVariables(`github`, {...githubJob, GITHUB_REF: ``, GITHUB_SHA: undefined})).toMatchObject({code: `variable-missing`, message: expect.stringContaining(`GITHUB_REF, GITHUB_SHA`)});
  });
});

describe(`the CI`, () => {
  it.each([
    [{GITHUB_ACTIONS: `true`}, `github`],
    [{GITLAB_CI: `true`}, `gitlab`],
    [{CIRCLECI: `true`, CI: `true`}, `circleci`],
    [{CI: `true`}, `other`],
    [{}, `other`],
  ])(`of %j should be %s`, (env, type) => {
    expect(detectCi(env).type).toBe(type);
  });
});

describe(`an identity token`, () => {
  const make = (payload: unknown) => `e30.${Buffer.from(JSON.stringify(payload)).toString(`base64url`)}.c2ln`;

  it(`should be challenged by its subject, or by an e-mail address that the issuer has verified`, () => {
    expect(tryParseIdentityToken(make({sub: `s`}))?.challenge).toBe(`s`);
    expect(tryParseIdentityToken(make({sub: `s`, email: `e@example.org`, email_verified: true}))?.challenge).toBe(`e@example.org`);
    expect(tryParseIdentityToken(make({sub: `s`, email: `e@example.org`}))?.challenge).toBe(`s`);
  });

  it(`should count as sent to one audience only when it was sent to no other`, () => {
    expect(tryParseIdentityToken(make({sub: `s`, aud: `sigstore`}))?.claims.get(`aud`)).toBe(`sigstore`);
    expect(tryParseIdentityToken(make({sub: `s`, aud: [`sigstore`]}))?.claims.get(`aud`)).toBe(`sigstore`);
    expect(tryParseIdentityToken(make({sub: `s`, aud: [`sigstore`, `other`]}))?.claims.get(`aud`)).toBeUndefined();
  });

  it.each([[``], [`token`], [`a.b`], [make(null)], [make([])], [make({})], [make({sub: 1})], [`e30.e30=.c2ln`], [`e30.bm90IGpzb24.c2ln`]])(`should be refused when it is none: %s`, raw => {
    expect(tryParseIdentityToken(raw)).toBeNull();
  });
});
