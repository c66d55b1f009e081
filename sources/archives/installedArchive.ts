import {Cache, structUtils}          from '@yarnpkg/core';
import type {Configuration, Locator} from '@yarnpkg/core';
import {ppath, xfs}                  from '@yarnpkg/fslib';
import type {Filename, PortablePath} from '@yarnpkg/fslib';

import {splitChecksum}               from '../checksum';

/** The archive of a package in Yarn's cache. */
export type InstalledArchive = {
  path: PortablePath;
  /** Version of the cache format and compression it was made with, as in `10c0`. */
  cacheKey: string;
  /** In bytes. */
  size: number;
};

/** Finds archives in the project's cache, and in the global one that Yarn copies from, without changing either. */
export type FindInstalledArchive = (locator: Locator, checksum: string | null) => Promise<InstalledArchive | null>;

export function makeFindInstalledArchive(configuration: Configuration): FindInstalledArchive {
  // `Cache.find` would make the folders.
  const cache = new Cache(configuration.get(`cacheFolder`), {configuration, immutable: true});

  return async (locator, checksum) => {
    for (const {path, cacheKey} of listCandidates(cache, locator, checksum)) {
      try {
        const {size} = await xfs.statPromise(path);
        return {path, cacheKey, size};
      } catch (error) {
        if (![`ENOENT`, `ENOTDIR`].includes((error as NodeJS.ErrnoException).code ?? ``)) {
          throw error;
        }
      }
    }

    return null;
  };
}

/**
 * Where Yarn would look, the place that counts first: the one that an
 * installation would use. An archive made with other settings than today's is
 * named by those of its lockfile.
 */
function listCandidates(cache: Cache, locator: Locator, checksum: string | null) {
  const slug = structUtils.slugifyLocator(locator);
  const {cacheKey, sha512} = checksum !== null ? splitChecksum(checksum) : {cacheKey: null, sha512: null};

  const byChecksum = sha512 !== null ? [{name: `${slug}-${sha512.slice(0, 10)}.zip`, cacheKey: cacheKey ?? cache.cacheKey}] : [];
  const byKey = [...new Set([cache.cacheKey, ...cacheKey !== null && /^\w+$/.test(cacheKey) ? [cacheKey] : []])].map(key => ({name: `${slug}-${key}.zip`, cacheKey: key}));

  const names = cache.mirrorCwd === null || checksum === null
    ? [...byKey, ...byChecksum]
    : [...byChecksum, ...byKey];

  const place = (folder: PortablePath, list: typeof names) => list.map(({name, cacheKey}) => ({path: ppath.join(folder, name as Filename), cacheKey}));
  return [
    ...place(cache.cwd, names),
    ...cache.mirrorCwd !== null ? place(cache.mirrorCwd, byKey) : [],
  ];
}
