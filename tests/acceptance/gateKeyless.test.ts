import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {startLab, type Lab}                        from '../lab/lab';
import type {LabRegistry}                          from '../lab/registry';
import {getRefusal, makeGatedProject}              from '../support/gatedProject';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});

afterAll(async () => {
  await lab.stop();
});

describe(`A registry without keys`, () => {
  /** Installs two packages; the tarball of the second one comes once the gate has asked about the first one. */
  async function installInTurn(registry: LabRegistry, [first, second]: [string, string], settings: Record<string, unknown>, pins?: string) {
    const project = makeGatedProject(lab, {[first]: `1.0.0`, [second]: `1.0.0`}, {settings: {npmRegistryServer: registry.url, ...settings}});
    if (typeof pins !== `undefined`)
      project.write(`.yarn/attestations.yml`, pins);

    let announce!: () => void;
    const announced = new Promise<void>(resolve => {
      announce = resolve;
    });

    registry.override(`/${first}/1.0.0`, () => (announce(), null));
    registry.override(`/${second}/-/${second}-1.0.0.tgz`, () => announced.then(() => null));

    return await project.run(`install`);
  }

  async function addRegistry() {
    const registry = await lab.addRegistry({keys: []});
    registry.add({name: `plain`, version: `1.0.0`});
    registry.add({name: `built`, version: `1.0.0`, provenance: true});
    return registry;
  }

  it.each([
    [`policies`, {npmAttestationPolicies: {built: {provenance: `required`}}}],
    [`pins`, {}, `"built":\n  - range: "*"\n    sourceRepository: "https://github.com/acme/widgets"\n`],
    [`severities`, {npmAttestationSeverities: {'provenance-missing': `error`}, npmAttestationExceptions: [{package: `plain`, finding: `provenance-missing`, reason: `Reviewed`}]}],
  ])(`should be asked about each package that is held to %s`, async (_, settings, pins?: string) => {
    const {exitCode, stdout} = await installInTurn(await addRegistry(), [`plain`, `built`], settings, pins);

    expect(stdout).not.toContain(`Refused`);
    expect(exitCode).toBe(0);
  });

  it(`should not have a policy broken behind a package without evidence`, async () => {
    const {stdout} = await installInTurn(await addRegistry(), [`plain`, `built`], {npmAttestationPolicies: {built: {provenance: `optional`, workflow: `other.yml`}}});
    expect(getRefusal(stdout)).toEqual({pkg: `built@npm:1.0.0`, ids: [`policy-workflow`]});
  });

  it(`should have one history for each package`, async () => {
    const registry = await addRegistry();
    registry.add({name: `lost`, version: `0.9.0`, provenance: true});
    registry.add({name: `lost`, version: `1.0.0`});

    const {stdout} = await installInTurn(registry, [`plain`, `lost`], {npmAttestationSeverities: {'trust-downgrade': `error`}});
    expect(getRefusal(stdout)).toEqual({pkg: `lost@npm:1.0.0`, ids: [`trust-downgrade`]});
  });
});
