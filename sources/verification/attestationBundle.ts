import {bundleFromJSON, type Bundle, type TransparencyLogEntry}                                        from '@sigstore/bundle';
import {Verifier, toSignedEntity, toTrustMaterial, type SignedEntity, type Signer, type TrustMaterial} from '@sigstore/verify';

import type {Observation}                                                                              from '../findings';
import {getField}                                                                                      from '../jsonFields';
import type {RegistryKey, RegistryKeys, SigstoreTrust}                                                 from '../trust/types';

import {MemoizedCertificate}                                                                           from './memoizedCertificate';

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
  const authorities = getAuthorities(trust);

  return (served, keys) => {
    const decoded = decodeBundle(served);
    if (!(`bundle` in decoded))
      return decoded;

    const {bundle} = decoded;
    const {content} = bundle.verificationMaterial;
    if (content.$case !== `publicKey`)
      return verify(bundle, null, authorities);

    const {hint} = content.publicKey;
    const candidates = keys.keys.filter(key => key.keyid === hint && key.usages.has(`npm:attestations`));
    if (candidates.length === 0)
      return keys.kind === `unavailable` ? {status: `keys-unavailable`} : {status: `invalid`, observation: makeInvalid(`PUBLIC_KEY_ERROR: no trusted registry key ${hint} may sign attestations`)};

    // Two registries may have keys of the same id.
    const results = candidates.map(key => verify(bundle, key, authorities));
    return results.find(({status}) => status === `verified`) ?? results[0]!;
  };
}

type TimeConstrainedKey = ReturnType<TrustMaterial[`publicKey`]>;
type Authorities = Omit<TrustMaterial, `publicKey`>;

function getAuthorities({root}: SigstoreTrust): Authorities {
  const {publicKey: _, ...authorities} = toTrustMaterial(root);

  return {
    ...authorities,
    certificateAuthorities: authorities.certificateAuthorities.map(authority => ({...authority, certChain: authority.certChain.map(MemoizedCertificate.of)})),
    timestampAuthorities: authorities.timestampAuthorities.map(authority => ({...authority, certChain: authority.certChain.map(MemoizedCertificate.of)})),
  };
}

function verify(bundle: Bundle, key: RegistryKey | null, authorities: Authorities): BundleVerification {
  const verifier = new Verifier({...authorities, publicKey: () => getPublicKey(key)});

  try {
    const entity = toEntity(bundle);
    const signer = verifier.verify(entity);

    const times = entity.timestamps.flatMap(timestamp => {
      if (timestamp.$case === `timestamp-authority`)
        return [timestamp.timestamp.signingTime];

      // Without the log's promise the integration time is not signed.
      return timestamp.tlogEntry.inclusionPromise ? [new Date(Number(timestamp.tlogEntry.integratedTime) * 1000)] : [];
    });

    const time = new Date(Math.min(...times.map(Number)));
    const retired = entity.tlogEntries.some(({logId}) => !authorities.tlogs.some(log => log.logID.equals(logId.keyId) && log.validFor.start <= time && time <= log.validFor.end));

    // The verifier holds a log's validity against its promises, but not against its proofs.
    if (retired)
      return {status: `invalid`, observation: makeInvalid(`TLOG_ERROR: the log was not in service at ${time.toISOString()}`)};

    const {content} = bundle;
    if (content.$case !== `dsseEnvelope`)
      return {status: `invalid`, observation: makeInvalid(`the bundle holds a bare signature, not a statement`, `attestation-type-mismatch`)};

    return {
      status: `verified`,
      bundle: {
        payload: content.dsseEnvelope.payload,
        payloadType: content.dsseEnvelope.payloadType,
        signedBy: key !== null ? {type: `registry-key`, key} : {type: `certificate`, signer},
        time,
        logIndex: getLogIndex(entity.tlogEntries[0]),
      },
    };
  } catch (error) {
    // The library also throws what its parsers throw on hostile input:
    // whatever it is, this bundle was not verified.
    const {code, message} = error as {code?: unknown, message?: unknown};
    return {status: `invalid`, observation: makeInvalid(`${typeof code === `string` ? code : `PARSE_ERROR`}: ${String(message)}`)};
  }
}

function toEntity(bundle: Bundle): SignedEntity {
  const entity = toSignedEntity(bundle);
  return entity.key.$case === `certificate`
    ? {...entity, key: {...entity.key, certificate: MemoizedCertificate.of(entity.key.certificate)}}
    : entity;
}

function getPublicKey(key: RegistryKey | null): TimeConstrainedKey {
  if (key === null)
    throw new Error(`Assertion failed: Expected a bundle that is signed with a certificate`);

  const {expires, publicKey} = key;
  return {publicKey, validFor: date => expires === null || date <= expires};
}

/** The index beside the entry is signed by the log's promise alone; the one in the proof takes part in the proof. */
function getLogIndex(entry: TransparencyLogEntry | undefined): string | null {
  const index = entry?.inclusionPromise ? entry.logIndex : entry?.inclusionProof?.logIndex;
  return index && /^[0-9]{1,20}$/.test(index) ? index : null;
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

  const oversized = findOversized(getField(served, `verificationMaterial`));
  if (oversized !== null)
    return malformed(oversized);

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

/**
 * Certificates and timestamps are parsed before any signature is looked at, by
 * code whose time grows faster than their size; honest ones have a few
 * kilobytes. Lengths are those of the base64 text.
 */
const MAX_CERTIFICATE = 16_384;
const MAX_TIMESTAMP = 32_768;
const MAX_CHECKPOINT = 65_536;
const MAX_HASHES = 64;

function findOversized(material: unknown): string | null {
  const getList = (...path: Array<string>) => {
    const list = getField(material, ...path);
    return Array.isArray(list) ? list as Array<unknown> : [];
  };

  const texts: Array<[what: string, value: unknown, limit: number]> = [
    [`certificate`, getField(material, `certificate`, `rawBytes`), MAX_CERTIFICATE],
    ...getList(`x509CertificateChain`, `certificates`).map(certificate => [`certificate`, getField(certificate, `rawBytes`), MAX_CERTIFICATE] as [string, unknown, number]),
    ...getList(`timestampVerificationData`, `rfc3161Timestamps`).map(timestamp => [`timestamp`, getField(timestamp, `signedTimestamp`), MAX_TIMESTAMP] as [string, unknown, number]),
    ...getList(`tlogEntries`).map(entry => [`checkpoint`, getField(entry, `inclusionProof`, `checkpoint`, `envelope`), MAX_CHECKPOINT] as [string, unknown, number]),
  ];

  for (const [what, value, limit] of texts)
    if (typeof value === `string` && value.length > limit)
      return `a ${what} of ${value.length} characters`;

  const isLong = getList(`tlogEntries`).some(entry => {
    const hashes = getField(entry, `inclusionProof`, `hashes`);
    return Array.isArray(hashes) && hashes.length > MAX_HASHES;
  });

  return isLong ? `an inclusion proof of more than ${MAX_HASHES} hashes` : null;
}
