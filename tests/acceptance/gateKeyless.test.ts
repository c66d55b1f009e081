import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {startLab, type Lab}                        from '../lab/lab';
import type {LabRegistry}                          from '../lab/registry';
import {getRefusal, makeGatedProject}              from '../support/gatedProject';
import type {YarnProjectOptions}                   from '../support/yarnProject';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});

afterAll(async () => {
  await lab.stop();
});

/** Installs two packages; the tarball of the second one comes once the gate has asked about the first one. */
async function installInTurn(registry: LabRegistry, [first, second]: [string, string], {settings = {}, pins, yarn}: {settings?: Record<string, unknown>, pins?: string, yarn?: YarnProjectOptions[`yarn`]} = {}) {
  const project = makeGatedProject(lab, {[first]: `1.0.0`, [second]: `1.0.0`}, {yarn, settings: {npmRegistryServer: registry.url, ...settings}});
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

describe(`A registry without keys`, () => {
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
    const {exitCode, stdout} = await installInTurn(await addRegistry(), [`plain`, `built`], {settings, pins});

    expect(stdout).not.toContain(`Refused`);
    expect(exitCode).toBe(0);
  });

  it(`should not have a policy broken behind a package without evidence`, async () => {
    const {stdout} = await installInTurn(await addRegistry(), [`plain`, `built`], {settings: {npmAttestationPolicies: {built: {provenance: `optional`, workflow: `other.yml`}}}});
    expect(getRefusal(stdout)).toEqual({pkg: `built@npm:1.0.0`, ids: [`policy-workflow`]});
  });

  it(`should have one history for each package`, async () => {
    const registry = await addRegistry();
    registry.add({name: `lost`, version: `0.9.0`, provenance: true});
    registry.add({name: `lost`, version: `1.0.0`});

    const {stdout} = await installInTurn(registry, [`plain`, `lost`], {settings: {npmAttestationSeverities: {'trust-downgrade': `error`}}});
    expect(getRefusal(stdout)).toEqual({pkg: `lost@npm:1.0.0`, ids: [`trust-downgrade`]});
  });
});

describe(`A mirror that mixes private packages with signed ones`, () => {
  it.each([`4.0.2`, `4.18.1`] as const)(`should be asked about those that Yarn saw signed (Yarn %s)`, async yarn => {
    const [own, other, forged] = [`own`, `other`, `forged`].map(name => `${name}-${yarn.replaceAll(`.`, `-`)}`) as [string, string, string];
    lab.registry.add({name: own, version: `1.0.0`, signedBy: []});
    lab.registry.add({name: other, version: `1.0.0`, signedBy: []});
    lab.registry.add({name: forged, version: `1.0.0`});

    const mirror = await lab.addRegistry({mirrorOf: lab.registry});
    mirror.tamper(forged, `1.0.0`, document => {
      document.dist.signatures[0].sig = lab.registry.keys[0]!.sign({name: other, version: `1.0.0`, integrity: document.dist.integrity}).sig;
    });

    const {stdout} = await installInTurn(mirror, [own, forged], {yarn});
    expect(getRefusal(stdout)).toEqual({pkg: `${forged}@npm:1.0.0`, ids: [`signature-invalid`]});

    mirror.server.forgetRequests();
    expect((await installInTurn(mirror, [own, other], {yarn})).exitCode).toBe(0);
    expect(mirror.server.requests.filter(({path}) => path === `/${other}/1.0.0`)).toEqual([]);
  });
});
