import {expect}                                 from 'vitest';

import type {AttestOptions}                     from '../../lab/attest';
import type {Lab}                               from '../../lab/lab';
import {describeAttacks, unharmed, type Attack} from '../../support/attackTable';

/** When certificates carried extensions 1 to 6 alone. */
const of2022 = new Date(`2022-12-01T00:00:00Z`);

const version = `1.0.0`;
const commit = `f`.repeat(40);

const withProvenance = (provenance: AttestOptions, manifest: Record<string, unknown> = {}) => ({registry}: Lab, name: string) => registry.add({name, version, manifest, provenance});

const refused = (...findings: Attack[`findings`]) => ({verdict: `failed`, findings, statuses: [`verified`, `verified`, `invalid`]}) satisfies Partial<Attack>;
const noticed = (...findings: Attack[`findings`]) => ({...unharmed, findings}) satisfies Partial<Attack>;

describeAttacks(`who signed the provenance`, {code: 1}, [
  {
    name: `a-person`,
    make: withProvenance({email: {address: `mallory@example.org`, issuer: `https://accounts.example.org`}}),
    ...refused(`provenance-issuer-untrusted`),
  },
  {
    name: `a-person-of-before-2023`,
    make: withProvenance({email: {address: `mallory@example.org`, issuer: `https://accounts.example.org`}, onlyExtensions: [1]}),
    ...refused(`provenance-issuer-untrusted`),
  },
  {
    name: `a-person-who-looks-like-a-workflow`,
    make: withProvenance({email: {address: `https://github.com/acme/widgets/.github/workflows/release.yml@refs/tags/v1.0.0`, issuer: `https://accounts.example.org`}}),
    ...refused(`provenance-issuer-untrusted`),
  },
  {
    name: `an-unknown-ci`,
    make: withProvenance({certifiedClaims: {iss: `https://ci.example.org`}}),
    ...refused(`provenance-issuer-untrusted`),
  },
  {
    name: `an-issuer-below-a-known-one`,
    make: withProvenance({certifiedClaims: {iss: `https://token.actions.githubusercontent.com/mallory`}}),
    ...refused(`provenance-issuer-untrusted`),
  },
  {
    name: `a-known-issuer-in-the-old-extension-alone`,
    make: withProvenance({identity: identity => ({...identity, claims: new Map([...identity.claims, [8, `https://ci.example.org`]])})}),
    ...refused(`provenance-issuer-untrusted`),
  },
  {
    name: `nobody`,
    make: withProvenance({onlyExtensions: []}),
    ...refused(`provenance-issuer-untrusted`),
  },
  {
    name: `an-unknown-ci-that-lies`,
    make: withProvenance({certifiedClaims: {iss: `https://ci.example.org`, sha: commit}}),
    ...refused(`provenance-issuer-untrusted`, `provenance-statement-mismatch`),
  },
]);

/** Fulcio's numbers of the extensions that all CI certificates have had since the newer ones came. */
describeAttacks(`certificates with gaps`, {code: 1}, [8, 9, 11, 12, 13, 14, 15, 18, 20, 21].map((extension): Attack => ({
  name: `without-extension-${extension}`,
  make: withProvenance({withoutExtensions: [extension]}),
  ...refused(`provenance-statement-mismatch`),
})));

type Lie = [field: string, tell: (predicate: any) => void];

const tellLies = (kind: NonNullable<AttestOptions[`kind`]>, lies: Array<Lie>) => lies.map(([field, tell]): Attack => ({
  name: `${kind}-${field}`,
  make: withProvenance({kind, statement: statement => {
    tell(statement.predicate);
    return statement;
  }}),
  ...refused(`provenance-statement-mismatch`),
}));

const evil = `https://github.com/mallory/widgets`;
const evilRef = `refs/heads/evil`;

describeAttacks(`statements that disagree with the certificate`, {code: 1}, [
  ...tellLies(`github`, [
    [`repository`, ({buildDefinition}) => void (buildDefinition.externalParameters.workflow.repository = evil)],
    [`ref`, ({buildDefinition}) => void (buildDefinition.externalParameters.workflow.ref = evilRef)],
    [`workflow`, ({buildDefinition}) => void (buildDefinition.externalParameters.workflow.path = `.github/workflows/evil.yml`)],
    [`trigger`, ({buildDefinition}) => void (buildDefinition.internalParameters.github.event_name = `pull_request_target`)],
    [`repository-id`, ({buildDefinition}) => void (buildDefinition.internalParameters.github.repository_id = `666`)],
    [`owner-id`, ({buildDefinition}) => void (buildDefinition.internalParameters.github.repository_owner_id = `666`)],
    [`source-repository`, ({buildDefinition: {resolvedDependencies: [source]}}) => void (source.uri = `git+${evil}@refs/tags/v1.0.0`)],
    [`source-ref`, ({buildDefinition: {resolvedDependencies: [source]}}) => void (source.uri = `git+https://github.com/acme/widgets@${evilRef}`)],
    [`commit`, ({buildDefinition: {resolvedDependencies: [source]}}) => void (source.digest.gitCommit = commit)],
    [`runner`, ({runDetails}) => void (runDetails.builder.id = `https://github.com/actions/runner/self-hosted`)],
    [`run`, ({runDetails}) => void (runDetails.metadata.invocationId = `https://github.com/acme/widgets/actions/runs/1/attempts/1`)],
    [`build-type-of-another-kind`, ({buildDefinition}) => {
      buildDefinition.buildType = `https://example.org/another-builder`;
      buildDefinition.externalParameters.workflow.repository = evil;
    }],
  ]),
  ...tellLies(`github-v0.2`, [
    [`repository`, ({invocation}) => void (invocation.configSource.uri = `git+${evil}@refs/tags/v1.0.0`)],
    [`ref`, ({invocation}) => void (invocation.configSource.uri = `git+https://github.com/acme/widgets@${evilRef}`)],
    [`commit`, ({invocation}) => void (invocation.configSource.digest.sha1 = commit)],
    [`entry-point`, ({invocation}) => void (invocation.configSource.entryPoint = `acme/widgets/.github/workflows/evil.yml@refs/tags/v1.0.0`)],
    [`entry-point-repository`, ({invocation}) => void (invocation.configSource.entryPoint = `mallory/widgets/.github/workflows/release.yml@refs/tags/v1.0.0`)],
    [`entry-point-ref`, ({invocation}) => void (invocation.configSource.entryPoint = `acme/widgets/.github/workflows/release.yml@${evilRef}`)],
    [`material-repository`, ({materials}) => void (materials[0].uri = `git+${evil}`)],
    [`material-ref`, ({materials}) => void (materials[0].uri += `@${evilRef}`)],
    [`material-commit`, ({materials}) => void (materials[0].digest.sha1 = commit)],
    [`run`, ({metadata}) => void (metadata.buildInvocationId = `1-1`)],
    ...Object.entries({
      GITHUB_EVENT_NAME: `pull_request_target`,
      GITHUB_REF: evilRef,
      GITHUB_REPOSITORY: `mallory/widgets`,
      GITHUB_REPOSITORY_ID: `666`,
      GITHUB_REPOSITORY_OWNER_ID: `666`,
      GITHUB_RUN_ID: `1`,
      GITHUB_RUN_ATTEMPT: `7`,
      GITHUB_SHA: commit,
      GITHUB_WORKFLOW_REF: `mallory/widgets/.github/workflows/release.yml@refs/tags/v1.0.0`,
    }).map(([variable, value]): Lie => [variable.toLowerCase(), ({invocation}) => void (invocation.environment[variable] = value)]),
  ]),
  ...tellLies(`gitlab`, [
    [`repository`, ({invocation}) => void (invocation.configSource.uri = `git+https://gitlab.com/mallory/gadgets`)],
    [`commit`, ({invocation}) => void (invocation.configSource.digest.sha1 = commit)],
    [`material-repository`, ({materials}) => void (materials[0].uri = `git+https://gitlab.com/mallory/gadgets`)],
    [`material-commit`, ({materials}) => void (materials[0].digest.sha1 = commit)],
    [`builder`, ({builder}) => void (builder.id = `https://gitlab.com/mallory/gadgets/-/runners/1`)],
    [`run`, ({metadata}) => void (metadata.buildInvocationId = `https://gitlab.com/acme/gadgets/-/jobs/1`)],
    ...Object.entries({
      CI_COMMIT_REF_NAME: `evil`,
      CI_COMMIT_SHA: commit,
      CI_CONFIG_PATH: `evil.yml`,
      CI_JOB_URL: `https://gitlab.com/acme/gadgets/-/jobs/1`,
      CI_PIPELINE_SOURCE: `merge_request_event`,
      CI_PROJECT_ID: `666`,
      CI_PROJECT_NAMESPACE_ID: `666`,
      CI_PROJECT_URL: `https://gitlab.com/mallory/gadgets`,
    }).map(([variable, value]): Lie => [variable.toLowerCase(), ({invocation}) => void (invocation.parameters[variable] = value)]),
  ]),
  {
    name: `certificate-of-before-2023`,
    make: withProvenance({date: of2022, onlyExtensions: [1, 2, 3, 4, 5, 6], certifiedClaims: {sha: commit}}),
    ...refused(`provenance-statement-mismatch`),
  },
  {
    name: `old-certificate-of-today`,
    make: withProvenance({onlyExtensions: [1, 2, 3, 4, 5, 6]}),
    ...refused(`provenance-statement-mismatch`),
  },
  {
    name: `workflow-of-before-2023`,
    make: withProvenance({date: of2022, onlyExtensions: [1, 2, 3, 4, 5, 6], certifiedClaims: {job_workflow_ref: `acme/widgets/.github/workflows/evil.yml@refs/tags/v1.0.0`}}),
    ...refused(`provenance-statement-mismatch`),
  },
]);

describeAttacks(`what is unusual, and not wrong`, {code: 0}, [
  {name: `github`, make: withProvenance({}), ...unharmed},
  {name: `github-v02`, make: withProvenance({kind: `github-v0.2`}), ...unharmed},
  {
    name: `gitlab`,
    make: withProvenance({kind: `gitlab`}),
    ...unharmed,
    check: ({provenance}) => expect(provenance).toMatchObject({
      issuer: `https://gitlab.com`,
      sourceRepository: `https://gitlab.com/acme/gadgets`,
      sourceRef: `refs/tags/v1.0.0`,
      workflow: `.gitlab-ci.yml`,
      trigger: `push`,
      runner: `gitlab-hosted`,
      run: `https://gitlab.com/acme/gadgets/-/jobs/302`,
    }),
  },
  {
    name: `certificate-of-before-2023`,
    make: withProvenance({date: of2022, kind: `github-v0.2`, bundleVersion: `0.1`, onlyExtensions: [1, 2, 3, 4, 5, 6], certifiedClaims: {run_id: `1`}}),
    ...unharmed,
    check: ({provenance}) => {
      expect(provenance).toMatchObject({sourceRepository: `https://github.com/acme/widgets`, sourceRef: `refs/tags/v1.0.0`, workflow: `.github/workflows/release.yml`, trigger: `push`});
      // What the certificate lacks is the statement's word alone.
      expect(provenance).not.toHaveProperty(`run`);
      expect(provenance.asserted).toMatchObject({run: expect.stringContaining(`1234567890`)});
    },
  },
  {
    name: `only-what-the-statement-says-is-asserted`,
    make: withProvenance({}),
    ...unharmed,
    check: ({provenance}) => expect(Object.keys(provenance.asserted ?? {}).sort()).toEqual([`buildType`, `builder`]),
  },
  {
    name: `reusable-workflow-of-another-repository`,
    make: withProvenance({claims: {job_workflow_ref: `acme/workflows/.github/workflows/publish.yml@refs/heads/main`, job_workflow_sha: commit}}),
    ...unharmed,
    check: ({provenance}) => expect(provenance).toMatchObject({
      signer: `https://github.com/acme/workflows/.github/workflows/publish.yml@refs/heads/main`,
      sourceRepository: `https://github.com/acme/widgets`,
      workflow: `.github/workflows/release.yml`,
    }),
  },
  {
    name: `tag-with-an-at-sign`,
    make: withProvenance({claims: {ref: `refs/tags/@acme/widgets@1.0.0`}}),
    ...unharmed,
    check: ({provenance}) => expect(provenance).toMatchObject({sourceRef: `refs/tags/@acme/widgets@1.0.0`, workflow: `.github/workflows/release.yml`}),
  },
  {
    name: `tag-with-an-at-sign-v02`,
    make: withProvenance({kind: `github-v0.2`, claims: {ref: `refs/tags/@acme/widgets@1.0.0`}}),
    ...unharmed,
  },
  {
    name: `self-hosted-runner`,
    make: withProvenance({claims: {runner_environment: `self-hosted`}}),
    ...noticed(`provenance-self-hosted`),
    check: ({findings, provenance}) => expect([findings[0]!.severity, provenance.runner]).toEqual([`warning`, `self-hosted`]),
  },
  {
    name: `self-hosted-gitlab-runner`,
    make: withProvenance({kind: `gitlab`, claims: {runner_environment: `self-hosted`}}),
    ...noticed(`provenance-self-hosted`),
  },
  {
    name: `another-repository-in-the-manifest`,
    make: withProvenance({}, {repository: `mallory/widgets`}),
    ...noticed(`provenance-repository-mismatch`),
    check: ({findings}) => expect(findings[0]!.severity).toBe(`warning`),
  },
  {
    name: `the-same-repository-in-the-manifest`,
    make: withProvenance({}, {repository: {type: `git`, url: `git+ssh://git@github.com/Acme/Widgets.git`, directory: `packages/a`}}),
    ...unharmed,
  },
  {
    name: `no-usable-repository-in-the-manifest`,
    make: withProvenance({}, {repository: {url: [`https://github.com/mallory/widgets`]}}),
    ...unharmed,
  },
]);
