import {Cache, structUtils, tgzUtils}                                    from '@yarnpkg/core';
import type {Configuration, Locator}                                     from '@yarnpkg/core';
import {ppath, xfs}                                                      from '@yarnpkg/fslib';

import type {Observation}                                                from '../findings';
import type {ArchiveListing}                                             from '../verification/archiveContent';
import {checkArchiveContent, makeUnreadableArchive, makeUnusableTarball} from '../verification/archiveContent';

import {readArchiveContent, readTarballContent}                          from './archiveContent';
import type {InstalledArchive}                                           from './installedArchive';
import {hashArchive}                                                     from './sha512';
import {findTarballProblem}                                              from './tarballProblem';

/**
 * Holds an archive of Yarn's cache against the tarball that it should have been
 * made of: by its hash where this Yarn would make the same archive again, entry
 * by entry where it would not, and where the hashes differ, to see in what.
 *
 * @param sha512 of the archive
 */
export async function compareArchive(locator: Locator, tarball: Buffer, {installed, sha512, configuration}: {
  installed: InstalledArchive;
  sha512: string;
  configuration: Configuration;
}): Promise<Observation | null> {
  // First, because Yarn itself would unpack a tarball of any size.
  const problem = await findTarballProblem(tarball);
  if (problem !== null)
    return makeUnusableTarball(problem);

  if (installed.cacheKey === Cache.getCacheKey(configuration).cacheKey && await tryConvert(locator, tarball, configuration) === sha512)
    return null;

  let content: ArchiveListing;

  try {
    content = await readTarballContent(tarball, locator);
  } catch (error) {
    return makeUnusableTarball((error as Error).message);
  }

  try {
    return checkArchiveContent(content, await readArchiveContent(installed.path, locator, content));
  } catch (error) {
    return makeUnreadableArchive((error as Error).message);
  }
}

/** The sha512 of the archive that this Yarn makes of a tarball; null when it fails to. */
async function tryConvert(locator: Locator, tarball: Buffer, configuration: Configuration): Promise<string | null> {
  try {
    const zipFs = await tgzUtils.convertToZip(tarball, {configuration, prefixPath: structUtils.getIdentVendorPath(locator), stripComponents: 1});
    const path = zipFs.getRealPath();

    try {
      return await hashArchive({path});
    } finally {
      zipFs.discardAndClose();
      await xfs.removePromise(ppath.dirname(path));
    }
  } catch {
    return null;
  }
}
