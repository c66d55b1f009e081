import {xfs, type PortablePath} from '@yarnpkg/fslib';

/**
 * Reads a file that others may have put in place: a pipe would be waited for,
 * and a huge file would fill the memory. Throws for either.
 */
export async function readBoundedFile(path: PortablePath, maxBytes: number): Promise<Buffer> {
  const stats = await xfs.statPromise(path);
  if (!stats.isFile() || stats.size > maxBytes)
    throw new Error(`Not a file of at most ${maxBytes} bytes`);

  return await xfs.readFilePromise(path);
}
