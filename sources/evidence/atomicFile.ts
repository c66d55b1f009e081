import {ppath, xfs}        from '@yarnpkg/fslib';
import type {PortablePath} from '@yarnpkg/fslib';
import {randomBytes}       from 'node:crypto';

/**
 * Writes a file that several runs may write at once: readers see one or the
 * other, never half of it. A file that cannot be written is no reason to fail.
 */
export async function tryWriteAtomically(path: PortablePath, content: string): Promise<void> {
  const temporaryPath = `${path}.${randomBytes(8).toString(`hex`)}.tmp` as PortablePath;

  try {
    await xfs.mkdirpPromise(ppath.dirname(path));
    await xfs.writeFilePromise(temporaryPath, content);
    await xfs.renamePromise(temporaryPath, path);
  } catch {
    await xfs.removePromise(temporaryPath).catch(() => {});
  }
}
