import {afterAll, beforeAll, describe, expect, it}          from 'vitest';

import {startLab, type Lab}                                 from '../../lab/lab';
import {auditProject, getIds, makeAuditProject, type Audit} from '../../support/auditProject';
import {startVerdaccio, type Verdaccio}                     from '../../support/verdaccio';

const version = `1.0.0`;

let lab: Lab;
let verdaccio: Verdaccio;

beforeAll(async () => {
  lab = await startLab();
  lab.registry.add({name: `signed`, version});
  lab.registry.add({name: `@scope/signed`, version});
  lab.registry.add({name: `attested`, version, provenance: true});
  lab.registry.add({name: `another`, version, provenance: true});
  lab.registry.add({name: `stripped`, version, signedBy: []});

  verdaccio = await startVerdaccio(lab.registry.url);
});

afterAll(async () => {
  await verdaccio.stop();
  await lab.stop();
});

describe.each([
  [`the lab's`, async () => (await lab.addRegistry({mirrorOf: lab.registry})).url],
  [`a real Verdaccio`, async () => verdaccio.url],
])(`A mirror that passes metadata on and serves neither keys nor attestations: %s`, (_, getUrl) => {
  let url: string;

  const audit = (dependencies: Array<string>, ...args: Array<string>): Promise<Audit> => auditProject(lab, {
    dependencies: Object.fromEntries(dependencies.map(name => [name, version])),
    yarnrc: {npmRegistryServer: url},
    args,
  });

  beforeAll(async () => {
    url = await getUrl();
  });

  it(`should be held against the keys of the packages' origin`, async () => {
    const {code, packages} = await audit([`signed`, `@scope/signed`]);

    expect(code).toBe(0);
    for (const pkg of packages.values()) {
      expect(pkg).toMatchObject({registry: url, verdict: `verified`, signature: {status: `verified`, keySource: `tuf`}, findings: []});
    }
  });

  it(`should not be accused of missing attestations`, async () => {
    const {code, packages} = await audit([`signed`, `attested`]);

    expect(code).toBe(2);
    expect(packages.get(`attested@npm:${version}`)).toMatchObject({verdict: `incomplete`, signature: {status: `verified`}});
    expect(getIds(packages.get(`attested@npm:${version}`)!)).toEqual([`attestation-unserved`]);
  });

  it(`should be named once for all packages whose attestations it does not serve`, async () => {
    const project = await makeAuditProject(lab, {dependencies: {attested: version, another: version}, yarnrc: {npmRegistryServer: url}});
    const {code, stdout} = await project.yarn([`npm`, `audit-attestations`, `--no-archives`]);
    await project.remove();

    expect(code).toBe(2);
    expect(stdout.match(/attestation-unserved \(incomplete\): .*/g)).toEqual([`attestation-unserved (incomplete): 2 packages of ${url}`]);
  });

  it(`should not strip the signature of one package unnoticed`, async () => {
    const {code, packages} = await audit([`signed`, `stripped`]);

    expect(code).toBe(0);
    expect(packages.get(`stripped@npm:${version}`)).toMatchObject({verdict: `incomplete`, signature: {status: `missing`}});
    expect(packages.get(`stripped@npm:${version}`)!.findings).toMatchObject([{id: `signature-stripped`, severity: `warning`}]);
  });

  it(`should fail for it under --strict`, async () => {
    expect((await audit([`signed`, `stripped`], `--strict`)).code).toBe(1);
  });

  it(`should prove nothing where it passes on no signature at all`, async () => {
    const {code, packages, findings} = await audit([`stripped`]);

    expect(code).toBe(1);
    expect(packages.get(`stripped@npm:${version}`)!.findings).toMatchObject([{id: `registry-unsupported`, severity: `info`}]);
    expect(getIds({findings})).toEqual([`nothing-verified`]);
  });

  it(`should be the only registry that is asked`, () => {
    const askedByPlugin = lab.registry.server.requests.filter(({headers}) => headers[`user-agent`]?.includes(`attestations`));
    expect(askedByPlugin).toEqual([]);
  });
});

describe(`A mirror that serves attestations`, () => {
  it(`should have all that its documents advertise`, async () => {
    const mirror = await lab.addRegistry({mirrorOf: lab.registry});
    mirror.servesAttestations = true;
    mirror.override(request => request.path.includes(`/attestations/withheld@`), {status: 404});
    lab.registry.add({name: `withheld`, version, provenance: true});

    const {code, packages} = await auditProject(lab, {
      dependencies: {attested: version, withheld: version},
      yarnrc: {npmRegistryServer: mirror.url},
    });

    expect(code).toBe(1);
    expect(packages.get(`attested@npm:${version}`)).toMatchObject({verdict: `verified`, publish: {status: `verified`}, provenance: {status: `verified`}});
    expect(getIds(packages.get(`withheld@npm:${version}`)!)).toEqual([`attestation-missing`]);
  });
});
