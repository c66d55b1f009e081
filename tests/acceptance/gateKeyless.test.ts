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

/** Installs two packages, of which Yarn begins with the one whose name comes first. */
async function install(registry: LabRegistry, names: [first: string, second: string], {settings = {}, pins, yarn}: {settings?: Record<string, unknown>, pins?: string, yarn?: YarnProjectOptions[`yarn`]} = {}) {
  const project = makeGatedProject(lab, Object.fromEntries(names.map(name => [name, `1.0.0`])), {yarn, settings: {npmRegistryServer: registry.url, ...settings}});
  if (typeof pins !== `undefined`)
    project.write(`.yarn/attestations.yml`, pins);

  return await project.run(`install`);
}

describe(`A registry without keys`, () => {
  async function addRegistry() {
    const registry = await lab.addRegistry({keys: []});
    registry.add({name: `bare`, version: `1.0.0`});
    registry.add({name: `built`, version: `1.0.0`, provenance: true});
    return registry;
  }

  it.each([
    [`policies`, {npmAttestationPolicies: {built: {provenance: `required`}}}],
    [`pins`, {}, `"built":\n  - range: "*"\n    sourceRepository: "https://github.com/acme/widgets"\n`],
    [`severities`, {npmAttestationSeverities: {'provenance-missing': `error`}, npmAttestationExceptions: [{package: `bare`, finding: `provenance-missing`, reason: `Reviewed`}]}],
  ])(`should be asked about each package that is held to %s`, async (_, settings, pins?: string) => {
    const {exitCode, stdout} = await install(await addRegistry(), [`bare`, `built`], {settings, pins});

    expect(stdout).not.toContain(`Refused`);
    expect(exitCode).toBe(0);
  });

  it(`should not have a policy broken behind a package without evidence`, async () => {
    const {stdout} = await install(await addRegistry(), [`bare`, `built`], {settings: {npmAttestationPolicies: {built: {provenance: `optional`, workflow: `other.yml`}}}});
    expect(getRefusal(stdout)).toEqual({pkg: `built@npm:1.0.0`, ids: [`policy-workflow`]});
  });

  it(`should have one history for each package`, async () => {
    const registry = await addRegistry();
    registry.add({name: `lost`, version: `0.9.0`, provenance: true});
    registry.add({name: `lost`, version: `1.0.0`});

    const {stdout} = await install(registry, [`bare`, `lost`], {settings: {npmAttestationSeverities: {'trust-downgrade': `error`}}});
    expect(getRefusal(stdout)).toEqual({pkg: `lost@npm:1.0.0`, ids: [`trust-downgrade`]});
  });
});

describe(`A mirror that mixes private packages with signed ones`, () => {
  it.each([`4.0.2`, `4.18.1`] as const)(`should be asked about those that Yarn saw signed (Yarn %s)`, async yarn => {
    const [own, other, forged] = [`company`, `company-other`, `tampered`].map(name => `${name}-${yarn.replaceAll(`.`, `-`)}`) as [string, string, string];
    lab.registry.add({name: own, version: `1.0.0`, signedBy: []});
    lab.registry.add({name: other, version: `1.0.0`, signedBy: []});
    lab.registry.add({name: forged, version: `1.0.0`});

    const mirror = await lab.addRegistry({mirrorOf: lab.registry});
    mirror.tamper(forged, `1.0.0`, document => {
      document.dist.signatures[0].sig = lab.registry.keys[0]!.sign({name: other, version: `1.0.0`, integrity: document.dist.integrity}).sig;
    });

    const {stdout} = await install(mirror, [own, forged], {yarn});
    expect(getRefusal(stdout)).toEqual({pkg: `${forged}@npm:1.0.0`, ids: [`signature-invalid`]});

    mirror.server.forgetRequests();
    expect((await install(mirror, [own, other], {yarn})).exitCode).toBe(0);

    // One of them speaks for both.
    expect(mirror.server.requests.filter(({path}) => [`/${own}/1.0.0`, `/${other}/1.0.0`].includes(path))).toHaveLength(1);
  });
});
