import type {Observation} from '../findings';

/** A file or link of a package, by its path below the package's folder. */
export type ArchiveEntry =
  /** `sha256` in hex; null where the size alone told that the content is another. */
  | {type: `file`, executable: boolean, size: number, sha256: string | null}
  | {type: `link`, target: string};

/** Folders are not listed: Yarn makes them as it needs them. */
export type ArchiveListing = ReadonlyMap<string, ArchiveEntry>;

export type Difference = {
  path: string;
  how: `content` | `mode` | `missing` | `extra`;
};

/** The first difference in the order of paths; null when both hold the same. */
export function findDifference(tarball: ArchiveListing, archive: ArchiveListing): Difference | null {
  for (const path of [...new Set([...tarball.keys(), ...archive.keys()])].sort()) {
    const how = compareEntries(tarball.get(path), archive.get(path));
    if (how !== null) {
      return {path, how};
    }
  }

  return null;
}

function compareEntries(expected: ArchiveEntry | undefined, found: ArchiveEntry | undefined): Difference[`how`] | null {
  if (typeof expected === `undefined`)
    return `extra`;
  if (typeof found === `undefined`)
    return `missing`;

  if (expected.type === `link` || found.type === `link`)
    return expected.type === `link` && found.type === `link` && expected.target === found.target ? null : `content`;

  if (expected.sha256 === null || expected.sha256 !== found.sha256)
    return `content`;

  // All that Yarn keeps of a mode is whether the file may be run.
  return expected.executable === found.executable ? null : `mode`;
}

/** Whether the archive holds exactly what Yarn makes of the tarball. */
export function checkArchiveContent(tarball: ArchiveListing, archive: ArchiveListing): Observation | null {
  const difference = findDifference(tarball, archive);
  return difference !== null ? makeMismatch(`the same content as in the tarball`, describeDifference(difference)) : null;
}

/** For a tarball that cannot be unpacked, or must not be. */
export function makeUnusableTarball(reason: string): Observation {
  return makeMismatch(`a tarball of ordinary files`, `the tarball cannot be used: ${reason}`);
}

/** For an archive that cannot be read at all. */
export function makeUnreadableArchive(reason: string): Observation {
  return makeMismatch(`an archive that can be unpacked`, `the archive cannot be used: ${reason}`);
}

function describeDifference({path, how}: Difference): string {
  switch (how) {
    case `content`: return `${path}: other content`;
    case `mode`: return `${path}: another mode (executable or not)`;
    case `missing`: return `${path}: missing in the archive`;
    default: return `${path}: extra, not in the tarball`;
  }
}

function makeMismatch(expected: string, found: string): Observation {
  return {
    id: `archive-mismatch`,
    message: `The archive in Yarn's cache does not hold the content of the registry's tarball`,
    expected,
    found,
    hint: `Remove the archive from the cache and install again; find out who changed it if it was committed`,
  };
}
