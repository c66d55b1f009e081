import {structUtils, tgzUtils}             from '@yarnpkg/core';
import type {Locator}                      from '@yarnpkg/core';
import {PortablePath, ppath}               from '@yarnpkg/fslib';
import type {Filename}                     from '@yarnpkg/fslib';
import {ZipFS}                             from '@yarnpkg/libzip';
import {createHash}                        from 'node:crypto';

import type {ArchiveEntry, ArchiveListing} from '../verification/archiveContent';

import {decodePackageManifest}             from './packageManifest';
import type {PackageManifest}              from './packageManifest';

/** Real ones take kilobytes. In bytes. */
const MAX_MANIFEST = 8 * 1024 * 1024;

/** What Linux allows for a path, in bytes. */
const MAX_TARGET = 4096;

/**
 * Lists what Yarn sees in an archive of its cache, by the path below the
 * package's folder; what lies outside of it by its path in the archive, with a
 * leading slash. It may have come with a checkout, so that anybody could have
 * made it: content is unpacked only where the size is that of `expected`.
 *
 * @throws whatever Yarn throws at an archive that it cannot read
 */
export async function readArchiveContent(path: PortablePath, locator: Locator, expected: ArchiveListing): Promise<ArchiveListing> {
  return openArchive(path, zipFs => listEntries(zipFs, getFolder(locator), {mayRead: (path, size) => {
    const wanted = expected.get(path);
    return wanted?.type === `file` && wanted.size === size;
  }}));
}

/**
 * Lists what Yarn makes of a tarball, in memory.
 *
 * @throws whatever Yarn throws at a tarball that it cannot unpack
 */
export async function readTarballContent(tarball: Buffer, locator: Locator): Promise<ArchiveListing> {
  const zipFs = new ZipFS(null, {level: 0});

  try {
    await tgzUtils.extractArchiveTo(tarball, zipFs, {prefixPath: structUtils.getIdentVendorPath(locator), stripComponents: 1});
    return listEntries(zipFs, getFolder(locator), {mayRead: () => true});
  } finally {
    zipFs.discardAndClose();
  }
}

/** What the package.json in an archive says; null when there is none of a sane size and form. */
export async function tryReadManifest(path: PortablePath, locator: Locator): Promise<PackageManifest | null> {
  return openArchive(path, zipFs => readManifest(zipFs, locator));
}

/** The same from an archive that is open already. */
export function readManifest(zipFs: ZipFS, locator: Locator): PackageManifest | null {
  try {
    const path = ppath.join(getFolder(locator), `package.json` as Filename);
    const stat = zipFs.lstatSync(path);

    return stat.isFile() && stat.size <= MAX_MANIFEST
      ? decodePackageManifest(zipFs.readFileSync(path))
      : null;
  } catch {
    return null;
  }
}

function getFolder(locator: Locator): PortablePath {
  return ppath.join(PortablePath.root, structUtils.getIdentVendorPath(locator));
}

function openArchive<T>(path: PortablePath, read: (zipFs: ZipFS) => T): T {
  const zipFs = new ZipFS(path, {readOnly: true});

  try {
    return read(zipFs);
  } finally {
    zipFs.discardAndClose();
  }
}

/** @param options.mayRead files for which it is false are listed without a hash */
function listEntries(zipFs: ZipFS, folder: PortablePath, {mayRead}: {mayRead: (path: string, size: number) => boolean}): ArchiveListing {
  const entries = new Map<string, ArchiveEntry>();

  const walk = (directory: PortablePath) => {
    for (const name of zipFs.readdirSync(directory)) {
      const path = ppath.join(directory, name);
      const stat = zipFs.lstatSync(path);

      if (stat.isDirectory()) {
        walk(path);
        continue;
      }

      const relative = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
      entries.set(relative, stat.isSymbolicLink()
        ? {type: `link`, target: stat.size <= MAX_TARGET ? zipFs.readlinkSync(path) : `…`}
        : {
          type: `file`,
          executable: (stat.mode & 0o111) !== 0,
          size: stat.size,
          sha256: mayRead(relative, stat.size) ? createHash(`sha256`).update(zipFs.readFileSync(path)).digest(`hex`) : null,
        });
    }
  };

  walk(PortablePath.root);
  return entries;
}
