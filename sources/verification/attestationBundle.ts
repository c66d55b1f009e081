import {bundleFromJSON, type Bundle}                            from '@sigstore/bundle';
import {Verifier, toSignedEntity, toTrustMaterial, type Signer} from '@sigstore/verify';
import {createPublicKey}                                        from 'node:crypto';

import type {Observation}                                       from '../findings';
import type {RegistryKey, RegistryKeys, SigstoreTrust}          from '../trust/types';

import {getField}                                               from './statement';

/** A bundle whose signature, certificate chain, log entries and timestamps hold. What it says is another matter. */
export type VerifiedBundle = {
  payload: Buffer;
  payloadType: string;
  signedBy:
  | {type: `certificate`, signer: Signer}
  | {type: `registry-key`, key: RegistryKey};
  /** The earliest time that a log or a timestamp authority has signed. */
  time: Date;
  /** Position in the transparency log, for people to look it up. */
  logIndex: string | null;
};

export type BundleVerification =
  | {status: `verified`, bundle: VerifiedBundle}
  | {status: `invalid` | `unsupported`, observation: Observation}
  /** Signed by a key that could not be had. */
  | {status: `keys-unavailable`};

const KNOWN_MEDIA_TYPES = new Set([
  `application/vnd.dev.sigstore.bundle+json;version=0.1`,
  `application/vnd.dev.sigstore.bundle+json;version=0.2`,
  `application/vnd.dev.sigstore.bundle+json;version=0.3`,
  `application/vnd.dev.sigstore.bundle.v0.3+json`,
]);

const BUNDLE_MEDIA_TYPE = /^application\/vnd\.dev\.sigstore\.bundle(?:\.v[0-9.]+)?\+json(?:;version=[0-9.]+)?$/;

/** Each entry costs several signature verifications and is compared with each other one; honest bundles have one. */
const MAX_ENTRIES = 8;

/**
 * Cryptographic verification of one attestation against one run's trust: every
 * timestamp and log entry that the bundle has, and at least one of each.
 */
export type BundleVerifier = (served: unknown, keys: RegistryKeys) => BundleVerification;

export function makeBundleVerifier(trust: SigstoreTrust): BundleVerifier {
  const {publicKey: _, ...authorities} = toTrustMaterial(trust.root);

  return (served, keys) => {
    const decoded = decodeBundle(served);
    if (!(`bundle` in decoded))
      return decoded;

    const {bundle} = decoded;
    let key: RegistryKey | null = null;

    if (bundle.verificationMaterial.content.$case === `publicKey`) {
      const {hint} = bundle.verificationMaterial.content.publicKey;
      key = keys.keys.find(key => key.keyid === hint && key.usages.has(`npm:attestations`)) ?? null;

      if (key === null && keys.kind === `unavailable`) {
        return {status: `keys-unavailable`};
      }
    }

    const verifier = new Verifier({
      ...authorities,
      publicKey: () => {
        if (key === null)
          throw new Error(`no trusted registry key with this id may sign attestations`);

        const {expires, publicKey} = key;
        return {
          publicKey: createPublicKey({key: publicKey, format: `der`, type: `spki`}),
          validFor: date => expires === null || date <= expires,
        };
      },
    });

    try {
      const entity = toSignedEntity(bundle);
      const signer = verifier.verify(entity);

      const times = entity.timestamps.flatMap(timestamp => {
        if (timestamp.$case === `timestamp-authority`)
          return [timestamp.timestamp.signingTime];

        // Without the log's promise the integration time is not signed.
        return timestamp.tlogEntry.inclusionPromise ? [new Date(Number(timestamp.tlogEntry.integratedTime) * 1000)] : [];
      });

      const {content} = bundle;
      if (content.$case !== `dsseEnvelope`)
        return {status: `invalid`, observation: makeInvalid(`the bundle holds a bare signature, not a statement`, `attestation-type-mismatch`)};

      return {
        status: `verified`,
        bundle: {
          payload: content.dsseEnvelope.payload,
          payloadType: content.dsseEnvelope.payloadType,
          signedBy: key !== null ? {type: `registry-key`, key} : {type: `certificate`, signer},
          time: new Date(Math.min(...times.map(Number))),
          logIndex: bundle.verificationMaterial.tlogEntries[0]?.logIndex ?? null,
        },
      };
    } catch (error) {
      // The library also throws what its parsers throw on hostile input:
      // whatever it is, this bundle was not verified.
      const {code, message} = error as {code?: unknown, message?: unknown};
      return {status: `invalid`, observation: makeInvalid(`${typeof code === `string` ? code : `PARSE_ERROR`}: ${String(message)}`)};
    }
  };
}

function makeInvalid(found: string, id: `attestation-invalid` | `attestation-type-mismatch` = `attestation-invalid`): Observation {
  return {
    id,
    message: id === `attestation-invalid` ? `An attestation of this version fails verification` : `An attestation of this version is not an in-toto statement`,
    expected: id === `attestation-invalid` ? `a bundle that verifies against the trusted root` : `a DSSE envelope with an in-toto statement`,
    found,
    hint: `Do not install this version before its publisher or the registry has explained it`,
  };
}

function decodeBundle(served: unknown): {bundle: Bundle} | Extract<BundleVerification, {observation: Observation}> {
  const mediaType = getField(served, `mediaType`);
  if (typeof mediaType === `string` && !KNOWN_MEDIA_TYPES.has(mediaType) && BUNDLE_MEDIA_TYPE.test(mediaType)) {
    return {
      status: `unsupported`,
      observation: {
        id: `attestation-unsupported`,
        message: `An attestation of this version has a bundle format that this plugin does not know`,
        expected: [...KNOWN_MEDIA_TYPES].join(`, `),
        found: mediaType,
        hint: `Update the plugin`,
      },
    };
  }

  const malformed = (found: string) => ({
    status: `invalid` as const,
    observation: {
      id: `attestation-malformed` as const,
      message: `An attestation of this version is not a Sigstore bundle`,
      expected: `a bundle of media type ${[...KNOWN_MEDIA_TYPES].join(`, `)}`,
      found,
      hint: `Run the command again; if it stays, report it to the registry`,
    },
  });

  if (typeof mediaType !== `string` || !KNOWN_MEDIA_TYPES.has(mediaType))
    return malformed(`media type ${typeof mediaType === `string` ? mediaType : `missing`}`);

  for (const path of [[`tlogEntries`], [`timestampVerificationData`, `rfc3161Timestamps`], [`x509CertificateChain`, `certificates`]]) {
    const list = getField(served, `verificationMaterial`, ...path);
    if (Array.isArray(list) && list.length > MAX_ENTRIES) {
      return malformed(`${list.length} ${path.at(-1)}`);
    }
  }

  try {
    return {bundle: bundleFromJSON(served)};
  } catch (error) {
    return malformed((error as Error).message);
  }
}
