/** The unit of the format, in bytes. https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 */
const BLOCK = 512;

/** Yarn ignores extended headers that are longer. In bytes. */
const MAX_EXTENSION = 1024 * 1024;

const NULL_BLOCK = Buffer.alloc(BLOCK);

/** What describes one entry of a tar archive. */
export type TarEntry = {
  /** A character, `0` for files. */
  type: string;
  path: string;
  /** Empty for what is no link. */
  linkpath: string;
  /** In bytes. */
  size: number;
};

/** An extended header overrides the header of the entry that follows. */
type Extension = Partial<Omit<TarEntry, `size`>> & {size?: string};

/** The archive cannot be read, or in more than one way; the message is fit for a user. */
export class TarError extends Error {
  override name = `TarError`;
}

/**
 * Reads the headers of a tar archive, and skips the content. Strict, because
 * it must not see other entries than Yarn does: what parsers could take
 * differently is an error.
 *
 * @throws TarError
 */
export async function * readTarEntries(chunks: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  let rest: Buffer = Buffer.alloc(0);
  let skip = 0;
  let nullBlocks = 0;
  let extension: Extension = {};

  for await (const chunk of chunks) {
    // Two empty blocks end an archive, whatever follows.
    if (nullBlocks === 2)
      continue;

    rest = Buffer.concat([rest, chunk]);

    while (nullBlocks < 2) {
      const skipped = Math.min(skip, rest.length);
      rest = rest.subarray(skipped);
      skip -= skipped;

      if (rest.length < BLOCK)
        break;

      const block = rest.subarray(0, BLOCK);
      if (block.equals(NULL_BLOCK)) {
        nullBlocks += 1;
        skip = BLOCK;
        continue;
      }

      const header = decodeHeader(block);
      const end = BLOCK + Math.ceil(header.size / BLOCK) * BLOCK;

      if (!isExtension(header)) {
        yield applyExtension(header, extension);
        extension = {};
      } else if (rest.length >= end) {
        extension = {...extension, ...decodeExtension(header, rest.subarray(BLOCK, BLOCK + header.size))};
      } else {
        break;
      }

      nullBlocks = 0;
      skip = end;
    }
  }

  if (nullBlocks < 2 && (skip > 0 || rest.length >= BLOCK)) {
    throw new TarError(`it ends within an entry`);
  }
}

function decodeHeader(block: Buffer): TarEntry {
  const getText = (start: number, length: number) => decodeText(block.subarray(start, start + length));

  if (decodeOctal(getText(148, 8)) !== sumUp(block))
    throw new TarError(`an entry has a wrong checksum`);

  const type = getText(156, 1) || `0`;
  const isUstar = block.toString(`latin1`, 257, 265) === `ustar\x0000`;
  const prefix = isUstar ? getText(345, block[475] === 0 ? 130 : 155) : ``;

  const path = [...prefix ? [prefix] : [], getText(0, 100)].join(`/`);
  const linkpath = getText(157, 100);

  if (path === ``)
    throw new TarError(`an entry has no path`);
  if ((linkpath !== ``) !== (type === `1` || type === `2`) && !`xg`.includes(type))
    throw new TarError(`${path}: a link without a target, or a target without a link`);

  // Some packers give folders a size, none gives them content.
  return {type, path, linkpath, size: type === `5` ? 0 : decodeOctal(getText(124, 12))};
}

function isExtension({type, path, size}: TarEntry): boolean {
  if (!`xgLK`.includes(type))
    return false;

  if (size > MAX_EXTENSION)
    throw new TarError(`${path}: an extended header of ${size} bytes`);

  return true;
}

function decodeExtension({type, path}: TarEntry, body: Buffer): Extension {
  if (type === `L`)
    return {path: decodeText(body)};
  if (type === `K`)
    return {linkpath: decodeText(body)};

  const extension = decodeRecords(body);
  if (type === `g` && Object.keys(extension).length > 0)
    throw new TarError(`${path}: a global header that renames entries`);

  return extension;
}

/** Line by line, as Yarn does it, although values may have line ends by the standard. */
function decodeRecords(body: Buffer): Extension {
  const records = body.toString().split(`\n`).flatMap(line => {
    const [, length, key, value] = /^([1-9]\d*) (path|linkpath|size|type)=(.*)$/s.exec(line) ?? [];
    return Number(length) === Buffer.byteLength(line) + 1 ? [[key!, value!.replace(/\0.*/, ``)]] : [];
  });

  return Object.fromEntries(records);
}

function applyExtension(header: TarEntry, {size, ...extension}: Extension): TarEntry {
  const entry = {...header, ...extension};

  // Versions of Yarn disagree about which of the two counts.
  if (entry.type !== header.type || (typeof size !== `undefined` && Number(size) !== header.size) || (entry.path.endsWith(`/`) && entry.size > 0))
    throw new TarError(`${entry.path}: headers that contradict each other`);

  return entry;
}

function decodeText(bytes: Buffer): string {
  return bytes.toString().replace(/\0.*/, ``);
}

function decodeOctal(text: string): number {
  if (!/^ *[0-7]* *$/.test(text))
    throw new TarError(`an entry has a number that cannot be read`);

  return parseInt(text.trim() || `0`, 8);
}

function sumUp(block: Buffer): number {
  let sum = 0;
  for (let index = 0; index < BLOCK; ++index)
    sum += index >= 148 && index < 156 ? 0x20 : block[index]!;

  return sum;
}
