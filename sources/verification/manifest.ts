import semver                                from 'semver';

import type {Observation}                    from '../findings';
import type {ArchivedClaims, ManifestClaims} from '../manifestClaims';

/** How many differences one message names. */
const MAX_NAMED = 3;

/**
 * Holds the package.json that was in the tarball against the lockfile, whose
 * entry was made from the registry's unsigned metadata: a dependency or command
 * that is only there was put in by somebody else than who made the package.
 * `archived` is null for a package.json that cannot be read.
 */
export function checkManifest(subject: {name: string, version: string}, archived: ArchivedClaims | null, locked: ManifestClaims): Array<Observation> {
  if (archived === null || archived.name !== subject.name || !isSameVersion(archived.version, subject.version)) {
    return [{
      id: `manifest-mismatch`,
      message: `The archive holds another package than the lockfile names`,
      expected: `${subject.name}@${subject.version}`,
      found: archived !== null ? `${archived.name ?? `(no name)`}@${archived.version ?? `(no version)`}` : `no package.json that could be read`,
      hint: `Do not install this version; report it to the registry`,
    }];
  }

  const differences = [
    ...compare(`dependency`, locked.dependencies, archived.dependencies).filter(({key, found, expected}) => !isImpliedGyp(key, found, expected)),
    ...compare(`peer dependency`, locked.peerDependencies, archived.peerDependencies),
    ...compare(`command`, locked.bin, archived.bin).filter(({found, expected}) => !isInFolder(archived.binFolder, found, expected)),
  ];

  if (differences.length === 0)
    return [];

  const named = differences.slice(0, MAX_NAMED);
  const list = (describe: (difference: Difference) => string) => [
    ...named.map(describe),
    ...differences.length > named.length ? [`and ${differences.length - named.length} more`] : [],
  ].join(`, `);

  return [{
    id: `manifest-mismatch`,
    minor: true,
    message: `The lockfile has other dependencies or commands for this version than its own package.json`,
    expected: `package.json: ${list(({what, key, expected}) => `${what} ${key} ${expected ?? `(none)`}`)}`,
    found: `yarn.lock: ${list(({what, key, found}) => `${what} ${key} ${found ?? `(none)`}`)}`,
    hint: `Dependencies come from metadata that nobody signs: find out whether the publisher or the registry added them`,
  }];
}

/** `found` is the lockfile's word, `expected` that of the package; null for none. */
type Difference = {what: string, key: string, found: string | null, expected: string | null};

function compare(what: string, locked: ReadonlyMap<string, string>, archived: ReadonlyMap<string, string>): Array<Difference> {
  return [...new Set([...locked.keys(), ...archived.keys()])].sort().flatMap(key => {
    const found = locked.get(key) ?? null;
    const expected = archived.get(key) ?? null;

    return found === expected ? [] : [{what, key, found, expected}];
  });
}

/** Registries take `v1.0.0` for 1.0.0 and drop what follows a plus sign. */
function isSameVersion(archived: string | null, version: string): boolean {
  return archived !== null && semver.valid(archived, {loose: true}) !== null && semver.eq(archived, version, {loose: true});
}

/** The registry adds an install script to packages with a binding.gyp, and Yarn what that needs. */
function isImpliedGyp(name: string, locked: string | null, archived: string | null): boolean {
  return name === `node-gyp` && locked === `npm:latest` && archived === null;
}

function isInFolder(folder: string | null, locked: string | null, archived: string | null): boolean {
  return folder !== null && locked !== null && archived === null && locked.startsWith(`${folder.replace(/^\.\//, ``).replace(/\/+$/, ``)}/`);
}
