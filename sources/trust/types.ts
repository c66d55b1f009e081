import type {TrustedRoot}                 from '@sigstore/protobuf-specs';
import type {KeyObject}                   from 'node:crypto';

import type {KeySource, TrustDescription} from '../auditResult';
import type {Observation}                 from '../findings';

/** What a registry key may sign. The endpoint's form does not tell, so its keys may sign both. */
export type KeyUsage = `npm:signatures` | `npm:attestations`;

/** A registry's public key, with who vouches for it. */
export type RegistryKey = {
  keyid: string;
  usages: ReadonlySet<KeyUsage>;
  /** P-256. */
  publicKey: KeyObject;
  /** End of validity; null when it has none. The start is not enforced: signatures were backfilled. */
  expires: Date | null;
  source: KeySource;
  /** `<host>` of the TUF target that vouches for the key; null for other sources. */
  tufHost: string | null;
};

/** The trust that one run starts from, wherever it came from. */
export type SigstoreTrust = {
  description: TrustDescription;
  /** What happened on the way: `trust-invalid`, `trust-stale`. */
  observations: Array<Observation>;
  root: TrustedRoot;
  /** Keys of all `<host>/keys.json` targets. */
  keys: Array<RegistryKey>;
  /** The hosts (`host[:port][/path]`) that have such a target. */
  keyHosts: ReadonlySet<string>;
};

/** The keys that may sign for one registry, and how that was found out. */
export type RegistryKeys = {
  /**
   * - `tuf`: signed by TUF keys alone (a target for its host, or Yarn's default registry);
   * - `pinned`: the settings name a file;
   * - `endpoint`: the registry's own keys endpoint has answered with keys;
   * - `none`: that endpoint said that there are none;
   * - `unavailable`: it could not be asked, or answered garbage.
   */
  kind: `tuf` | `pinned` | `endpoint` | `none` | `unavailable`;
  /** All keys that count, by key id: TUF's too, whatever host served the package, except where the settings pin others. */
  keys: Array<RegistryKey>;
  /** For `pinned`: whether TUF has keys for the host, or it is Yarn's default registry. What such a host denies having is missing. */
  isVouchedFor?: boolean;
  /** For `unavailable`: why. */
  reason?: string;
};
