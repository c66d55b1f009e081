import {npath, type PortablePath}                                from '@yarnpkg/fslib';
import {closeSync, constants, fstatSync, openSync, readFileSync} from 'node:fs';

/**
 * Reads a file that others may have put in place: a pipe would be waited for,
 * and a huge file would fill the memory. Rejects for either.
 *
 * An audit reads thousands of small files: to hand each to another thread takes
 * longer than to read it.
 */
export async function readBoundedFile(path: PortablePath, maxBytes: number): Promise<Buffer> {
  const file = openSync(npath.fromPortablePath(path), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));

  try {
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > maxBytes)
      throw new Error(`Not a file of at most ${maxBytes} bytes`);

    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}
