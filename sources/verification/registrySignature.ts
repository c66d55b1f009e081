import {verify}                         from 'node:crypto';

import type {SignatureResult}           from '../auditResult';
import type {RegistrySignature}         from '../evidence/types';
import type {Observation}               from '../findings';
import type {RegistryKey, RegistryKeys} from '../trust/types';

/** What bounds the moment of publication from above, best first. */
export type PublishTime =
  /** A transparency log or timestamp authority has signed it. */
  | {source: `log`, time: Date}
  /** The registry's word, only asked for under `--strict`; null when it does not say. */
  | {source: `registry`, time: Date | null};

export type SignatureVerification =
  | {status: `verified`, key: RegistryKey, keyExpiry: NonNullable<SignatureResult[`keyExpiry`]>}
  /** The version carries none: what that means depends on its registry. */
  | {status: `absent`}
  | {status: `failed`, keyid?: string, observation: Observation}
  /** The keys could not be had. */
  | {status: `unavailable`, observation: Observation};

/** Keys rotate and anyone can append junk, but nobody needs more than a few signatures: past this many by known keys the rest is not computed. */
const MAX_ATTEMPTS = 100;

/**
 * One valid signature by a trusted, unexpired key is enough.
 * https://docs.npmjs.com/about-registry-signatures
 *
 * Name and version come from the lockfile, never from the document that is
 * being checked: otherwise another package's document would verify.
 */
export function verifyRegistrySignature({name, version, integrity, signatures, keys, publishTime}: {
  name: string;
  version: string;
  /** `dist.integrity` as the document spells it. */
  integrity: string | null;
  signatures: Array<RegistrySignature>;
  keys: RegistryKeys;
  publishTime: PublishTime | null;
}): SignatureVerification {
  if (signatures.length === 0)
    return keys.kind === `unavailable`
      ? {status: `unavailable`, observation: keysUnavailable(keys)}
      : {status: `absent`};


  const candidates = signatures.flatMap(signature => keys.keys.flatMap(key => {
    return key.keyid === signature.keyid && key.usages.has(`npm:signatures`) ? [{signature, key}] : [];
  }));

  if (candidates.length === 0) {
    if (keys.kind === `unavailable`)
      return {status: `unavailable`, observation: keysUnavailable(keys)};

    return {
      status: `failed`,
      keyid: signatures[0]!.keyid,
      observation: {
        id: `signature-key-unknown`,
        message: `All signatures of this version are by keys that nobody vouches for`,
        expected: listKeyids(keys.keys.filter(key => key.usages.has(`npm:signatures`)).map(key => key.keyid)),
        found: listKeyids(signatures.map(signature => signature.keyid)),
        hint: `Compare the key with those that the registry publishes; a registry with keys of its own is named in npmSigstoreRegistryKeys`,
      },
    };
  }

  const message = Buffer.from(`${name}@${version}:${integrity ?? ``}`);
  let expired: RegistryKey | null = null;

  for (const {signature, key} of candidates.slice(0, MAX_ATTEMPTS)) {
    if (integrity === null || !isSignedBy(key, message, signature.sig))
      continue;

    const keyExpiry = getKeyExpiry(key, publishTime);
    if (keyExpiry !== `expired`)
      return {status: `verified`, key, keyExpiry};

    expired = key;
  }

  if (expired !== null) {
    return {
      status: `failed`,
      keyid: expired.keyid,
      observation: {
        id: `signature-key-expired`,
        message: `The signature is by a key whose validity had ended when this version was published`,
        expected: `published before ${expired.expires!.toISOString()}`,
        found: publishTime?.time ? `published ${publishTime.time.toISOString()} (${publishTime.source === `log` ? `transparency log` : `registry`})` : `the registry gives no publish time`,
        hint: `Ask the registry's operators to sign this version with a current key`,
      },
    };
  }

  return {
    status: `failed`,
    keyid: candidates[0]!.key.keyid,
    observation: {
      id: `signature-invalid`,
      message: `No registry signature of this version is valid`,
      expected: `a signature over ${name}@${version} and its integrity`,
      found: integrity === null ? `the document carries no integrity` : `${integrity}, not signed by ${candidates[0]!.key.keyid}`,
      hint: `Do not install this version; compare its metadata with another source and report it to the registry`,
    },
  };
}

function isSignedBy(key: RegistryKey, message: Buffer, signature: string) {
  try {
    return verify(`sha256`, message, key.publicKey, Buffer.from(signature, `base64`));
  } catch {
    // Not a DER signature at all: the same as one that does not verify.
    return false;
  }
}

function getKeyExpiry(key: RegistryKey, publishTime: PublishTime | null): NonNullable<SignatureResult[`keyExpiry`]> | `expired` {
  if (key.expires === null)
    return `none`;
  if (publishTime === null)
    return `unchecked`;

  // A registry that was asked for the time and gives none does not get the
  // benefit of the doubt: leaving it out would be the cheapest way to backdate.
  if (publishTime.time === null || publishTime.time > key.expires)
    return `expired`;

  return publishTime.source;
}

/** The finding for everything that needed the registry's keys and did not get them. */
export function keysUnavailable({reason}: RegistryKeys): Observation {
  return {
    id: `keys-unavailable`,
    message: `The registry's signing keys could not be obtained`,
    found: reason,
    hint: `Run the command again when the registry answers, or name a file with its keys in npmSigstoreRegistryKeys`,
  };
}

function listKeyids(keyids: Array<string>) {
  return keyids.length > 0 ? [...new Set(keyids)].slice(0, 4).join(`, `) : `no key`;
}
