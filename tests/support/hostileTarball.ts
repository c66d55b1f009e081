import {gzipSync}           from 'node:zlib';
import type {EntryTypeName} from 'tar/types';
import {Header}             from 'tar';

export type TarEntry = {
  path: string;
  type?: EntryTypeName;
  content?: string | Buffer;
  linkpath?: string;
  mode?: number;
  /** Writes over the finished header, and mends its checksum. */
  distort?: (header: Buffer) => void;
};

const BLOCK = 512;

/** A tar archive with any entries, also those that no packer would write. Not compressed. */
export function makeTar(entries: Array<TarEntry>): Buffer {
  const blocks = entries.flatMap(({path, type = `File`, content = ``, linkpath, mode = 0o644, distort}) => {
    const bytes = Buffer.from(content);
    const header = Buffer.alloc(BLOCK);

    new Header({path, type, size: bytes.length, mode, ...linkpath !== undefined && {linkpath}, mtime: new Date(0)}).encode(header);
    if (distort) {
      distort(header);
      mendChecksum(header);
    }

    return [header, bytes, Buffer.alloc((BLOCK - bytes.length % BLOCK) % BLOCK)];
  });

  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

/** A pax header for the entry that follows. */
export function makePax(values: Record<string, string>, type: `ExtendedHeader` | `GlobalExtendedHeader` = `ExtendedHeader`): TarEntry {
  return {path: `PaxHeader`, type, content: Object.entries(values).map(([key, value]) => makeRecord(`${key}=${value}`)).join(``)};
}

/** The length that a record begins with counts its own digits. */
function makeRecord(text: string): string {
  const rest = Buffer.byteLength(text) + 2;
  const digits = `${rest + `${rest}`.length}`.length;
  return `${rest + digits} ${text}\n`;
}

function mendChecksum(header: Buffer) {
  header.fill(` `, 148, 156);
  const sum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${sum.toString(8).padStart(6, `0`)}\0 `, 148);
}

export const makeTgz = (entries: Array<TarEntry>) => gzipSync(makeTar(entries));

/** Some hundred bytes for each megabyte that it unpacks to. */
export function makeBomb(manifest: object, megabytes: number): Buffer {
  const content = JSON.stringify(manifest);
  const zeros = Buffer.alloc(1024 * 1024);

  return Buffer.concat([
    gzipSync(makeTar([{path: `package/package.json`, content}]).subarray(0, -2 * BLOCK)),
    gzipSync(makeZeroHeader(megabytes * zeros.length)),
    ...new Array<Buffer>(megabytes).fill(gzipSync(zeros)),
    gzipSync(Buffer.alloc(2 * BLOCK)),
  ]);
}

function makeZeroHeader(size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  new Header({path: `package/zeros`, type: `File`, size, mode: 0o644, mtime: new Date(0)}).encode(header);
  return header;
}
