import {readdir, readFile, writeFile}                                                      from 'node:fs/promises';
import {existsSync}                                                                        from 'node:fs';
import path                                                                                from 'node:path';
import {beforeEach, describe, expect, it, onTestFinished}                                  from 'vitest';

import {startLab, type Lab}                                                                from '../../lab/lab';
import {makeKeysAnswer}                                                                    from '../../lab/registryKey';
import {describePackage, unharmed}                                                         from '../../support/attackTable';
import {getIds, makeAuditProject, type Audit, type AuditProject, type AuditProjectOptions} from '../../support/auditProject';
import {makeShiftedClock}                                                                  from '../../support/shiftedClock';

const version = `1.0.0`;
const locators = [`attested@npm:1.0.0`, `signed@npm:1.0.0`];

let lab: Lab;
let project: AuditProject;

beforeEach(async () => {
  lab = await startLab();
  onTestFinished(lab.stop);
  lab.registry.add({name: `attested`, version, provenance: true});
  lab.registry.add({name: `signed`, version});
  project = await makeDisposableProject();
});

async function makeDisposableProject(options?: AuditProjectOptions): Promise<AuditProject> {
  const made = await makeAuditProject(lab, {dependencies: {attested: version, signed: version}, ...options});
  onTestFinished(made.remove);
  return made;
}

const getStore = () => path.join(project.home, `.yarn/global/attestations/evidence`);

async function listEntries(): Promise<Array<string>> {
  const entries = await readdir(getStore(), {recursive: true, withFileTypes: true});
  return entries.filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name));
}

async function changeEntries(change: (entry: any) => void) {
  for (const file of await listEntries()) {
    const entry = JSON.parse(await readFile(file, `utf8`));
    change(entry);
    await writeFile(file, JSON.stringify(entry));
  }
}

function expectVerified({code, packages}: Audit, from: `network` | `store`) {
  expect(code).toBe(0);
  expect([...packages.keys()]).toEqual(locators);
  expect([...packages.values()].map(pkg => pkg.evidence?.from)).toEqual([from, from]);
  expect(describePackage(packages.get(locators[0]!)!)).toEqual(unharmed);
  expect(describePackage(packages.get(locators[1]!)!)).toEqual({...unharmed, statuses: [`verified`, `missing`, `missing`]});
}

const takeRequests = () => lab.servers.flatMap(server => {
  const paths = server.requests.map(({path}) => path);
  server.forgetRequests();
  return paths;
});

describe(`the evidence store`, () => {
  it(`should spare a day's requests, but no verification`, async () => {
    expectVerified(await project.audit(), `network`);
    takeRequests();
    expectVerified(await project.audit(), `store`);
    expect(takeRequests().filter(path => path.includes(version))).toEqual([]);
  });

  it(`should be asked about again after a day`, async () => {
    await project.audit();
    lab.registry.server.forgetRequests();

    const {code} = await project.audit({env: makeShiftedClock(25 * 60 * 60 * 1000)});
    expect(code).toBe(0);
    expect(lab.registry.server.requests.map(({path, headers}) => [path, typeof headers[`if-none-match`]]).sort()).toEqual([
      [`/-/npm/v1/attestations/attested@1.0.0`, `string`],
      [`/attested/1.0.0`, `string`],
      [`/signed/1.0.0`, `string`],
    ]);
  });

  it(`should be enough for --offline, without one request`, async () => {
    const online = await project.audit();
    takeRequests();

    const offline = await project.audit({args: [`--offline`]});
    expectVerified(offline, `store`);
    expect(offline.header?.trust.source).toBe(`cache`);
    expect(offline.summary?.requests).toBe(0);
    expect(takeRequests()).toEqual([]);

    for (const locator of locators) {
      const {evidence: _, ...pkg} = offline.packages.get(locator)!;
      expect(online.packages.get(locator)).toMatchObject(pkg);
    }
  });

  it(`should not be looked at with --refresh`, async () => {
    await project.audit();
    takeRequests();

    expectVerified(await project.audit({args: [`--refresh`]}), `network`);
    expect(takeRequests()).toEqual(expect.arrayContaining([`/attested/1.0.0`, `/signed/1.0.0`, `/-/npm/v1/attestations/attested@1.0.0`]));

    const {code, errors} = await project.audit({args: [`--offline`, `--refresh`]});
    expect([code, errors.length]).toEqual([1, 1]);
  });

  it(`should be as if it were empty when it is damaged`, async () => {
    await project.audit();
    for (const [index, file] of (await listEntries()).entries())
      await writeFile(file, [``, `garbage`, `${`[`.repeat(100_000)}`][index % 3]!);

    const {code, packages} = await project.audit({args: [`--offline`]});
    expect([code, [...packages.values()].map(getIds)]).toEqual([2, [[`registry-unreachable`], [`registry-unreachable`]]]);
    expectVerified(await project.audit(), `network`);
  });

  it(`should not have one package's evidence stand in for another's`, async () => {
    await project.audit();
    const files = await listEntries();
    const contents = await Promise.all(files.map(file => readFile(file)));
    for (const [index, file] of files.entries())
      await writeFile(file, contents[(index + 1) % files.length]!);

    expectVerified(await project.audit(), `network`);
  });

  it.each<[string, (entry: any) => void, string, string]>([
    [`a signature`, ({value}) => {
      if (value.dist) {
        value.dist.signatures[0].sig = Buffer.from(value.dist.signatures[0].sig, `base64`).reverse().toString(`base64`);
      }
    }, `signed@npm:1.0.0`, `signature-invalid`],
    [`an integrity`, ({value}) => {
      if (value.dist) {
        value.dist.integrity = `sha512-${Buffer.alloc(64).toString(`base64`)}`;
      }
    }, `signed@npm:1.0.0`, `signature-invalid`],
    [`an attestation`, ({value}) => {
      if (value.attestations) {
        value.attestations[1].bundle.dsseEnvelope.payload = Buffer.from(`{}`).toString(`base64`);
      }
    }, `attested@npm:1.0.0`, `attestation-invalid`],
  ])(`should be believed no more than the network: %s`, async (_, forge, locator, finding) => {
    await project.audit();
    await changeEntries(forge);

    for (const args of [[], [`--offline`]]) {
      const {code, packages} = await project.audit({args});
      expect(code).toBe(1);
      expect(describePackage(packages.get(locator)!)).toMatchObject({verdict: `failed`, findings: [finding]});
      expect(packages.get(locator)!.evidence?.from).toBe(`store`);
    }

    expectVerified(await project.audit({args: [`--refresh`]}), `network`);
  });

  it(`should not keep what may be different a minute later`, async () => {
    const path = `/-/npm/v1/attestations/attested@1.0.0`;
    const missing = lab.registry.override(path, {status: 404, body: `{}`});
    lab.registry.tamper(`signed`, version, document => void (lab.registry.endpointKeys === null && delete document.dist.signatures));
    lab.registry.endpointKeys = null;

    const {code, packages} = await project.audit();
    expect([code, [...packages.values()].map(getIds)]).toEqual([1, [[`attestation-missing`], [`signature-missing`]]]);

    missing();
    lab.registry.endpointKeys = lab.registry.keys;
    const recovered = await project.audit();
    expect([recovered.code, [...recovered.packages.values()].map(getIds)]).toEqual([0, [[], []]]);
  });

  it(`should go with "yarn cache clean --all"`, async () => {
    // With a global cache this command has only that one to clean, and asks no plugin.
    project = await makeDisposableProject({yarnrc: {enableGlobalCache: false}});
    await project.audit();
    expect(existsSync(getStore())).toBe(true);
    await project.yarn([`cache`, `clean`, `--all`]);
    expect(existsSync(getStore())).toBe(false);
  });
});

describe(`--offline with nothing stored`, () => {
  it(`should say that nothing could be checked, and ask nobody`, async () => {
    const pinned = await makeDisposableProject({
      yarnrc: {npmSigstoreTrustedRoot: `./trusted_root.json`, npmSigstoreRegistryKeys: {[lab.registry.url]: `./keys.json`}},
      files: {'trusted_root.json': JSON.stringify(lab.sigstore.getTrustedRoot()), 'keys.json': JSON.stringify(makeKeysAnswer(lab.registry.keys))},
    });

    takeRequests();
    const {code, header, packages} = await pinned.audit({args: [`--offline`]});
    expect(code).toBe(2);
    expect(header?.trust).toEqual({source: `pinned`, fetchedAt: null, expires: null});
    expect([...packages.values()].map(describePackage)).toEqual(locators.map(() => ({verdict: `incomplete`, findings: [`registry-unreachable`], statuses: [`unavailable`, `unavailable`, `unavailable`]})));
    expect(takeRequests()).toEqual([]);

    // With the network the same trust verifies everything.
    const online = await pinned.audit();
    expectVerified(online, `network`);
    expect(online.packages.get(locators[1]!)!.signature.keySource).toBe(`pinned`);
  });

  it(`should start from the trust that is built in`, async () => {
    const plain = await makeDisposableProject({yarnrc: {npmSigstoreTufMirror: undefined, npmSigstoreTufRoot: undefined}});

    const {code, header} = await plain.audit({args: [`--offline`]});

    expect([code, header?.trust.source]).toEqual([2, `embedded`]);
  });
});
