import {startLab, type Lab} from '../lab/lab';
import {RegistryKey}        from '../lab/registryKey';
import type {LabPackage}    from '../lab/registry';

/** What `npm audit signatures` says about a package; any other word is the error code with which it ends the whole run. */
export type NpmVerdict = `verified` | `missing` | `invalid` | (string & {});

export type VerdictCase = {
  name: string;
  make: (lab: Lab, name: string) => LabPackage;
  npm: NpmVerdict;
  /** Verdict of this plugin, and the findings that have to be there. */
  plugin: {verdict: `verified` | `failed` | `incomplete`, findings: Array<string>};
  /** Why the two do not say the same; only where they do not. */
  difference?: string;
};

const version = `1.0.0`;
const verified: VerdictCase[`plugin`] = {verdict: `verified`, findings: []};
const failed = (...findings: Array<string>): VerdictCase[`plugin`] => ({verdict: `failed`, findings});

/** The lab that the cases need: its registry has a second key, which has expired. */
export const startVerdictLab = () => startLab({keys: [new RegistryKey(), new RegistryKey({expires: new Date(`2025-01-01T00:00:00Z`)})]});

/** The lab's ground truth, which stock npm and this plugin are both held against. */
export const verdictCases: Array<VerdictCase> = [
  {
    name: `signed`,
    make: ({registry}, name) => registry.add({name, version}),
    npm: `verified`,
    plugin: verified,
  },
  {
    name: `@scope/signed`,
    make: ({registry}, name) => registry.add({name, version}),
    npm: `verified`,
    plugin: verified,
  },
  {
    name: `@scope/github`,
    make: ({registry}, name) => registry.add({name, version, provenance: true}),
    npm: `verified`,
    plugin: verified,
  },
  {
    name: `github-of-2022`,
    make: ({registry}, name) => registry.add({name, version, time: new Date(`2022-12-01T00:00:00Z`), provenance: {
      kind: `github-v0.2`,
      bundleVersion: `0.1`,
      onlyExtensions: [1, 2, 3, 4, 5, 6],
    }}),
    npm: `verified`,
    plugin: verified,
  },
  {
    name: `gitlab`,
    make: ({registry}, name) => registry.add({name, version, provenance: {kind: `gitlab`, bundleVersion: `0.2`}}),
    npm: `verified`,
    plugin: verified,
  },
  {
    name: `signed-before-expiry`,
    make: ({registry}, name) => registry.add({name, version, time: new Date(`2024-06-01T00:00:00Z`), signedBy: [registry.keys[1]!]}),
    npm: `verified`,
    plugin: verified,
  },
  {
    name: `unsigned`,
    make: ({registry}, name) => registry.add({name, version, signedBy: []}),
    npm: `missing`,
    plugin: failed(`signature-missing`),
  },
  {
    name: `forged-signature`,
    make: ({registry}, name) => {
      const published = registry.add({name, version});
      published.signatures = [registry.keys[0]!.sign({...published, version: `2.0.0`})];
      return published;
    },
    npm: `invalid`,
    plugin: failed(`signature-invalid`),
  },
  {
    name: `altered-statement`,
    make: ({registry}, name) => registry.add({name, version, provenance: {bundle: bundle => {
      const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, `base64`).toString());
      statement.predicate.runDetails.metadata.invocationId = `https://github.com/acme/widgets/actions/runs/1/attempts/1`;
      bundle.dsseEnvelope.payload = Buffer.from(JSON.stringify(statement)).toString(`base64`);
      return bundle;
    }}}),
    npm: `invalid`,
    plugin: failed(`attestation-invalid`),
  },
  {
    name: `strange-sigstore`,
    make: (lab, name) => lab.registry.add({name, version, provenance: {sigstore: lab.makeStrangeSigstore()}}),
    npm: `invalid`,
    plugin: failed(`attestation-invalid`),
  },
  {
    name: `unlogged-certificate`,
    make: ({registry}, name) => registry.add({name, version, provenance: {certificateLogged: false}}),
    npm: `invalid`,
    plugin: failed(`attestation-invalid`),
  },
  {
    name: `personal-identity`,
    make: ({registry}, name) => registry.add({name, version, provenance: {email: {address: `mallory@example.org`, issuer: `https://accounts.example.org`}}}),
    npm: `verified`,
    plugin: failed(`provenance-issuer-untrusted`),
    difference: `npm does not look at who a certificate was issued to`,
  },
  {
    name: `lying-statement`,
    make: ({registry}, name) => registry.add({name, version, provenance: {certifiedClaims: {sha: `f`.repeat(40), workflow_sha: `f`.repeat(40), job_workflow_sha: `f`.repeat(40)}}}),
    npm: `verified`,
    plugin: failed(`provenance-statement-mismatch`),
    difference: `npm does not compare the statement with the certificate`,
  },
  {
    name: `other-publish`,
    make: ({registry}, name) => registry.add({name, version, provenance: true, publishAttestation: {statement: statement => ({
      ...statement,
      predicate: {...statement.predicate, name: `other`},
    })}}),
    npm: `verified`,
    plugin: failed(`attestation-publish-mismatch`),
    difference: `npm does not read the publish predicate`,
  },
  {
    name: `unknown-key`,
    make: ({registry}, name) => registry.add({name, version, signedBy: [new RegistryKey()]}),
    npm: `EMISSINGSIGNATUREKEY`,
    plugin: failed(`signature-key-unknown`),
  },
  {
    name: `signed-after-expiry`,
    make: ({registry}, name) => registry.add({name, version, signedBy: [registry.keys[1]!], provenance: true}),
    npm: `EEXPIREDSIGNATUREKEY`,
    plugin: failed(`signature-key-expired`),
  },
  {
    name: `signed-after-expiry-unlogged`,
    make: ({registry}, name) => registry.add({name, version, signedBy: [registry.keys[1]!]}),
    npm: `EEXPIREDSIGNATUREKEY`,
    plugin: verified,
    difference: `npm believes the registry's unsigned publish time; here only --strict does`,
  },
  {
    name: `junk-beside-good`,
    make: ({registry}, name) => registry.add({name, version, signedBy: [registry.keys[0]!, new RegistryKey()]}),
    npm: `EMISSINGSIGNATUREKEY`,
    plugin: verified,
    difference: `one valid signature is enough here: anybody can append junk, npm stops at it`,
  },
  {
    name: `other-subject`,
    make: ({registry}, name) => registry.add({name, version, provenance: {statement: statement => ({
      ...statement,
      subject: [{...statement.subject[0]!, name: `pkg:npm/other@1.0.0`}],
    })}}),
    npm: `EATTESTATIONSUBJECT`,
    plugin: failed(`attestation-subject-mismatch`),
  },
  {
    name: `missing-attestations`,
    make: (lab, name) => {
      lab.registry.override(request => request.path === `/-/npm/v1/attestations/${name}@${version}`, {status: 404, body: {error: `Not found`}});
      return lab.registry.add({name, version, provenance: true});
    },
    npm: `E404`,
    plugin: failed(`attestation-missing`),
  },
];
