import {npath, ppath}                                         from '@yarnpkg/fslib';
import type {Filename, PortablePath}                          from '@yarnpkg/fslib';
import {ZipFS}                                                from '@yarnpkg/libzip';
import {createHash}                                           from 'node:crypto';
import {readdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import path                                                   from 'node:path';

import type {YarnProject}                                     from './yarnProject';

/** The archives of a package in the cache of a project, as paths. */
export function listArchives({folder}: YarnProject, name: string, cache = `.yarn/cache`): Array<string> {
  const slug = name.replace(`/`, `-`);

  try {
    return readdirSync(path.join(folder, cache)).filter(file => file.startsWith(`${slug}-npm-`)).map(file => path.join(folder, cache, file));
  } catch {
    return [];
  }
}

export type ArchiveChange = (archive: ZipFS, packageFolder: PortablePath) => void;

/** Changes what is in an archive of the project's cache, as whoever has access to the disk could. */
export function changeArchive(project: YarnProject, name: string, change: ArchiveChange): void {
  const [archive] = listArchives(project, name) as [string];
  const zipFs = new ZipFS(npath.toPortablePath(archive));

  change(zipFs, ppath.join(`/node_modules` as PortablePath, name as Filename));
  zipFs.saveAndClose();
}

/** The same, covered up: yarn.lock and the archive's name say what Yarn would have made of the new content. */
export function replaceArchive(project: YarnProject, name: string, change: ArchiveChange): void {
  const before = hashArchive(project, name);
  changeArchive(project, name, change);
  const after = hashArchive(project, name);

  const [archive] = listArchives(project, name) as [string];
  renameSync(archive, archive.replace(before.slice(0, 10), after.slice(0, 10)));

  const lockfile = path.join(project.folder, `yarn.lock`);
  writeFileSync(lockfile, readFileSync(lockfile, `utf8`).replace(before, after));
}

function hashArchive(project: YarnProject, name: string): string {
  const [archive] = listArchives(project, name) as [string];
  return createHash(`sha512`).update(readFileSync(archive)).digest(`hex`);
}
