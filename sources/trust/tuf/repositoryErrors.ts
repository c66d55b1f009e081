/** The repository could not be asked, or something that is not it has answered: says nothing about its honesty. */
export class RepositoryFault extends Error {
  override name = `RepositoryFault`;
}

/** The repository has answered with something that its own chain of keys does not vouch for. */
export class InvalidMetadataError extends Error {
  override name = `InvalidMetadataError`;
}

/**
 * Runs a check of `tuf-js` on a file. The library reports whatever it dislikes
 * with all kinds of errors, `TypeError` included; only here are they known to
 * be about the file.
 */
export function verify<T>(path: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw new InvalidMetadataError(`${path}: ${(error as Error).message}`, {cause: error});
  }
}
