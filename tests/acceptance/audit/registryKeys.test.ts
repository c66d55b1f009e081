import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest';

import {startLab, type Lab}                                        from '../../lab/lab';
import {makeKeysAnswer, makeKeysTarget, RegistryKey}               from '../../lab/registryKey';
import type {LabRegistry}                                          from '../../lab/registry';
import {auditProject, getIds, type AuditProjectOptions}            from '../../support/auditProject';
import {getDefaultRegistry}                                        from '../../support/defaultRegistry';
import {startHttpsProxy, type HttpsProxy}                          from '../../support/httpsProxy';

const version = `1.0.0`;

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
  lab.registry.add({name: `signed`, version});
});

afterAll(() => lab.stop());

const auditScope = (registry: LabRegistry, {yarnrc, ...options}: AuditProjectOptions & {args?: Array<string>} = {}) => auditProject(lab, {
  dependencies: {signed: version, ...Object.fromEntries(Array.from(registry.packages.keys(), name => [name, version]))},
  yarnrc: {npmScopes: {own: {npmRegistryServer: registry.url}}, ...yarnrc},
  ...options,
});

const countKeyRequests = ({server}: LabRegistry) => server.requests.filter(({path}) => path.endsWith(`/-/npm/v1/keys`)).length;

describe(`A registry without keys`, () => {
  it.each([400, 404, 405, 501])(`should be told from its answer to the question for them: HTTP %i`, async status => {
    const registry = await lab.addRegistry({keys: []});
    registry.add({name: `@own/a`, version});
    registry.override(`/-/npm/v1/keys`, {status});

    const {code, packages, summary} = await auditScope(registry);

    expect(code).toBe(0);
    expect(summary!.verdicts).toMatchObject({verified: 1, unverifiable: 1});
    expect(packages.get(`@own/a@npm:${version}`)).toMatchObject({verdict: `unverifiable`, signature: {status: `unverifiable`}});
    expect(getIds(packages.get(`@own/a@npm:${version}`)!)).toEqual([`registry-unsupported`]);
  });

  it(`should be verified by certificates alone where it has attestations`, async () => {
    const registry = await lab.addRegistry({keys: []});
    registry.add({name: `@own/attested`, version, provenance: true});
    registry.add({name: `@own/plain`, version});

    const {code, packages} = await auditScope(registry);

    expect(code).toBe(0);
    expect(packages.get(`@own/attested@npm:${version}`)).toMatchObject({
      verdict: `verified`,
      signature: {status: `unverifiable`},
      publish: {status: `unverifiable`},
      provenance: {status: `verified`, sourceRepository: `https://github.com/acme/widgets`},
      findings: [],
    });
    expect(packages.get(`@own/plain@npm:${version}`)!.verdict).toBe(`unverifiable`);
  });
});

describe(`Pinned keys`, () => {
  let registry: LabRegistry;

  beforeAll(async () => {
    registry = await lab.addRegistry();
    registry.add({name: `@own/a`, version, provenance: true});
  });

  it.each([
    [`the keys endpoint`, makeKeysAnswer],
    [`the TUF target`, makeKeysTarget],
  ])(`should be read in the form of %s, and asked of nobody`, async (_, makeFile) => {
    registry.server.forgetRequests();

    const {code, packages} = await auditScope(registry, {
      yarnrc: {npmSigstoreRegistryKeys: {[registry.url]: `./keys.json`}},
      files: {'keys.json': JSON.stringify(makeFile(registry.keys))},
    });

    expect(code).toBe(0);
    expect(packages.get(`@own/a@npm:${version}`)).toMatchObject({
      verdict: `verified`,
      signature: {status: `verified`, keySource: `pinned`, keyid: registry.keys[0]!.keyid},
      publish: {status: `verified`},
    });
    expect(packages.get(`signed@npm:${version}`)!.signature.keySource).toBe(`tuf`);
    expect(countKeyRequests(registry)).toBe(0);
  });

  it(`should be the only ones of their registry`, async () => {
    const {code, packages} = await auditScope(registry, {
      yarnrc: {npmSigstoreRegistryKeys: {[registry.url]: `./keys.json`}},
      files: {'keys.json': JSON.stringify(makeKeysAnswer([new RegistryKey()]))},
    });

    expect(code).toBe(1);
    expect(getIds(packages.get(`@own/a@npm:${version}`)!)).toContain(`signature-key-unknown`);
    expect(packages.get(`signed@npm:${version}`)!.verdict).toBe(`verified`);
  });

  it(`should replace those of TUF for their registry`, async () => {
    const {packages} = await auditProject(lab, {
      dependencies: {signed: version},
      yarnrc: {npmSigstoreRegistryKeys: {[lab.registry.url]: `./keys.json`}},
      files: {'keys.json': JSON.stringify(makeKeysTarget([new RegistryKey()]))},
    });

    expect(getIds(packages.get(`signed@npm:${version}`)!)).toEqual([`signature-key-unknown`]);
  });

  it(`should hold for no other registry`, async () => {
    const {packages} = await auditScope(registry, {
      yarnrc: {npmSigstoreRegistryKeys: {[lab.registry.url]: `./keys.json`}},
      files: {'keys.json': JSON.stringify(makeKeysTarget([...lab.registry.keys, ...registry.keys]))},
    });

    expect(packages.get(`signed@npm:${version}`)!.signature.keySource).toBe(`pinned`);
    expect(packages.get(`@own/a@npm:${version}`)!.signature.keySource).toBe(`registry`);
  });
});

describe(`A pinned trusted root`, () => {
  it(`should be all that certificates are held against, and TUF not be asked`, async () => {
    const registry = await lab.addRegistry();
    registry.add({name: `@own/honest`, version, provenance: true});
    registry.add({name: `@own/strange`, version, provenance: {sigstore: lab.makeStrangeSigstore()}});
    lab.tufServer.forgetRequests();

    const {code, header, packages} = await auditScope(registry, {
      dependencies: {[`@own/honest`]: version, [`@own/strange`]: version},
      yarnrc: {npmSigstoreTrustedRoot: `./trusted_root.json`},
      files: {'trusted_root.json': JSON.stringify(lab.sigstore.getTrustedRoot())},
    });

    expect(code).toBe(1);
    expect(header!.trust).toEqual({source: `pinned`, fetchedAt: null, expires: null});
    expect(packages.get(`@own/honest@npm:${version}`)).toMatchObject({verdict: `verified`, provenance: {status: `verified`}});
    expect(getIds(packages.get(`@own/strange@npm:${version}`)!)).toEqual([`attestation-invalid`]);
    expect(lab.tufServer.requests).toEqual([]);
  });
});

describe(`Yarn's default registry`, () => {
  let registry: LabRegistry;
  let proxy: HttpsProxy;

  const host = new URL(getDefaultRegistry()).host;
  const locator = (name: string) => `${name}@npm:${version}`;

  // The lab's TUF repository vouches for the keys, but has no target for this host.
  const audit = async (...args: Array<string>) => auditProject(lab, {
    dependencies: Object.fromEntries(Array.from(registry.packages.keys(), name => [name, version])),
    yarnrc: {npmRegistryServer: getDefaultRegistry(), httpsProxy: proxy.url, httpsCaFilePath: `./authority.pem`},
    files: {'authority.pem': proxy.authority},
    args,
  });

  beforeAll(async () => {
    registry = await lab.addRegistry();
    proxy = await startHttpsProxy(host, registry.url);

    registry.add({name: `vouched-for`, version, signedBy: [lab.registry.keys[0]!]});
    registry.add({name: `unsigned`, version, signedBy: []});
    registry.add({name: `signed-by-endpoint-key`, version});
    registry.add({name: `advertised`, version, signedBy: [lab.registry.keys[0]!], provenance: true});
    registry.override(request => request.path.includes(`/attestations/`), {status: 404});
  });

  afterAll(() => proxy.stop());

  it(`should be signed by the keys of TUF alone`, async () => {
    const {code, packages} = await audit();

    expect(code).toBe(1);
    expect(packages.get(locator(`vouched-for`))).toMatchObject({verdict: `verified`, registry: getDefaultRegistry(), signature: {keySource: `tuf`}});
    expect(getIds(packages.get(locator(`unsigned`))!)).toEqual([`signature-missing`]);
    expect(getIds(packages.get(locator(`signed-by-endpoint-key`))!)).toEqual([`signature-key-unknown`]);
    expect(getIds(packages.get(locator(`advertised`))!)).toEqual([`attestation-missing`]);

    expect(countKeyRequests(registry)).toBe(0);
    expect([...new Set(proxy.tunnels)]).toEqual([`${host}:443`]);
  });

  it(`should be unreachable, and no more than that, where its certificate is not trusted`, async () => {
    const {code, packages} = await auditProject(lab, {
      dependencies: {[`vouched-for`]: version},
      yarnrc: {npmRegistryServer: getDefaultRegistry(), httpsProxy: proxy.url},
    });

    expect(code).toBe(2);
    expect(getIds(packages.get(locator(`vouched-for`))!)).toEqual([`registry-unreachable`]);
  });

  it(`should not be asked through a proxy that is gone`, async () => {
    const other = await startHttpsProxy(host, registry.url);
    await other.stop();
    onTestFinished(() => registry.server.forgetRequests());
    registry.server.forgetRequests();

    const {code} = await auditProject(lab, {
      dependencies: {[`vouched-for`]: version},
      yarnrc: {npmRegistryServer: getDefaultRegistry(), httpsProxy: other.url, httpsCaFilePath: `./authority.pem`},
      files: {'authority.pem': other.authority},
    });

    expect(code).toBe(2);
    expect(registry.server.requests).toEqual([]);
  });
});
