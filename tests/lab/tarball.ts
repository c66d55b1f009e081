import {createHash} from 'node:crypto';
import {gzipSync}   from 'node:zlib';

const BLOCK = 512;

/** Makes the same `.tgz` for the same files: names relative to the package's folder, up to 92 characters long. */
export function makeTarball(files: Record<string, string | Buffer>): Buffer {
  const entries = Object.entries(files).flatMap(([name, content]) => {
    const bytes = Buffer.from(content);
    const padding = Buffer.alloc((BLOCK - bytes.length % BLOCK) % BLOCK);
    return [makeHeader(`package/${name}`, bytes.length), bytes, padding];
  });

  return gzipSync(Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]));
}

/** `sha512-…`, as documents and lockfiles spell it. */
export const getIntegrity = (tarball: Buffer) => `sha512-${createHash(`sha512`).update(tarball).digest(`base64`)}`;

/** https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 */
function makeHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, `0`)}\0`;

  if (Buffer.byteLength(name) > 100)
    throw new Error(`Assertion failed: The name should fit into a ustar header (${name})`);

  header.write(name, 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(499162500, 12), 136); // the date that npm gives to every file
  header.write(`        `, 148);
  header.write(`0`, 156);
  header.write(`ustar\x0000`, 257);

  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(octal(checksum, 7), 148);

  return header;
}
