import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {findingCatalog}                            from '../../../sources/findings';
import * as answers                                from '../../lab/answers';
import {startLab, type Lab}                        from '../../lab/lab';
import {RegistryKey}                               from '../../lab/registryKey';
import type {LabRegistry}                          from '../../lab/registry';
import {describePackage}                           from '../../support/attackTable';
import {auditProject, getIds, type Audit}          from '../../support/auditProject';

const version = `1.0.0`;

describe(`the keys of two registries`, () => {
  let lab: Lab;
  /** Vouched for by nobody: it has keys of its own. */
  let own: LabRegistry;
  let audit: Audit;

  beforeAll(async () => {
    lab = await startLab();
    const impostor = new RegistryKey({keyid: lab.registry.keys[0]!.keyid});
    own = await lab.addRegistry({keys: [new RegistryKey(), impostor]});

    own.add({name: `@own/honest`, version, provenance: true});
    own.add({name: `@own/with-the-key-id-of-tuf`, version, signedBy: [impostor]});
    own.add({name: `@own/passed-through`, version, signedBy: [lab.registry.keys[0]!]});
    own.add({name: `@own/attested-with-the-key-id-of-tuf`, version, provenance: true, publishAttestation: {signer: impostor}});
    own.add({name: `@own/attested-by-the-other-registry`, version, provenance: true, publishAttestation: {signer: lab.registry.keys[0]!}});
    lab.registry.add({name: `signed-by-the-other-registry`, version, signedBy: [own.keys[0]!]});
    lab.registry.add({name: `attested-by-the-other-registry`, version, provenance: true, publishAttestation: {signer: own.keys[0]!}});
    lab.registry.add({name: `honest`, version, provenance: true});

    const names = [...own.packages.keys(), ...lab.registry.packages.keys()];
    audit = await auditProject(lab, {
      dependencies: Object.fromEntries(names.map(name => [name, version])),
      yarnrc: {npmScopes: {own: {npmRegistryServer: own.url}}},
    });
  });

  afterAll(() => lab.stop());

  it.each([
    [`honest`, `verified`, [], [`verified`, `verified`, `verified`]],
    [`signed-by-the-other-registry`, `failed`, [`signature-key-unknown`], [`invalid`, `missing`, `missing`]],
    [`attested-by-the-other-registry`, `failed`, [`attestation-invalid`], [`verified`, `invalid`, `verified`]],
    [`@own/honest`, `verified`, [], [`verified`, `verified`, `verified`]],
    [`@own/with-the-key-id-of-tuf`, `failed`, [`signature-invalid`], [`invalid`, `missing`, `missing`]],
    [`@own/attested-with-the-key-id-of-tuf`, `failed`, [`attestation-invalid`], [`verified`, `invalid`, `verified`]],
    // A mirror of the other registry passes its signatures and attestations on; their statements name that one.
    [`@own/passed-through`, `verified`, [], [`verified`, `missing`, `missing`]],
    [`@own/attested-by-the-other-registry`, `failed`, [`attestation-publish-mismatch`], [`verified`, `invalid`, `verified`]],
  ] as const)(`should be told apart: %s is %s %j`, (name, verdict, findings, statuses) => {
    expect(describePackage(audit.packages.get(`${name}@npm:${version}`)!)).toEqual({verdict, findings, statuses});
  });

  it(`should be told apart in the output`, () => {
    expect(audit.code).toBe(1);
    expect(audit.packages.get(`honest@npm:${version}`)!.signature).toMatchObject({keySource: `tuf`});
    expect(audit.packages.get(`@own/honest@npm:${version}`)!.signature).toMatchObject({keySource: `registry`, keyid: own.keys[0]!.keyid});
    expect(audit.packages.get(`@own/passed-through@npm:${version}`)!.signature).toMatchObject({keySource: `tuf`});
  });

  it(`should be asked of the registry that has no others, once`, () => {
    const countKeyRequests = ({server}: LabRegistry) => server.requests.filter(({path}) => path === `/-/npm/v1/keys`).length;
    expect([countKeyRequests(lab.registry), countKeyRequests(own)]).toEqual([0, 1]);
  });
});

describe(`a registry that is down`, () => {
  const listEffects = ({packages, findings}: Audit) => [...findings, ...[...packages.values()].flatMap(pkg => pkg.findings)].map(({id}) => findingCatalog[id].effect);

  it.each([
    [`answers HTTP 503`, {status: 503, body: `Service unavailable`}],
    [`drops connections`, answers.reset()],
    [`is replaced by a portal`, answers.html()],
    [`asks for a login`, {status: 401, body: `{}`}],
    [`forbids`, {status: 403, body: `{}`}],
  ])(`should be called nothing worse when it %s`, async (_, answer) => {
    const lab = await startLab();
    const own = await lab.addRegistry();
    lab.registry.add({name: `a`, version, provenance: true});
    own.add({name: `@own/a`, version, provenance: true});
    lab.registry.override(`*`, answer);
    own.override(`*`, answer);

    const audit = await auditProject(lab, {dependencies: {a: version, [`@own/a`]: version}, yarnrc: {npmScopes: {own: {npmRegistryServer: own.url}}}});
    await lab.stop();

    expect(audit.code).toBe(2);
    expect(audit.summary).toMatchObject({outcome: `incomplete`, verdicts: {incomplete: 2}});
    expect([...audit.packages.values()].map(getIds)).toEqual([[`registry-unreachable`], [`registry-unreachable`]]);
    expect(new Set(listEffects(audit))).toEqual(new Set([`incomplete`]));
  });

  it(`should fail under --strict`, async () => {
    const lab = await startLab();
    lab.registry.add({name: `a`, version});
    lab.registry.override(`*`, {status: 503, body: `Service unavailable`});

    const {code, packages} = await auditProject(lab, {dependencies: {a: version}, args: [`--strict`]});
    await lab.stop();

    expect(code).toBe(1);
    expect(describePackage(packages.get(`a@npm:${version}`)!)).toMatchObject({verdict: `incomplete`, findings: [`registry-unreachable`]});
  });

  it(`should not make the others suspicious when it only has no keys to offer`, async () => {
    const lab = await startLab();
    const own = await lab.addRegistry();
    own.add({name: `@own/a`, version, provenance: true});
    own.override(`/-/npm/v1/keys`, {status: 500, body: `{}`});

    const audit = await auditProject(lab, {dependencies: {[`@own/a`]: version}, yarnrc: {npmScopes: {own: {npmRegistryServer: own.url}}}});
    await lab.stop();

    expect(audit.code).toBe(2);
    expect(describePackage(audit.packages.get(`@own/a@npm:${version}`)!)).toEqual({verdict: `incomplete`, findings: [`keys-unavailable`], statuses: [`unavailable`, `unavailable`, `verified`]});
  });
});
