/** The parts of a checksum of yarn.lock, `<cacheKey>/<sha512 in hex>`; lockfiles of old have no key. */
export function splitChecksum(checksum: string): {cacheKey: string | null, sha512: string} {
  const separator = checksum.lastIndexOf(`/`);
  return {
    cacheKey: separator === -1 ? null : checksum.slice(0, separator),
    sha512: checksum.slice(separator + 1),
  };
}
