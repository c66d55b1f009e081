import type {KeyUsage, RegistryKey, RegistryKeys, SigstoreTrust} from './types';

/**
 * The key that a signature by `keyid` on a package of a registry is to be held
 * against; null when nobody who may vouch for it does.
 *
 * TUF keys count whatever host served the package, so that mirrors which pass
 * signatures on are held against the origin's keys; but where the settings pin
 * a registry's keys, no others count. A registry's own keys count beside those
 * of TUF, and never under an id that TUF has: not even for a use that TUF does
 * not give it.
 */
export function findKey(keyid: string, usage: KeyUsage, {kind, keys}: RegistryKeys, trust: SigstoreTrust): RegistryKey | null {
  const isVouchedFor = kind !== `pinned` && trust.keys.some(key => key.keyid === keyid);
  const candidates = isVouchedFor ? trust.keys : keys;

  return candidates.find(key => key.keyid === keyid && key.usages.has(usage)) ?? null;
}
