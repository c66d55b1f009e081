import {Filename, ppath, xfs, type PortablePath} from '@yarnpkg/fslib';

import type {LockfileText}                       from './lockfileLines';

/** The project's lockfile, by its path within the repository that the project is in. */
export async function readProjectLockfile(projectCwd: PortablePath): Promise<LockfileText> {
  const path = ppath.join(projectCwd, Filename.lockfile);

  return {
    path: ppath.relative(await findRepository(projectCwd), path),
    text: await xfs.readFilePromise(path, `utf8`),
  };
}

async function findRepository(projectCwd: PortablePath): Promise<PortablePath> {
  let folder = projectCwd;

  while (!await xfs.existsPromise(ppath.join(folder, `.git` as Filename))) {
    if (ppath.dirname(folder) === folder)
      return projectCwd;

    folder = ppath.dirname(folder);
  }

  return folder;
}
