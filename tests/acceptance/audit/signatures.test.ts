import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {startLab, type Lab}                        from '../../lab/lab';
import {RegistryKey}                               from '../../lab/registryKey';
import {describeAttacks, describePackage}          from '../../support/attackTable';
import {makeAuditProject, type AuditProject}       from '../../support/auditProject';

const version = `1.0.0`;
const end = new Date(`2025-01-01T00:00:00Z`);
const before = new Date(`2024-06-01T00:00:00Z`);
const after = new Date(`2025-06-01T00:00:00Z`);

const makeJunk = (count: number, keyid: string) => Array.from({length: count}, (_, index) => ({
  keyid,
  sig: Buffer.from(`3045022100${index.toString(16).padStart(64, `a`)}0220${`7`.repeat(64)}`, `hex`).toString(`base64`),
}));

describeAttacks(`registry signatures`, {code: 1, registry: () => ({keys: [new RegistryKey(), new RegistryKey({expires: end})]})}, [
  {
    name: `missing`,
    make: ({registry}, name) => registry.add({name, version, signedBy: []}),
    verdict: `failed`, findings: [`signature-missing`], statuses: [`missing`, `missing`, `missing`],
  },
  {
    name: `emptied-list`,
    make: ({registry}, name) => {
      registry.add({name, version});
      registry.tamper(name, version, document => void (document.dist.signatures = []));
    },
    verdict: `failed`, findings: [`signature-missing`], statuses: [`missing`, `missing`, `missing`],
  },
  {
    name: `of-another-version`,
    make: ({registry}, name) => {
      const published = registry.add({name, version});
      published.signatures = [registry.keys[0]!.sign({...published, version: `2.0.0`})];
    },
    verdict: `failed`, findings: [`signature-invalid`], statuses: [`invalid`, `missing`, `missing`],
  },
  {
    name: `of-another-package`,
    make: ({registry}, name) => {
      const published = registry.add({name, version});
      published.signatures = [registry.keys[0]!.sign({...published, name: `another`})];
    },
    verdict: `failed`, findings: [`signature-invalid`], statuses: [`invalid`, `missing`, `missing`],
  },
  {
    name: `over-other-bytes`,
    make: ({registry}, name) => {
      registry.add({name, version});
      registry.tamper(name, version, document => void (document.dist.integrity = `sha512-${Buffer.alloc(64).toString(`base64`)}`));
    },
    verdict: `failed`, findings: [`signature-invalid`], statuses: [`invalid`, `missing`, `missing`],
  },
  {
    name: `without-integrity`,
    make: ({registry}, name) => {
      registry.add({name, version});
      registry.tamper(name, version, document => void delete document.dist.integrity);
    },
    verdict: `failed`, findings: [`signature-invalid`], statuses: [`invalid`, `missing`, `missing`],
  },
  {
    name: `whole-document-of-another`,
    make: ({registry}, name) => {
      const other = registry.add({name: `another`, version});
      registry.add({name, version});
      registry.tamper(name, version, document => ({...document, dist: {...document.dist, integrity: other.integrity, signatures: other.signatures}}));
    },
    verdict: `failed`, findings: [`signature-invalid`], statuses: [`invalid`, `missing`, `missing`],
  },
  {
    name: `not-a-signature`,
    make: ({registry}, name) => {
      registry.add({name, version}).signatures = [{keyid: registry.keys[0]!.keyid, sig: `AAAA`}];
    },
    verdict: `failed`, findings: [`signature-invalid`], statuses: [`invalid`, `missing`, `missing`],
  },
  {
    name: `known-key-id-of-a-strange-key`,
    make: ({registry}, name) => registry.add({name, version, signedBy: [new RegistryKey({keyid: registry.keys[0]!.keyid})]}),
    verdict: `failed`, findings: [`signature-invalid`], statuses: [`invalid`, `missing`, `missing`],
  },
  {
    name: `unknown-key`,
    make: ({registry}, name) => registry.add({name, version, signedBy: [new RegistryKey()]}),
    verdict: `failed`, findings: [`signature-key-unknown`], statuses: [`invalid`, `missing`, `missing`],
  },
  {
    name: `unknown-key-of-the-endpoint`,
    make: ({registry}, name) => {
      const key = new RegistryKey();
      registry.endpointKeys = [...registry.keys, key];
      registry.add({name, version, signedBy: [key]});
    },
    verdict: `failed`, findings: [`signature-key-unknown`], statuses: [`invalid`, `missing`, `missing`],
  },
  {
    name: `after-the-end-of-the-key`,
    make: ({registry}, name) => registry.add({name, version, time: after, signedBy: [registry.keys[1]!], provenance: true}),
    verdict: `failed`, findings: [`signature-key-expired`], statuses: [`invalid`, `verified`, `verified`],
  },
  {
    name: `before-the-end-of-the-key`,
    make: ({registry}, name) => registry.add({name, version, time: before, signedBy: [registry.keys[1]!], provenance: true}),
    verdict: `verified`, findings: [], statuses: [`verified`, `verified`, `verified`],
    check: ({signature}) => expect(signature.keyExpiry).toBe(`log`),
  },
  {
    name: `of-an-expired-key-without-log`,
    make: ({registry}, name) => registry.add({name, version, time: after, signedBy: [registry.keys[1]!]}),
    verdict: `verified`, findings: [], statuses: [`verified`, `missing`, `missing`],
    check: ({signature}) => expect(signature.keyExpiry).toBe(`unchecked`),
  },
  {
    name: `junk-beside-a-good-one`,
    make: ({registry}, name) => {
      const published = registry.add({name, version});
      published.signatures = [...makeJunk(3, `SHA256:junk`), ...makeJunk(50, registry.keys[0]!.keyid), ...published.signatures];
    },
    verdict: `verified`, findings: [], statuses: [`verified`, `missing`, `missing`],
    check: ({signature}) => expect(signature.keyExpiry).toBe(`none`),
  },
  {
    name: `expired-beside-a-good-one`,
    make: ({registry}, name) => registry.add({name, version, time: after, signedBy: [registry.keys[1]!, registry.keys[0]!], provenance: true}),
    verdict: `verified`, findings: [], statuses: [`verified`, `verified`, `verified`],
    check: ({signature}) => expect(signature.keyExpiry).toBe(`none`),
  },
  {
    name: `thousands-of-unknown-keys-beside-a-good-one`,
    make: ({registry}, name) => {
      const published = registry.add({name, version});
      published.signatures = [...Array.from({length: 5000}, (_, index) => makeJunk(1, `SHA256:${index}`)[0]!), ...published.signatures];
    },
    verdict: `verified`, findings: [], statuses: [`verified`, `missing`, `missing`],
  },
  {
    name: `thousands-of-junk-signatures-under-a-known-key`,
    make: ({registry}, name) => {
      registry.add({name, version}).signatures = makeJunk(5000, registry.keys[0]!.keyid);
    },
    verdict: `failed`, findings: [`signature-invalid`], statuses: [`invalid`, `missing`, `missing`],
  },
]);

describe(`uses of keys`, () => {
  describeAttacks(`by keys for one use`, {code: 1, registry: () => ({keys: [new RegistryKey(), new RegistryKey({usages: [`npm:attestations`]})]})}, [
    {
      name: `signed-by-an-attestation-key`,
      make: ({registry}, name) => registry.add({name, version, signedBy: [registry.keys[1]!]}),
      verdict: `failed`, findings: [`signature-key-unknown`], statuses: [`invalid`, `missing`, `missing`],
    },
    {
      name: `attested-by-an-attestation-key`,
      make: ({registry}, name) => registry.add({name, version, publishAttestation: {signer: registry.keys[1]!}, provenance: true}),
      verdict: `verified`, findings: [], statuses: [`verified`, `verified`, `verified`],
    },
  ]);

  describeAttacks(`by keys for the other use`, {code: 1, registry: () => ({keys: [new RegistryKey(), new RegistryKey({usages: [`npm:signatures`]})]})}, [
    {
      name: `attested-by-a-signature-key`,
      make: ({registry}, name) => registry.add({name, version, publishAttestation: {signer: registry.keys[1]!}, provenance: true}),
      verdict: `failed`, findings: [`attestation-invalid`], statuses: [`verified`, `invalid`, `verified`],
    },
  ]);
});

describe(`--strict and the publish times of the registry`, () => {
  let lab: Lab;
  let project: AuditProject;

  beforeAll(async () => {
    lab = await startLab({keys: [new RegistryKey({expires: end})]});
    for (const [name, time] of [[`published-before`, before], [`published-after`, after], [`timeless`, before]] as const)
      lab.registry.add({name, version, time});
    lab.registry.override(`/timeless`, () => ({body: {...lab.registry.getRootDocument(`timeless`, false), time: {}}}));

    project = await makeAuditProject(lab, {dependencies: {[`published-before`]: version, [`published-after`]: version, timeless: version}});
  });

  afterAll(async () => {
    await project.remove();
    await lab.stop();
  });

  it(`should not read root documents without it, and say that nothing was checked`, async () => {
    lab.registry.server.forgetRequests();
    const {code, packages} = await project.audit();

    expect(code).toBe(0);
    for (const pkg of packages.values())
      expect(pkg.signature).toMatchObject({status: `verified`, keyExpiry: `unchecked`});

    expect(lab.registry.server.requests.map(({path}) => path).sort()).toEqual([`/published-after/1.0.0`, `/published-before/1.0.0`, `/timeless/1.0.0`]);
  });

  it(`should hold the end of the key against them`, async () => {
    const {code, packages} = await project.audit({args: [`--strict`]});
    const describe = (name: string) => describePackage(packages.get(`${name}@npm:1.0.0`)!);

    expect(code).toBe(1);
    expect(packages.get(`published-before@npm:1.0.0`)!.signature).toMatchObject({status: `verified`, keyExpiry: `registry`});
    expect(describe(`published-before`)).toMatchObject({verdict: `verified`, findings: []});
    expect(describe(`published-after`)).toMatchObject({verdict: `failed`, findings: [`signature-key-expired`]});
    // Leaving the time out must not be the way around it.
    expect(describe(`timeless`)).toMatchObject({verdict: `failed`, findings: [`signature-key-expired`]});
  });
});
