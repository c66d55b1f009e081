import {structUtils}                              from '@yarnpkg/core';
import type {Configuration, Descriptor, Manifest} from '@yarnpkg/core';
import {posix}                                    from 'node:path';

/** What a manifest says that decides what else gets installed and run, in the form that Yarn's resolver gives it. */
export type ManifestClaims = {
  /** Stringified ident; null for what is no name. */
  name: string | null;
  version: string | null;
  /** Ranges by stringified ident, optional dependencies included. */
  dependencies: ReadonlyMap<string, string>;
  peerDependencies: ReadonlyMap<string, string>;
  /** Paths by the name of the command. */
  bin: ReadonlyMap<string, string>;
};

export type ArchivedClaims = ManifestClaims & {
  /** `directories.bin`, whose files the registry turns into commands. */
  binFolder: string | null;
};

type Fields = Pick<Manifest, `version` | `dependencies` | `peerDependencies` | `bin`> & {name: string | null};

/** The claims of a manifest, or of an entry of the lockfile. */
export function getManifestClaims({name, version, dependencies, peerDependencies, bin}: Fields, configuration: Configuration): ManifestClaims {
  return {
    name,
    version,
    dependencies: getRanges(configuration.normalizeDependencyMap(dependencies)),
    peerDependencies: getRanges(peerDependencies),
    bin: new Map(Array.from(bin, ([command, path]) => [command, posix.normalize(path)])),
  };
}

function getRanges(descriptors: ReadonlyMap<unknown, Descriptor>): Map<string, string> {
  return new Map(Array.from(descriptors.values(), descriptor => [structUtils.stringifyIdent(descriptor), descriptor.range.trim()]));
}
