import {afterAll, beforeAll, describe, expect, it}               from 'vitest';

import {getIds, runAudit, type Audit}                            from '../../support/auditProject';
import {getDefaultRegistry}                                      from '../../support/defaultRegistry';
import {startHttpsProxy, type HttpsProxy}                        from '../../support/httpsProxy';
import {stringifyLockfile}                                       from '../../support/lockfile';
import type {ProjectOptions, TestProject}                        from '../../support/makeProject';
import {hasRealEvidence}                                         from '../../support/optionalTests';
import {getExpectedProvenance, readEvidence, readEvidenceFolder} from '../../support/realEvidence';
import type {RealCase, RealPackage, RealSignature}               from '../../support/realEvidence';
import {makeRealProject}                                         from '../../support/realProject';
import {ReplayRegistry, type Replayed}                           from '../../support/replayRegistry';

const readPackages = () => hasRealEvidence ? readEvidenceFolder<RealPackage>(`packages`) : [];
const readCases = () => hasRealEvidence ? readEvidenceFolder<RealCase>(`cases`) : [];
const readSignatures = () => readEvidence<{positives: Array<RealSignature>, negatives: Array<RealSignature>}>(`signatures.json`);

const toLocator = ({name, version}: {name: string, version: string}) => `${name}@npm:${version}`;

const parseId = (id: string) => ({name: id.slice(0, id.lastIndexOf(`@`)), version: id.slice(id.lastIndexOf(`@`) + 1)});
const getAllIds = ({packages}: Audit) => [...packages.values()].flatMap(getIds);

// The replayed registry stands in for the real one, behind its own name: so
// the rules for Yarn's default registry hold, and the trust that is built in.
describe.runIf(hasRealEvidence)(`Real packages`, () => {
  let registry: ReplayRegistry;
  let proxy: HttpsProxy;
  let given: TestProject;
  let unsigned: TestProject;
  let audits: Record<`given` | `unsigned`, Audit>;

  const projects: Array<TestProject> = [];

  const makeDisposableProject = async (options?: ProjectOptions) => {
    const project = await makeRealProject(proxy, options);
    projects.push(project);
    return project;
  };

  const audit = (project: TestProject, ...args: Array<string>) => runAudit(project, {args: [`--refresh`, ...args]});

  const makeLockedProject = (packages: Array<{name: string, version: string}>) => makeDisposableProject({files: {'yarn.lock': stringifyLockfile({
    [`root@workspace:.`]: {resolution: `root@workspace:.`, version: `0.0.0-use.local`, linkType: `soft`},
    ...Object.fromEntries(packages.map(pkg => [toLocator(pkg), {version: pkg.version, resolution: toLocator(pkg)}])),
  })}});

  const replace = (id: string, changes: Partial<Replayed>) => {
    const before = registry.replayed.get(id);
    registry.replayed.set(id, {signatures: [], attestations: [], time: null, ...before, ...changes});

    return () => void (before ? registry.replayed.set(id, before) : registry.replayed.delete(id));
  };

  beforeAll(async () => {
    registry = await ReplayRegistry.start();
    proxy = await startHttpsProxy(new URL(getDefaultRegistry()).host, registry.server.url);

    const {projects} = readEvidence<{projects: Record<string, Record<string, string>>}>(`targets.json`);
    given = await makeDisposableProject({manifest: {dependencies: projects.given}});
    unsigned = await makeDisposableProject({manifest: {dependencies: projects[`given-unsigned`]}});

    await given.install();
    await unsigned.install();

    audits = {given: await audit(given, `--direct`), unsigned: await audit(unsigned, `--direct`)};
  });

  afterAll(async () => {
    await Promise.all(projects.map(project => project.remove()));
    await proxy.stop();
    await registry.server.stop();
  });

  it(`should pass where all signatures and attestations are there, by the trust that is built in`, () => {
    const {code, header, packages, summary} = audits.given;

    expect(code).toBe(0);
    expect(header!.trust.source).toBe(`embedded`);
    expect(summary).toMatchObject({outcome: `passed`, packages: 7, verdicts: {verified: 7}});

    for (const pkg of packages.values())
      expect(pkg.signature).toMatchObject({status: `verified`, keySource: `embedded`});

    // Its manifest still names the repository from before it was moved.
    expect(getAllIds(audits.given)).toEqual([`provenance-repository-mismatch`]);
    expect(getIds(packages.get(`tuf-js@npm:1.0.0`)!)).toEqual([`provenance-repository-mismatch`]);
  });

  it(`should verify real archives against real signed integrity, from records and from tarballs`, async () => {
    const recorded = await runAudit(given, {args: [`--direct`]});
    for (const {packages} of [audits.given, recorded])
      expect(Array.from(packages.values(), ({archive}) => archive.status)).toEqual(new Array(7).fill(`verified`));


    expect(new Set(Array.from(audits.given.packages.values(), ({archive}) => archive.how))).toEqual(new Set([`downloaded`]));
    expect(new Set(Array.from(recorded.packages.values(), ({archive}) => archive.how))).toEqual(new Set([`recorded`]));
  });

  it(`should call a package by its own name where it is installed under another`, () => {
    const [old, current] = [`lodash@npm:4.17.21`, `lodash@npm:4.17.23`].map(locator => audits.given.packages.get(locator)!);

    expect(old!.signature.keyid).not.toBe(current!.signature.keyid);
    expect(old!.signature.keyExpiry).toBe(`unchecked`);
    expect(current!.signature.keyExpiry).toBe(`none`);
  });

  it(`should hold expired keys against the transparency log, and under --strict against the registry's times`, async () => {
    const {packages} = await audit(given, `--direct`, `--strict`);
    const getKeyExpiry = (locator: string) => packages.get(locator)!.signature.keyExpiry;

    expect(getKeyExpiry(`sigstore@npm:1.0.0`)).toBe(`log`);
    expect(getKeyExpiry(`lodash@npm:4.17.21`)).toBe(`registry`);
    expect(getKeyExpiry(`lodash@npm:4.17.23`)).toBe(`none`);
    expect(Array.from(packages.values(), ({verdict}) => verdict)).toEqual(Array.from(packages, () => `verified`));
  });

  it.each(readPackages())(`should verify the attestations of $name@$version and read their origin`, pkg => {
    const {packages} = pkg.version === `1.0.0` ? audits.given : audits.unsigned;
    const {publish, provenance} = packages.get(toLocator(pkg))!;

    expect(publish).toMatchObject({status: `verified`, time: new Date(pkg.time).toISOString()});
    expect(provenance).toMatchObject(getExpectedProvenance(pkg));
    expect(provenance.run).toBe(pkg.expect.certificate.invocation);
  });

  it.each([`sigstore@npm:0.4.0`, `sigstore@npm:2.3.1`])(`should miss the signature of %s, whatever else verifies`, locator => {
    const pkg = audits.unsigned.packages.get(locator)!;

    expect(audits.unsigned.code).toBe(1);
    expect(pkg).toMatchObject({verdict: `failed`, signature: {status: `missing`}, publish: {status: `verified`}, provenance: {status: `verified`}});
    expect(getIds(pkg)).toEqual([`signature-missing`]);
  });

  it.each(readCases())(`should judge $case rightly`, async ({name, version, attestations, expect: {publishBundle, provenanceBundle}}) => {
    const restore = replace(`${name}@${version}`, {attestations});
    const {packages} = await audit(unsigned, `${name}@${version}`);
    restore();

    const [pkg] = packages.values();
    const isValid = publishBundle === `valid` && provenanceBundle === `valid`;

    expect(getIds(pkg!)).toEqual([`signature-missing`, ...isValid ? [] : [`attestation-invalid`]]);
    expect(pkg!.publish.status).toBe(publishBundle === `valid` ? `verified` : `invalid`);
    expect(pkg!.provenance.status).toBe(provenanceBundle === `valid` ? `verified` : `invalid`);
  });

  it(`should verify every signature whose package is still there`, async () => {
    const live = readSignatures().positives.filter(({live}) => live);
    expect(live.length).toBeGreaterThan(300);

    const audited = await audit(await makeLockedProject(live), `--no-archives`);

    expect(getAllIds(audited)).toEqual([`provenance-repository-mismatch`]);
    expect(audited.summary).toMatchObject({outcome: `passed`, packages: live.length, signatures: {verified: live.length}});
  });

  it(`should refuse what is no signature, and genuine ones of other packages and versions`, async () => {
    const {negatives} = readSignatures();
    const forgeries = new Map<string, Replayed[`signatures`]>([
      // Registries still have these.
      ...negatives.filter(({name}) => [`@npmcli/arborist`, `abbrev`].includes(name)).map(({name, version, keyid, sig}) => [`${name}@${version}`, [{keyid, sig}]] as [string, Replayed[`signatures`]]),
      [`is-number@7.0.0`, registry.replayed.get(`is-number@6.0.0`)!.signatures],
      [`is-positive@3.1.0`, registry.replayed.get(`once@1.4.0`)!.signatures],
    ]);

    const restore = Array.from(forgeries, ([id, signatures]) => replace(id, {signatures}));
    const {code, packages} = await audit(await makeLockedProject(Array.from(forgeries.keys(), parseId)), `--no-archives`);
    restore.forEach(restoreOne => restoreOne());

    expect(code).toBe(1);
    expect(packages.size).toBe(4);
    for (const pkg of packages.values()) {
      expect(getIds(pkg)).toEqual([`signature-invalid`]);
    }
  });

  it(`should refuse a genuine signature by a key that had expired when the registry says that it was made`, async () => {
    const restore = replace(`is-number@7.0.0`, {time: `2025-06-01T00:00:00.000Z`});
    const {packages} = await audit(given, `is-number`, `--strict`);
    restore();

    expect(getIds(packages.get(`is-number@npm:7.0.0`)!)).toEqual([`signature-key-expired`]);
  });

  it(`should verify what a mirror passes on against the keys of its origin, and miss what it stripped`, async () => {
    // Asked under its own name, it is a registry of which nobody knows.
    const mirrored = {env: {YARN_NPM_REGISTRY_SERVER: registry.server.url}};
    const {code, packages, summary} = await runAudit(unsigned, {args: [`--refresh`, `--direct`], ...mirrored});

    expect(code).toBe(0);
    expect(summary!.verdicts).toMatchObject({verified: 2, incomplete: 2});
    expect(getIds(packages.get(`sigstore@npm:0.4.0`)!)).toEqual([`signature-stripped`]);
    expect(getIds(packages.get(`sigstore@npm:2.3.1`)!)).toEqual([`signature-stripped`]);
    expect(packages.get(`tuf-js@npm:1.0.0`)!).toMatchObject({verdict: `verified`, signature: {keySource: `embedded`}, provenance: {status: `verified`}});
  });

  it(`should have asked nobody else`, () => {
    const asked = new Set(proxy.tunnels);
    expect([...asked]).toEqual([`${new URL(getDefaultRegistry()).host}:443`]);
    expect(registry.server.requests.filter(({path}) => path === `/-/npm/v1/keys`).map(({headers}) => headers.host)).toEqual([registry.server.host]);
  });
});
