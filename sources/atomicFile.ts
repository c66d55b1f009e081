import {ppath, xfs, type PortablePath} from '@yarnpkg/fslib';
import {randomBytes}                   from 'node:crypto';

/**
 * Writes a file that others may read or write at the same moment, its folder
 * included: nobody ever reads half of it. Throws when it cannot be written,
 * and leaves what was there before.
 */
export async function writeAtomically(path: PortablePath, content: string): Promise<void> {
  const temporary = `${path}.${randomBytes(8).toString(`hex`)}.tmp` as PortablePath;

  try {
    await xfs.mkdirpPromise(ppath.dirname(path));
    await xfs.writeFilePromise(temporary, content);
    await xfs.renamePromise(temporary, path);
  } catch (error) {
    await xfs.removePromise(temporary).catch(() => {});
    throw error;
  }
}

/** The same for what is a mere convenience: does nothing where nothing can be written. */
export async function tryWriteAtomically(path: PortablePath, content: string): Promise<void> {
  await writeAtomically(path, content).catch(() => {});
}
