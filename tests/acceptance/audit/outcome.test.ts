import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {startLab, type Lab}                        from '../../lab/lab';
import {describePackage}                           from '../../support/attackTable';
import {getIds, makeAuditProject}                  from '../../support/auditProject';
import type {AuditProject, AuditProjectOptions}    from '../../support/auditProject';
import {startVerdictLab, verdictCases}             from '../../support/verdictCases';

const version = `1.0.0`;

describe(`one project of good and bad packages`, () => {
  let lab: Lab;
  let project: AuditProject;

  beforeAll(async () => {
    lab = await startVerdictLab();
    for (const {make, name} of verdictCases)
      make(lab, name);

    lab.registry.override(`/broken/1.0.0`, {body: `{"dist": 1}`});
    lab.registry.override(`/broken`, {status: 500, body: `{}`});
    project = await makeAuditProject(lab, {dependencies: Object.fromEntries([...verdictCases.map(({name}) => name), `broken`, `nowhere`].map(name => [name, version]))});
  });

  afterAll(async () => {
    await project.remove();
    await lab.stop();
  });

  it(`should reach the last package, and count all of them`, async () => {
    const {code, packages, summary} = await project.audit();
    expect(code).toBe(1);
    expect([...packages.keys()]).toEqual([...packages.keys()].sort());

    const getNames = (wanted: string) => verdictCases.filter(({plugin}) => plugin.verdict === wanted).map(({name}) => name);
    for (const {name, plugin} of verdictCases)
      expect(describePackage(packages.get(`${name}@npm:${version}`)!)).toMatchObject(plugin);

    expect(summary).toMatchObject({
      outcome: `failed`,
      packages: verdictCases.length + 2,
      verdicts: {verified: getNames(`verified`).length, failed: getNames(`failed`).length + 1, incomplete: getNames(`incomplete`).length + 1, unverifiable: 0, excluded: 0},
    });
  });

  it(`should name each bad package with what is wrong, no good one, and the totals`, async () => {
    const {code, stdout} = await project.yarn([`npm`, `audit-attestations`, `--no-archives`]);
    expect(code).toBe(1);

    const problems = stdout.slice(0, stdout.indexOf(`Coverage:`));
    for (const {name, plugin} of verdictCases) {
      for (const finding of plugin.findings)
        expect(stdout).toContain(finding);

      // Names of packages hold nothing that a pattern would take for more.
      expect(new RegExp(` ${name}@npm:1\\.0\\.0`).test(problems), `${name} in\n${problems}`).toBe(plugin.verdict !== `verified`);
    }

    expect(stdout).toContain(`broken@npm:1.0.0`);
    expect(stdout).toContain(`nowhere@npm:1.0.0`);
    expect(stdout).toMatch(new RegExp(`\\b${verdictCases.filter(({plugin}) => plugin.verdict === `verified`).length} verified`));
  });

  it(`should be the same run after run`, async () => {
    const [first, second] = [await project.audit(), await project.audit()];
    expect([...second.packages.values()].map(describePackage)).toEqual([...first.packages.values()].map(describePackage));
    expect(second.code).toBe(first.code);
  });
});

describe(`npmAttestationSeverities`, () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await startLab();
    lab.registry.add({name: `good`, version});
    lab.registry.add({name: `unsigned`, version, signedBy: []});
    lab.registry.add({name: `self-hosted`, version, provenance: {claims: {runner_environment: `self-hosted`}}});
    lab.registry.add({name: `unavailable`, version, provenance: true});
    lab.registry.override(`/-/npm/v1/attestations/unavailable@1.0.0`, {status: 500, body: `{}`});
  });

  afterAll(() => lab.stop());

  const audit = async (names: Array<string>, severities: Record<string, string>, options: AuditProjectOptions & {args?: Array<string>} = {}) => {
    const project = await makeAuditProject(lab, {...options, dependencies: Object.fromEntries(names.map(name => [name, version])), yarnrc: {npmAttestationSeverities: severities}});

    try {
      return await project.audit({args: options.args});
    } finally {
      await project.remove();
    }
  };

  it.each<[string, string, string, {code: number, strict: number, listed: boolean}]>([
    [`unsigned`, `signature-missing`, `error`, {code: 1, strict: 1, listed: true}],
    [`unsigned`, `signature-missing`, `warning`, {code: 0, strict: 1, listed: true}],
    [`unsigned`, `signature-missing`, `info`, {code: 0, strict: 0, listed: true}],
    [`unsigned`, `signature-missing`, `off`, {code: 0, strict: 0, listed: false}],
    [`self-hosted`, `provenance-self-hosted`, `error`, {code: 1, strict: 1, listed: true}],
    [`self-hosted`, `provenance-self-hosted`, `off`, {code: 0, strict: 0, listed: false}],
    [`unavailable`, `attestation-unavailable`, `incomplete`, {code: 2, strict: 1, listed: true}],
    [`unavailable`, `attestation-unavailable`, `off`, {code: 0, strict: 0, listed: false}],
    [`good`, `provenance-missing`, `error`, {code: 1, strict: 1, listed: true}],
  ])(`should decide the exit code of %s, never its verdict: %s is %s`, async (name, id, severity, {code, strict, listed}) => {
    const names = name === `good` ? [name] : [name, `good`];
    const [normal, strictRun] = [await audit(names, {[id]: severity}), await audit(names, {[id]: severity}, {args: [`--strict`]})];

    expect([normal.code, strictRun.code]).toEqual([code, strict]);
    for (const {packages} of [normal, strictRun]) {
      const pkg = packages.get(`${name}@npm:${version}`)!;
      expect(pkg.verdict).toBe({unsigned: `failed`, [`self-hosted`]: `verified`, unavailable: `incomplete`, good: `verified`}[name]);
      expect(getIds(pkg)).toEqual(listed ? [id] : []);
    }
  });

  it(`should not turn an audit of nothing into success`, async () => {
    const {code, findings} = await audit([`unsigned`], {[`signature-missing`]: `off`});
    expect([code, getIds({findings})]).toEqual([1, [`nothing-verified`]]);
  });

  it.each([
    [{[`signature-mising`]: `off`}, `signature-missing`],
    [{[`signature-missing`]: `no`}, `signature-missing`],
    [{[`nothing-verified`]: `off`}, `nothing-verified`],
    [{[`signature-missing`]: `incomplete`}, `signature-missing`],
    [{constructor: `off`}, `constructor`],
  ])(`should refuse %j, and say what it can be`, async (severities, named) => {
    lab.registry.server.forgetRequests();
    const {code, errors, summary} = await audit([`good`], severities);

    expect([code, summary]).toEqual([1, null]);
    expect(errors).toEqual([expect.stringContaining(named)]);
    expect(errors[0]).toContain(`npmAttestationSeverities`);
    expect(lab.registry.server.requests).toEqual([]);
  });
});
