import {createPublicKey}            from 'node:crypto';

import type {KeySource}             from '../auditResult';

import type {KeyUsage, RegistryKey} from './types';

const MAX_KEYS = 256;
const MAX_KEYID_LENGTH = 256;
const MAX_KEY_LENGTH = 4096;

const USAGES: ReadonlyArray<KeyUsage> = [`npm:signatures`, `npm:attestations`];

/** A list of keys is not what it should be; the message says where. */
export class MalformedKeysError extends Error {
  override name = `MalformedKeysError`;
}

/**
 * Reads a list of registry keys, in either known form:
 *
 * - the keys endpoint's, `{keys: [{keyid, keytype, scheme, key, expires}]}`;
 * - the TUF targets', `{keys: [{keyId, keyUsage, publicKey: {rawBytes, keyDetails, validFor: {start, end}}}]}`.
 *
 * Keys of a type or for a use that is not known are left out: registries will
 * have new ones some day, beside those of today. But a list that has nothing
 * else is refused, because an empty one would pass for a registry that does
 * not sign. Resolves to an empty array only for an empty list.
 *
 * https://docs.npmjs.com/about-registry-signatures
 */
export function decodeKeys(document: unknown, source: KeySource, tufHost: string | null = null): Array<RegistryKey> {
  if (!isRecord(document) || !Array.isArray(document.keys))
    throw new MalformedKeysError(`there is no list of keys`);
  if (document.keys.length > MAX_KEYS)
    throw new MalformedKeysError(`there are more than ${MAX_KEYS} keys`);

  const keys: Array<RegistryKey> = [];
  for (const [index, entry] of document.keys.entries()) {
    const fields = readEntry(entry, index);
    if (fields === null)
      continue;

    const key: RegistryKey = {...fields, source, tufHost};
    const twin = keys.find(other => other.keyid === key.keyid && [...key.usages].some(usage => other.usages.has(usage)));
    if (typeof twin === `undefined`) {
      keys.push(key);
      continue;
    }

    const isSame = twin.publicKey.equals(key.publicKey) && twin.expires?.getTime() === key.expires?.getTime();
    if (!isSame) {
      throw new MalformedKeysError(`keys[${index}] contradicts another key with the same id`);
    }
  }

  if (keys.length === 0 && document.keys.length > 0)
    throw new MalformedKeysError(`none of its ${document.keys.length} keys is of a known type and use`);

  return keys;
}

type KeyFields = Pick<RegistryKey, `keyid` | `usages` | `publicKey` | `expires`>;

function readEntry(entry: unknown, index: number): KeyFields | null {
  const at = `keys[${index}]`;
  if (!isRecord(entry))
    throw new MalformedKeysError(`${at} is not an object`);

  return isRecord(entry.publicKey)
    ? readTargetEntry(entry, entry.publicKey, at)
    : readEndpointEntry(entry, at);
}

function readTargetEntry(entry: Record<string, unknown>, publicKey: Record<string, unknown>, at: string): KeyFields | null {
  const keyid = readText(entry.keyId, `${at}.keyId`, MAX_KEYID_LENGTH);
  const usage = USAGES.find(usage => usage === entry.keyUsage);
  if (typeof usage === `undefined` || publicKey.keyDetails !== `PKIX_ECDSA_P256_SHA_256`)
    return null;

  const {validFor} = publicKey;
  if (validFor !== null && typeof validFor !== `undefined` && !isRecord(validFor))
    throw new MalformedKeysError(`${at}.publicKey.validFor is not an object`);

  return {
    keyid,
    usages: new Set([usage]),
    publicKey: readPublicKey(publicKey.rawBytes, `${at}.publicKey.rawBytes`),
    expires: readDate(validFor?.end, `${at}.publicKey.validFor.end`),
  };
}

function readEndpointEntry(entry: Record<string, unknown>, at: string): KeyFields | null {
  const keyid = readText(entry.keyid, `${at}.keyid`, MAX_KEYID_LENGTH);
  if ([entry.keytype, entry.scheme].some(type => type !== `ecdsa-sha2-nistp256`))
    return null;

  return {
    keyid,
    usages: new Set(USAGES),
    publicKey: readPublicKey(entry.key, `${at}.key`),
    expires: readDate(entry.expires, `${at}.expires`),
  };
}

function readPublicKey(value: unknown, at: string) {
  const der = Buffer.from(readText(value, at, MAX_KEY_LENGTH), `base64`);

  try {
    const key = createPublicKey({key: der, format: `der`, type: `spki`});
    if (key.asymmetricKeyType === `ec` && key.asymmetricKeyDetails?.namedCurve === `prime256v1`) {
      return key;
    }
  } catch {
    // Said below, like the wrong curve.
  }

  throw new MalformedKeysError(`${at} is not a P-256 public key`);
}

/** An end that cannot be read must not become no end. */
function readDate(value: unknown, at: string) {
  if (value === null || typeof value === `undefined`)
    return null;

  const date = typeof value === `string` ? new Date(value) : null;
  if (date === null || Number.isNaN(date.getTime()))
    throw new MalformedKeysError(`${at} is not a date`);

  return date;
}

function readText(value: unknown, at: string, maxLength: number) {
  if (typeof value !== `string` || value === `` || value.length > maxLength)
    throw new MalformedKeysError(`${at} is not a text of 1 to ${maxLength} characters`);

  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === `object` && value !== null && !Array.isArray(value);
}
