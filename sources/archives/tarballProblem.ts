import {ppath}                    from '@yarnpkg/fslib';
import type {PortablePath}        from '@yarnpkg/fslib';
import {createGunzip}             from 'node:zlib';

import {readTarEntries, TarError} from './tarEntries';
import type {TarEntry}            from './tarEntries';

/** Whatever is smaller needs no bound. In bytes. */
const HARMLESS_SIZE = 64 * 1024 * 1024;

/** Text rarely packs better than 20 to 1; gzip reaches 1032 to 1, which only bombs use. */
const MAX_RATIO = 100;

/** The folders that entries are in included: Yarn makes them, whether the tarball has them or not. */
const MAX_ENTRIES = 200_000;

/** What macOS allows for a path, in UTF-16 units. */
const MAX_PATH = 1024;

/** Of an entry, in folders: Yarn's time to unpack it grows with the square. */
const MAX_DEPTH = 64;

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** By the type in their headers. */
const SPECIAL_ENTRIES = new Map([
  [`1`, `a hard link`],
  [`3`, `a character device`],
  [`4`, `a block device`],
  [`6`, `a pipe`],
]);

/**
 * What keeps a tarball from being unpacked: that it cannot be read, that it is
 * a bomb (which costs the time to unpack it up to the bound), or that it has an
 * entry which no honest tarball has. Yarn leaves most of those out, where other
 * tools would not. Null for the ordinary.
 */
export async function findTarballProblem(tarball: Buffer): Promise<string | null> {
  const folders = new Set<string>();
  let count = 0;

  try {
    for await (const entry of readTarEntries(unpack(tarball))) {
      const reason = getReason(entry);
      if (reason !== null)
        return `${entry.path}: ${reason}`;

      for (let folder = ppath.dirname(entry.path as PortablePath); !folders.has(folder); folder = ppath.dirname(folder))
        folders.add(folder);

      count += 1;
      if (count + folders.size > MAX_ENTRIES) {
        return `it has more than ${MAX_ENTRIES} entries and folders`;
      }
    }
  } catch (error) {
    if (!(error instanceof TarError))
      throw error;

    return count > 0 ? error.message : `it is not a tar archive, or not a whole one (${error.message})`;
  }

  return count > 0 ? null : `it is empty`;
}

function getReason({type, path, linkpath}: TarEntry): string | null {
  if (path.startsWith(`/`))
    return `an absolute path`;
  if (path.length > MAX_PATH)
    return `a path of ${path.length} characters`;
  if (path.split(`/`).length > MAX_DEPTH)
    return `a path of more than ${MAX_DEPTH} folders`;
  if (path.split(/[/\\]/).includes(`..`))
    return `a path that leads out of the package`;

  switch (type) {
    case `0`:
    case `5`: return null;
    case `2`: return leadsOut(path, linkpath) ? `a link that leads out of the package` : null;
    default: return SPECIAL_ENTRIES.get(type) ?? `an entry of the unknown type ${JSON.stringify(type)}`;
  }
}

function leadsOut(path: string, target: string): boolean {
  const [folder] = ppath.normalize(path as PortablePath).split(`/`);
  const resolved = ppath.normalize(ppath.join(ppath.dirname(path as PortablePath), target as PortablePath));

  return target.startsWith(`/`) || !resolved.startsWith(`${folder}/`);
}

async function * unpack(tarball: Buffer): AsyncGenerator<Buffer> {
  const limit = HARMLESS_SIZE + MAX_RATIO * tarball.length;
  let size = 0;

  for await (const chunk of startsWith(tarball, GZIP) ? gunzip(tarball) : [tarball]) {
    // Yarn's parser might unpack once more, and nobody would count.
    if (size === 0 && (startsWith(chunk, GZIP) || startsWith(chunk, ZSTD)))
      throw new TarError(`it was compressed in an unusual way`);

    size += chunk.length;
    if (size > limit)
      throw new TarError(`its ${tarball.length} bytes unpack to more than ${limit}`);

    yield chunk;
  }
}

async function * gunzip(tarball: Buffer): AsyncGenerator<Buffer> {
  const stream = createGunzip();
  stream.end(tarball);

  try {
    yield * stream;
  } catch (error) {
    throw new TarError((error as Error).message);
  }
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}
