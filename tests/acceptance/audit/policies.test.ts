import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import type {AttestOptions}                        from '../../lab/attest';
import {startLab, type Lab}                        from '../../lab/lab';
import {auditProject, getIds, type Audit}          from '../../support/auditProject';

const repository = `https://github.com/acme/widgets`;
const version = `1.0.0`;

/** What all packages of the company have to be built by. */
const policy = {
  signature: `required`,
  sourceRepository: repository,
  workflow: `.github/workflows/release.yml`,
  sourceRef: `refs/tags/*`,
  trigger: `push`,
  runner: `github-hosted`,
  issuer: `https://token.actions.githubusercontent.com`,
  signer: `${repository}/.github/workflows/release.yml@*`,
};

const onGithubEnterprise = (options: AttestOptions = {}): AttestOptions => ({
  ...options,
  identity: identity => ({...identity, claims: new Map([...identity.claims, [1, `https://ghe.example.org`], [8, `https://ghe.example.org`]])}),
});

type Row = [name: string, provenance: AttestOptions | true | undefined, ids: Array<string>];

const workflow = `acme/widgets/.github/workflows/other.yml@refs/tags/v1.0.0`;

const rows: Array<Row> = [
  [`@acme/good`, true, []],
  [`@acme/other-repository`, {claims: {repository: `acme/gadgets`, job_workflow_ref: `acme/widgets/.github/workflows/release.yml@refs/tags/v1.0.0`}}, [`policy-source-repository`]],
  [`@acme/other-workflow`, {claims: {workflow_ref: workflow, job_workflow_ref: `acme/widgets/.github/workflows/release.yml@refs/tags/v1.0.0`}}, [`policy-workflow`]],
  [`@acme/other-signer`, {claims: {job_workflow_ref: workflow}}, [`policy-signer`]],
  [`@acme/from-branch`, {claims: {ref: `refs/heads/main`}}, [`policy-source-ref`]],
  [`@acme/other-trigger`, {claims: {event_name: `workflow_dispatch`}}, [`policy-trigger`]],
  [`@acme/self-hosted`, {claims: {runner_environment: `self-hosted`}}, [`policy-runner`, `provenance-self-hosted`]],
  [`@acme/gitlab`, {kind: `gitlab`}, [`policy-issuer`, `policy-runner`, `policy-signer`, `policy-source-repository`, `policy-workflow`]],
  [`@acme/of-2022`, {date: new Date(`2022-12-01T00:00:00Z`), kind: `github-v0.2`, bundleVersion: `0.1`, onlyExtensions: [1, 2, 3, 4, 5, 6]}, [`policy-runner`]],
  [`@acme/none`, undefined, [`provenance-missing`]],
  [`@acme/unknown-issuer`, onGithubEnterprise(), [`provenance-issuer-untrusted`, `provenance-missing`]],
  [`@acme-ghe/known-issuer`, onGithubEnterprise(), []],
  [`elsewhere`, undefined, []],
  [`elsewhere-ghe`, onGithubEnterprise(), [`provenance-issuer-untrusted`]],
];

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();

  for (const [name, provenance] of rows) {
    lab.registry.add({name, version, provenance});
  }
});

afterAll(async () => {
  await lab.stop();
});

const dependencies = Object.fromEntries(rows.map(([name]) => [name, version]));
const get = (audit: Audit, name: string) => audit.packages.get(`${name}@npm:${version}`)!;

describe(`npmAttestationPolicies`, () => {
  let audit: Audit;

  beforeAll(async () => {
    audit = await auditProject(lab, {dependencies, yarnrc: {npmAttestationPolicies: {
      '@acme/*': policy,
      '@acme-ghe/*': {issuer: `https://ghe.example.org`},
    }}});
  });

  it.each(rows)(`should judge %s`, (name, _, ids) => {
    const pkg = get(audit, name);

    expect(getIds(pkg).sort()).toEqual(ids);
    expect(pkg.verdict).toBe(ids.length > 0 ? `failed` : `verified`);
  });

  it(`should say what a certificate does not carry`, () => {
    expect(get(audit, `@acme/of-2022`).findings[0]!.found).toBe(`no such claim in the certificate`);
  });

  it(`should fail the run`, () => {
    expect(audit.code).toBe(1);
  });
});

describe(`A source without a registry`, () => {
  it(`should not be a way around a policy`, async () => {
    const resolution = `@acme/from-git@https://github.com/acme/from-git.git#commit=0123456789abcdef0123456789abcdef01234567`;
    const audit = await auditProject(lab, {
      dependencies: {elsewhere: version},
      lockfile: {[resolution]: {version, resolution}},
      yarnrc: {npmAttestationPolicies: {'@acme/*': {provenance: `required`}}},
    });

    expect(audit.code).toBe(1);
    expect(getIds(audit.packages.get(resolution)!)).toEqual([`unverifiable-source`, `provenance-missing`]);
  });
});

describe(`A project that keeps its policies`, () => {
  it(`should pass`, async () => {
    const audit = await auditProject(lab, {dependencies: {'@acme/good': version, elsewhere: version}, yarnrc: {npmAttestationPolicies: {'@acme/*': policy}}});

    expect(audit.code).toBe(0);
    expect(audit.summary!.verdicts.verified).toBe(2);
  });
});

describe(`npmAttestationExceptions`, () => {
  const exception = {package: `@acme/none@^1.0.0`, finding: `provenance-missing`, reason: `Published by hand`};
  const options = {dependencies: {'@acme/none': version, elsewhere: version}, yarnrc: {npmAttestationPolicies: {'@acme/*': policy}}};

  it(`should accept a finding and keep its verdict`, async () => {
    const audit = await auditProject(lab, {...options, yarnrc: {...options.yarnrc, npmAttestationExceptions: [{...exception, until: `2999-12-31`}]}});
    const pkg = get(audit, `@acme/none`);

    expect(audit.code).toBe(0);
    expect(pkg.verdict).toBe(`failed`);
    expect(pkg.findings).toMatchObject([{id: `provenance-missing`, severity: `error`, accepted: {reason: `Published by hand`, until: `2999-12-31`}}]);
    expect(audit.summary!.findings).toMatchObject({error: 0, accepted: 1});
  });

  it(`should not accept it for ever`, async () => {
    const audit = await auditProject(lab, {...options, yarnrc: {...options.yarnrc, npmAttestationExceptions: [{...exception, until: `2020-12-31`}]}});
    const [finding] = get(audit, `@acme/none`).findings;

    expect(audit.code).toBe(1);
    expect(finding!.accepted).toBeUndefined();
    expect(finding!.message).toContain(`2020-12-31`);
  });

  it(`should report what it accepts in vain`, async () => {
    const audit = await auditProject(lab, {dependencies: {elsewhere: version}, yarnrc: {npmAttestationExceptions: [exception]}});

    expect(audit.code).toBe(0);
    expect(getIds(audit)).toEqual([`exception-unused`]);
  });
});
