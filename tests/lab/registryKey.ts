import {createHash, generateKeyPairSync, sign} from 'node:crypto';

export type KeyUsage = `npm:signatures` | `npm:attestations`;

type RegistryKeyOptions = {
  /** Both when absent, as npm's keys have it. */
  usages?: Array<KeyUsage>;
  /** End of validity; none when absent. */
  expires?: Date;
  /** Another key's id, to pass this key off as that one. */
  keyid?: string;
};

/** A registry's signing key pair, P-256. https://docs.npmjs.com/about-registry-signatures */
export class RegistryKey {
  private readonly keys = generateKeyPairSync(`ec`, {namedCurve: `P-256`});

  readonly publicKey = this.keys.publicKey;
  /** The public key, DER encoded. */
  readonly der = this.keys.publicKey.export({format: `der`, type: `spki`});
  readonly pem = this.keys.publicKey.export({format: `pem`, type: `spki`}).toString();
  readonly privateKey = this.keys.privateKey;

  readonly keyid: string;
  readonly usages: Array<KeyUsage>;
  readonly expires: Date | null;

  constructor({usages = [`npm:signatures`, `npm:attestations`], expires, keyid}: RegistryKeyOptions = {}) {
    this.keyid = keyid ?? `SHA256:${createHash(`sha256`).update(this.der).digest(`base64`).replace(/=+$/, ``)}`;
    this.usages = usages;
    this.expires = expires ?? null;
  }

  /** One element of `dist.signatures`. */
  sign({name, version, integrity}: {name: string, version: string, integrity: string}) {
    return {
      keyid: this.keyid,
      sig: sign(`sha256`, Buffer.from(`${name}@${version}:${integrity}`), this.privateKey).toString(`base64`),
    };
  }
}

/** The answer of `/-/npm/v1/keys`. */
export function makeKeysAnswer(keys: Array<RegistryKey>) {
  return {keys: keys.map(key => ({
    expires: key.expires?.toISOString() ?? null,
    keyid: key.keyid,
    keytype: `ecdsa-sha2-nistp256`,
    scheme: `ecdsa-sha2-nistp256`,
    key: key.der.toString(`base64`),
  }))};
}

/** The TUF target `<host>/keys.json`: one element for each use of a key. */
export function makeKeysTarget(keys: Array<RegistryKey>) {
  return {keys: keys.flatMap(key => key.usages.map(keyUsage => ({
    keyId: key.keyid,
    keyUsage,
    publicKey: {
      rawBytes: key.der.toString(`base64`),
      keyDetails: `PKIX_ECDSA_P256_SHA_256`,
      validFor: {
        start: `1999-01-01T00:00:00.000Z`,
        ...key.expires && {end: key.expires.toISOString()},
      },
    },
  })))};
}
