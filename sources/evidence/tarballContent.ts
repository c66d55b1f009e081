import {ppath}                             from '@yarnpkg/fslib';
import type {PortablePath}                 from '@yarnpkg/fslib';
import {createHash}                        from 'node:crypto';
import {createGunzip}                      from 'node:zlib';
import {Parser}                            from 'tar/parse';
import type {ReadEntry}                    from 'tar';

import type {ArchiveEntry, TarballContent} from './types';

/** Whatever is smaller needs no bound. In bytes. */
const HARMLESS_SIZE = 64 * 1024 * 1024;

/** Text rarely packs better than 20 to 1; gzip reaches 1032 to 1, which only bombs use. */
const MAX_RATIO = 100;

const MAX_ENTRIES = 200_000;

/** The tarball cannot be unpacked, or must not be; the message is fit for a user. */
export class UnusableTarballError extends Error {
  override name = `UnusableTarballError`;
}

/**
 * Lists what Yarn makes of a tarball, with the parser that Yarn uses itself.
 * Nothing is written, and of the content only hashes are kept: a bomb costs the
 * time to unpack it up to the bound.
 *
 * @throws UnusableTarballError
 */
export async function readTarballContent(tarball: Buffer): Promise<TarballContent> {
  const entries = new Map<string, ArchiveEntry>();
  let oddity: TarballContent[`oddity`] = null;
  let problem: string | null = null;
  let count = 0;

  const parser = new Parser({
    onReadEntry: entry => {
      count += 1;

      const path = tryGetPath(entry.path);
      const reason = getReason(entry);

      if (reason !== null)
        oddity ??= {path: entry.path, reason};

      if (path !== null && entry.type === `SymbolicLink`)
        entries.set(path, {type: `link`, target: entry.linkpath ?? ``});

      if (path !== null && reason === null && isFile(entry)) {
        readFile(entry, file => entries.set(path, file));
      } else {
        entry.resume();
      }
    },
    // Yarn goes on after an entry it cannot read; one that is no tarball, or ends too early, it takes as it is.
    onwarn: (code, message) => {
      if (code === `TAR_BAD_ARCHIVE`)
        problem ??= String(message);
      if (code === `TAR_ENTRY_INVALID`) {
        oddity ??= {path: ``, reason: `an entry that cannot be read (${message})`};
      }
    },
  });

  parser.on(`error`, (error: Error) => {
    problem ??= error.message;
  });

  for await (const chunk of unpack(tarball)) {
    parser.write(chunk);
    if (count > MAX_ENTRIES) {
      throw new UnusableTarballError(`it has more than ${MAX_ENTRIES} entries`);
    }
  }

  parser.end();
  if (problem !== null)
    throw new UnusableTarballError(problem);

  return {entries, oddity};
}

function isFile({type}: ReadEntry): boolean {
  return type === `File` || type === `OldFile`;
}

function readFile(entry: ReadEntry, onFile: (file: ArchiveEntry) => void) {
  const hash = createHash(`sha256`);
  let size = 0;

  entry.on(`data`, chunk => {
    size += chunk.length;
    hash.update(chunk);
  });

  entry.on(`end`, () => {
    onFile({type: `file`, executable: ((entry.mode ?? 0) & 0o111) !== 0, size, sha256: hash.digest(`hex`)});
  });
}

/** What is wrong with an entry; null for the ordinary. */
function getReason(entry: ReadEntry): string | null {
  const {path, type, linkpath} = entry;

  if (isOutside(path))
    return path.startsWith(`/`) ? `an absolute path` : `a path that leads out of the package`;
  if (type === `SymbolicLink`)
    return leadsOut(path, linkpath ?? ``) ? `a link that leads out of the package` : null;

  return isFile(entry) || type === `Directory` ? null : `an entry of type ${type}`;
}

/** Yarn skips these. */
function isOutside(path: string): boolean {
  return path.startsWith(`/`) || path.split(`/`).includes(`..`);
}

function leadsOut(path: string, target: string): boolean {
  const resolved = ppath.normalize(ppath.join(ppath.dirname(path as PortablePath), target as PortablePath));
  return target.startsWith(`/`) || !resolved.startsWith(`${path.split(`/`)[0]}/`);
}

/** Below the first folder, whatever its name; null for what Yarn does not unpack. */
function tryGetPath(path: string): string | null {
  if (isOutside(path))
    return null;

  const parts = ppath.normalize(path as PortablePath).replace(/\/$/, ``).split(`/`);
  return parts.length > 1 ? parts.slice(1).join(`/`) : null;
}

async function * unpack(tarball: Buffer): AsyncGenerator<Buffer> {
  const limit = HARMLESS_SIZE + MAX_RATIO * tarball.length;
  let size = 0;

  for await (const chunk of isGzip(tarball) ? gunzip(tarball) : [tarball]) {
    // The parser would unpack once more, and nobody would count.
    if (size === 0 && !isTar(chunk))
      throw new UnusableTarballError(`it is not a tar archive`);

    size += chunk.length;
    if (size > limit)
      throw new UnusableTarballError(`its ${tarball.length} bytes unpack to more than ${limit}`);

    yield chunk;
  }
}

async function * gunzip(tarball: Buffer): AsyncGenerator<Buffer> {
  const stream = createGunzip();
  stream.end(tarball);

  try {
    yield * stream;
  } catch (error) {
    throw new UnusableTarballError((error as Error).message);
  }
}

function isGzip(bytes: Buffer) {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The magic numbers that the parser looks for before it takes something for a tar archive: those of gzip and zstd. */
function isTar(bytes: Buffer) {
  return !isGzip(bytes) && !bytes.subarray(0, 4).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]));
}
