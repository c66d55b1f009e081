import {splitChecksum}    from '../checksum';
import type {Observation} from '../findings';

/**
 * Holds an archive on disk against the lockfile. Archives that were made in
 * another format than the lockfile's cannot be: Yarn does not compare them
 * either. Both as `<cacheKey>/<sha512 in hex>`; `locked` is null for packages
 * of some platforms only, and has no key in lockfiles of old.
 */
export function checkChecksum(locked: string | null, found: string): Observation | null {
  if (locked === null)
    return null;

  const expected = splitChecksum(locked);
  const actual = splitChecksum(found);

  if (expected.sha512 === actual.sha512 || (expected.cacheKey !== null && expected.cacheKey !== actual.cacheKey))
    return null;

  return {
    id: `checksum-mismatch`,
    message: `The archive in Yarn's cache does not match the checksum in yarn.lock`,
    expected: locked,
    found,
    hint: `Remove the archive from the cache and install again; find out who changed it if it was committed`,
  };
}
