import {miscUtils, structUtils}                                             from '@yarnpkg/core';
import type {Configuration, Locator, Package, Project}                      from '@yarnpkg/core';

import {getManifestClaims}                                                  from '../manifestClaims';

import type {LockedArchive, PackageSource}                                  from './installedPackage';
import {getPackageLocator, getSource, isPatch, isWorkspace, unpatchLocator} from './packageSource';
import {getReachability, type ReachByWorkspace}                             from './reachability';

/** A package of the lockfile, before anybody selected from them. */
export type Candidate = {
  locator: Locator;
  /** Stringified locator. */
  id: string;
  /** Stringified ident. */
  name: string;
  version: string | null;
  source: PackageSource;
  patched: boolean;
  conditional: boolean;
  archives: Array<LockedArchive>;
  reach: ReachByWorkspace;
};

/**
 * One candidate for each package of a resolved lockfile, sorted by id.
 * Workspaces are no packages; a patched package is its source, and whoever
 * reaches the patch reaches the source.
 */
export function makeCandidates(project: Project, entries: ReadonlyArray<Package>, configuration: Configuration): Array<Candidate> {
  const versions = new Map(entries.map(entry => [entry.locatorHash, entry.version]));
  const reachability = getReachability(project);
  const candidates = new Map<string, Candidate>();

  for (const entry of entries) {
    const sourceLocator = unpatchLocator(entry, configuration);
    if (isWorkspace(sourceLocator))
      continue;

    const source = getSource(sourceLocator, configuration);
    const locator = getPackageLocator(sourceLocator, source);
    const id = structUtils.stringifyLocator(locator);

    const candidate = miscUtils.getFactoryWithDefault(candidates, id, () => ({
      locator,
      id,
      name: structUtils.stringifyIdent(locator),
      version: source.type === `npm` ? source.version : versions.get(sourceLocator.locatorHash) ?? null,
      source,
      patched: false,
      conditional: false,
      archives: [],
      reach: new Uint8Array(project.workspaces.length),
    }));

    candidate.patched ||= isPatch(entry);
    candidate.conditional ||= entry.conditions !== null;

    if (source.type === `npm` && !isPatch(entry))
      candidate.archives.push(getLockedArchive(entry, project));

    for (const [index, bits] of reachability.get(entry.locatorHash)?.entries() ?? []) {
      candidate.reach[index]! |= bits;
    }
  }

  return [...candidates.values()].sort((a, b) => a.id < b.id ? -1 : 1);
}

function getLockedArchive(entry: Package, {storedChecksums, configuration}: Project): LockedArchive {
  const name = structUtils.stringifyIdent(entry);

  return {
    locator: structUtils.convertPackageToLocator(entry),
    checksum: storedChecksums.get(entry.locatorHash) ?? null,
    claims: getManifestClaims({...entry, name}, configuration),
  };
}
