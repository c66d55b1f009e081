import {SLSA_V02}                                                                    from '../../lab/statements';
import {describeAttacks, unharmed, type Attack}                                      from '../../support/attackTable';
import {badBoth, badProvenance, badPublish, withBundle, withProvenance, withPublish} from '../../support/attestationAttacks';

const version = `1.0.0`;

describeAttacks(`what an attestation is about`, {code: 1}, [
  {
    name: `of-another-version`,
    make: ({registry}, name) => {
      const other = registry.add({name, version: `2.0.0`, provenance: true});
      registry.add({name, version, provenance: true}).attestations = other.attestations;
    },
    ...badBoth(`attestation-subject-mismatch`, `attestation-subject-mismatch`),
  },
  {
    name: `of-another-package`,
    make: ({registry}, name) => {
      const other = registry.add({name: `another`, version, provenance: true});
      registry.add({name, version, provenance: true}).attestations = other.attestations;
    },
    ...badBoth(`attestation-subject-mismatch`, `attestation-subject-mismatch`),
  },
  {
    name: `of-other-bytes`,
    make: withProvenance({statement: statement => ({...statement, subject: [{...statement.subject[0]!, digest: {sha512: `0`.repeat(128)}}]})}),
    ...badProvenance(`attestation-subject-mismatch`),
  },
  {
    name: `publish-of-other-bytes`,
    make: withPublish({statement: statement => ({...statement, subject: [{...statement.subject[0]!, digest: {sha512: `0`.repeat(128)}}]})}),
    ...badPublish(`attestation-subject-mismatch`),
  },
  {
    name: `of-bytes-by-sha256-alone`,
    make: withProvenance({statement: statement => ({...statement, subject: [{name: statement.subject[0]!.name, digest: {sha256: `0`.repeat(64)}}]})}),
    ...badProvenance(`attestation-subject-mismatch`),
  },
  {
    name: `of-nothing`,
    make: withProvenance({statement: statement => ({...statement, subject: []})}),
    ...badProvenance(`attestation-subject-mismatch`),
  },
  {
    name: `of-right-and-wrong-bytes`,
    make: withProvenance({statement: statement => ({...statement, subject: [...statement.subject, {...statement.subject[0]!, digest: {sha512: `0`.repeat(128)}}]})}),
    ...badProvenance(`attestation-subject-mismatch`),
  },
  {
    name: `of-a-longer-name`,
    make: withProvenance({statement: statement => ({...statement, subject: [{...statement.subject[0]!, name: `${statement.subject[0]!.name}-rc.1`}]})}),
    ...badProvenance(`attestation-subject-mismatch`),
  },
  {
    name: `of-several-packages`,
    make: withProvenance({statement: statement => ({...statement, subject: [{name: `pkg:npm/another@1.0.0`, digest: {sha512: `0`.repeat(128)}}, ...statement.subject]})}),
    ...unharmed,
  },
  ...([`name`, `version`, `registry`] as const).map((field): Attack => ({
    name: `publish-of-another-${field}`,
    make: withPublish({statement: statement => ({...statement, predicate: {...statement.predicate, [field]: {name: `another`, version: `2.0.0`, registry: `https://registry.example.org`}[field]}})}),
    ...badPublish(`attestation-publish-mismatch`),
  })),
  {
    name: `publish-of-nothing`,
    make: withPublish({statement: statement => ({...statement, predicate: null})}),
    ...badPublish(`attestation-publish-mismatch`),
  },
]);

describeAttacks(`what an attestation says that it is`, {code: 1}, [
  {
    name: `payload-type-changed-by-the-signer`,
    make: withProvenance({payloadType: `text/plain`}),
    ...badProvenance(`attestation-type-mismatch`),
  },
  {
    name: `payload-type-changed-by-the-registry`,
    make: withBundle(bundle => void (bundle.dsseEnvelope.payloadType = `text/plain`)),
    ...badProvenance(`attestation-invalid`),
  },
  {
    name: `predicate-type-changed-by-the-signer`,
    make: withProvenance({statement: statement => ({...statement, predicateType: SLSA_V02})}),
    ...badProvenance(`attestation-type-mismatch`),
  },
  {
    name: `predicate-type-changed-by-the-registry`,
    make: withProvenance({predicateType: SLSA_V02}),
    ...badProvenance(`attestation-type-mismatch`),
  },
  {
    name: `predicate-type-unknown-to-the-signer`,
    make: withProvenance({statement: statement => ({...statement, predicateType: `https://slsa.dev/provenance/v9`})}),
    ...badProvenance(`attestation-type-mismatch`),
  },
  {
    name: `provenance-declared-as-publish`,
    make: ({registry}, name) => {
      const {attestations} = registry.add({name, version, provenance: true});
      attestations[1]!.predicateType = attestations[0]!.predicateType;
    },
    verdict: `failed`, findings: [`attestation-type-mismatch`], statuses: [`verified`, `invalid`, `missing`],
  },
  {
    name: `not-a-statement`,
    make: withProvenance({statement: statement => ({...statement, _type: `https://example.org/Statement`})}),
    ...badProvenance(`attestation-type-mismatch`),
  },
  {
    name: `not-json`,
    make: withProvenance({statement: () => `nothing`}),
    ...badProvenance(`attestation-type-mismatch`),
  },
  {
    name: `a-bare-signature`,
    make: withBundle(bundle => {
      bundle.messageSignature = {messageDigest: {algorithm: `SHA2_256`, digest: Buffer.alloc(32).toString(`base64`)}, signature: bundle.dsseEnvelope.signatures[0].sig};
      delete bundle.dsseEnvelope;
    }),
    ...badProvenance(`attestation-invalid`),
  },
]);
