import type {Lab}                                                           from '../../lab/lab';
import {RegistryKey}                                                        from '../../lab/registryKey';
import type {LogBody}                                                       from '../../lab/sigstore/logBodies';
import {toBundleEntry}                                                      from '../../lab/sigstore/transparencyLog';
import {SLSA_V1}                                                            from '../../lab/statements';
import {describeAttacks, unharmed, type Attack}                             from '../../support/attackTable';
import {badProvenance, badPublish, withBundle, withProvenance, withPublish} from '../../support/attestationAttacks';

const version = `1.0.0`;
const end = new Date(`2025-01-01T00:00:00Z`);

const newer = {verdict: `incomplete`, findings: [`attestation-unsupported`], statuses: [`verified`, `verified`, `unsupported`]} satisfies Partial<Attack>;

/** Logs the bundle's signature again, at another time. */
const logAgain = ({sigstore}: Lab, bundle: any, date: Date) => {
  const body: LogBody = JSON.parse(Buffer.from(bundle.verificationMaterial.tlogEntries[0].canonicalizedBody, `base64`).toString());
  return toBundleEntry(sigstore.rekor, sigstore.rekor.add(body, date), {promise: true, proof: true});
};

const flip = (base64: string) => {
  const bytes = Buffer.from(base64, `base64`);
  bytes[bytes.length - 1]! ^= 1;
  return bytes.toString(`base64`);
};

describeAttacks(`the cryptography of bundles`, {code: 1}, [
  {
    name: `payload-changed`,
    make: withBundle(bundle => void (bundle.dsseEnvelope.payload = Buffer.from(Buffer.from(bundle.dsseEnvelope.payload, `base64`).toString().replace(`"push"`, `"pull"`)).toString(`base64`))),
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `signature-changed`,
    make: withBundle(bundle => void (bundle.dsseEnvelope.signatures[0].sig = flip(bundle.dsseEnvelope.signatures[0].sig))),
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `certificate-changed`,
    make: withBundle(({verificationMaterial: {certificate}}) => void (certificate.rawBytes = flip(certificate.rawBytes))),
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `of-a-strange-sigstore`,
    make: (lab, name) => withProvenance({sigstore: lab.makeStrangeSigstore()})(lab, name),
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `certificate-in-no-log`,
    make: withProvenance({certificateLogged: false}),
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `neither-promise-nor-proof`,
    make: withProvenance({inclusion: {promise: false, proof: false}}),
    ...badProvenance(`attestation-malformed`),
  },
  {
    name: `no-log-entry`,
    make: withBundle(({verificationMaterial}) => void (verificationMaterial.tlogEntries = [])),
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `a-proof-without-a-time`,
    make: withProvenance({inclusion: {promise: false}}),
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `rekor-v2-without-a-timestamp`,
    make: withProvenance({log: `dsse-v2`, timestamp: false}),
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `promise-changed`,
    make: withBundle(({verificationMaterial: {tlogEntries: [{inclusionPromise}]}}) => void (inclusionPromise.signedEntryTimestamp = flip(inclusionPromise.signedEntryTimestamp))),
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `proof-changed`,
    make: withBundle(({verificationMaterial: {tlogEntries: [{inclusionProof}]}}) => void (inclusionProof.hashes[0] = flip(inclusionProof.hashes[0]))),
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `checkpoint-changed`,
    make: withBundle(({verificationMaterial: {tlogEntries: [{inclusionProof: {checkpoint}}]}}) => void (checkpoint.envelope = checkpoint.envelope.replace(/\n\d+\n/, `\n1\n`))),
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `time-changed`,
    make: withBundle(({verificationMaterial: {tlogEntries: [entry]}}) => void (entry.integratedTime = `${Number(entry.integratedTime) + 1}`)),
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `logged-after-the-certificate`,
    make: (lab, name) => withBundle(bundle => void (bundle.verificationMaterial.tlogEntries = [logAgain(lab, bundle, new Date())]))(lab, name),
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `log-entry-of-another-bundle`,
    make: (lab, name) => {
      const other = lab.registry.add({name: `another`, version, provenance: true});
      withBundle(bundle => void (bundle.verificationMaterial.tlogEntries = other.attestations[1]!.bundle.verificationMaterial.tlogEntries))(lab, name);
    },
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `certificate-of-another-bundle`,
    make: (lab, name) => {
      const other = lab.registry.add({name: `another`, version, provenance: true});
      withBundle(bundle => void (bundle.verificationMaterial.certificate = other.attestations[1]!.bundle.verificationMaterial.certificate))(lab, name);
    },
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `timestamp-of-a-stranger`,
    make: (lab, name) => withBundle(bundle => {
      const stamp = lab.makeStrangeSigstore().timestampAuthority.stampData(Buffer.from(bundle.dsseEnvelope.signatures[0].sig, `base64`), new Date());
      bundle.verificationMaterial.timestampVerificationData.rfc3161Timestamps = [{signedTimestamp: stamp.toString(`base64`)}];
    })(lab, name),
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `hundreds-of-log-entries`,
    make: withBundle(({verificationMaterial}) => void (verificationMaterial.tlogEntries = Array.from({length: 300}, () => verificationMaterial.tlogEntries[0]))),
    ...badProvenance(`attestation-malformed`),
  },
  {
    name: `the-same-log-entry-twice`,
    make: withBundle(({verificationMaterial}) => void (verificationMaterial.tlogEntries = Array.from({length: 2}, () => verificationMaterial.tlogEntries[0]))),
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `two-signatures`,
    make: withBundle(({dsseEnvelope}) => void dsseEnvelope.signatures.push({...dsseEnvelope.signatures[0]})),
    ...badProvenance(`attestation-malformed`),
  },
  {
    name: `media-type-of-something-else`,
    make: withBundle(bundle => void (bundle.mediaType = `application/json`)),
    ...badProvenance(`attestation-malformed`),
  },
  {
    name: `an-empty-bundle`,
    make: withProvenance({bundle: () => ({})}),
    ...badProvenance(`attestation-malformed`),
  },
  {
    name: `a-good-one-beside-a-forged-one`,
    make: ({registry}, name) => {
      const published = registry.add({name, version, provenance: true});
      published.attestations.push(registry.attest(published, {bundle: bundle => ({...bundle, dsseEnvelope: {...bundle.dsseEnvelope, payload: flip(bundle.dsseEnvelope.payload)}})}));
    },
    ...badProvenance(`attestation-invalid`),
  },
]);

describeAttacks(`who may sign what`, {code: 1, registry: () => ({keys: [new RegistryKey(), new RegistryKey({expires: end})]})}, [
  {
    name: `publish-signed-with-a-certificate`,
    make: withPublish({signer: undefined}),
    ...badPublish(`attestation-invalid`),
  },
  {
    name: `publish-signed-with-a-personal-certificate`,
    make: withPublish({signer: undefined, email: {address: `mallory@example.org`, issuer: `https://accounts.example.org`}}),
    ...badPublish(`attestation-invalid`),
  },
  {
    name: `publish-signed-with-a-strange-key`,
    make: withPublish({signer: new RegistryKey()}),
    ...badPublish(`attestation-invalid`),
  },
  {
    name: `publish-signed-under-a-known-key-id`,
    make: (lab, name) => withPublish({signer: new RegistryKey({keyid: lab.registry.keys[0]!.keyid})})(lab, name),
    ...badPublish(`attestation-invalid`),
  },
  {
    name: `publish-signed-after-the-end-of-the-key`,
    make: (lab, name) => withPublish({signer: lab.registry.keys[1]!})(lab, name),
    ...badPublish(`attestation-invalid`),
  },
  {
    name: `publish-signed-before-the-end-of-the-key`,
    make: ({registry}, name) => registry.add({name, version, time: new Date(`2024-06-01T00:00:00Z`), provenance: true, publishAttestation: {signer: registry.keys[1]!}}),
    ...unharmed,
  },
  {
    name: `provenance-signed-by-the-registry`,
    make: (lab, name) => withProvenance({signer: lab.registry.keys[0]!})(lab, name),
    ...badProvenance(`attestation-invalid`),
  },
]);

describeAttacks(`what is newer than the plugin`, {code: 0}, [
  {
    name: `media-type`,
    make: withBundle(bundle => void (bundle.mediaType = `application/vnd.dev.sigstore.bundle.v0.9+json`)),
    ...newer,
  },
  {
    name: `predicate-type`,
    make: withProvenance({predicateType: `https://slsa.dev/provenance/v9`, statement: statement => ({...statement, predicateType: `https://slsa.dev/provenance/v9`})}),
    ...newer,
  },
]);

describeAttacks(`what is newer than the plugin, under --strict`, {code: 1, run: {args: [`--strict`]}}, [
  {
    name: `media-type`,
    make: withBundle(bundle => void (bundle.mediaType = `application/vnd.dev.sigstore.bundle.v0.9+json`)),
    ...newer,
  },
  {
    name: `predicate-type-beside-a-known-one`,
    make: ({registry}, name) => {
      const published = registry.add({name, version, provenance: true});
      published.attestations.push(registry.attest(published, {predicateType: `https://example.org/review/v1`}));
    },
    ...newer,
    statuses: [`verified`, `verified`, `verified`],
  },
]);

describeAttacks(`what registries and CIs have made over the years`, {code: 0}, [
  ...([`0.1`, `0.2`, `0.3`] as const).flatMap(bundleVersion => ([`dsse`, `intoto`] as const).map((log): Attack => ({
    name: `bundle-${bundleVersion}-logged-as-${log}`,
    make: withProvenance({bundleVersion, log}),
    ...unharmed,
  }))),
  {name: `rekor-v2`, make: withProvenance({log: `dsse-v2`}), ...unharmed},
  {name: `rekor-v1-with-a-timestamp`, make: withProvenance({timestamp: true}), ...unharmed},
  {name: `rekor-v1-with-a-timestamp-and-no-promise`, make: withProvenance({timestamp: true, inclusion: {promise: false}}), ...unharmed},
  {name: `promise-alone`, make: withProvenance({bundleVersion: `0.1`, inclusion: {proof: false}}), ...unharmed},
  {
    name: `publish-attestation-alone`,
    make: ({registry}, name) => registry.add({name, version, publishAttestation: true}),
    ...unharmed,
    statuses: [`verified`, `verified`, `missing`],
  },
  {
    name: `provenance-alone`,
    make: ({registry}, name) => registry.add({name, version, provenance: {predicateType: SLSA_V1}, publishAttestation: false}),
    ...unharmed,
    statuses: [`verified`, `missing`, `verified`],
  },
]);
