import {npath, type PortablePath}                            from '@yarnpkg/fslib';
import {closeSync, constants, fstatSync, openSync, readSync} from 'node:fs';

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

    return readUpTo(file, stats.size);
  } finally {
    closeSync(file);
  }
}

/** Some files of the system say that they are empty, and go on for ever. */
function readUpTo(file: number, size: number): Buffer {
  const content = Buffer.alloc(size + 1);
  let length = 0;

  for (let read = 1; read > 0 && length < content.length; length += read)
    read = readSync(file, content, length, content.length - length, null);

  if (length > size)
    throw new Error(`Not a file of the ${size} bytes that it said to have`);

  return content.subarray(0, length);
}
