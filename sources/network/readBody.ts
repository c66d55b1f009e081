import type {IncomingMessage} from 'node:http';
import {promisify}            from 'node:util';
import * as zlib              from 'node:zlib';

import {NetworkFault}         from './types';

type Unpack = (packed: Buffer, options: {maxOutputLength: number}) => Buffer | Promise<Buffer>;

/** For small bodies, of which there are thousands, and for others. */
const decoders = new Map<string, [small: Unpack, large: Unpack]>([
  [`gzip`, [zlib.gunzipSync, promisify(zlib.gunzip)]],
  [`x-gzip`, [zlib.gunzipSync, promisify(zlib.gunzip)]],
  [`deflate`, [zlib.inflateSync, promisify(zlib.inflate)]],
  [`br`, [zlib.brotliDecompressSync, promisify(zlib.brotliDecompress)]],
]);

/** Up to here it takes longer to hand a body to another thread than to unpack it. In bytes, as received. */
const SMALL = 64 * 1024;

export type BodyBounds = {
  /** Upper bound for the bytes that arrive, and for those that they unpack to. */
  maxBytes: number;
  /** Called with the size of each chunk as it comes over the wire. */
  onProgress: (bytes: number) => void;
};

/** Reads and decodes a body. Both sizes are bounded on the way: the headers may lie, and a small body may unpack to gigabytes. */
export async function readBody(response: IncomingMessage, {maxBytes, onProgress}: BodyBounds): Promise<Buffer> {
  const chunks: Array<Buffer> = [];
  let size = 0;

  try {
    const decoder = getDecoder(response);

    for await (const chunk of response as AsyncIterable<Buffer>) {
      onProgress(chunk.length);
      chunks.push(chunk);

      size += chunk.length;
      if (size > maxBytes) {
        throw makeTooLarge(maxBytes);
      }
    }

    const body = Buffer.concat(chunks);
    if (decoder === null || size === 0)
      return body;

    const [small, large] = decoder;
    return await (size > SMALL ? large : small)(body, {maxOutputLength: maxBytes});
  } catch (error) {
    if (error instanceof NetworkFault)
      throw error;
    if ((error as NodeJS.ErrnoException).code === `ERR_BUFFER_TOO_LARGE`)
      throw makeTooLarge(maxBytes);

    throw new NetworkFault(`truncated`, `the answer was cut off or could not be decoded (${(error as Error).message})`, {cause: error, transient: true});
  } finally {
    response.destroy();
  }
}

function makeTooLarge(maxBytes: number) {
  return new NetworkFault(`too-large`, `the answer is larger than the ${maxBytes} bytes allowed`);
}

function getDecoder(response: IncomingMessage) {
  const encoding = response.headers[`content-encoding`]?.trim().toLowerCase() ?? `identity`;
  if (encoding === `identity` || encoding === `` || response.statusCode === 204 || response.statusCode === 304)
    return null;

  const decoder = decoders.get(encoding);
  if (typeof decoder === `undefined`)
    throw new NetworkFault(`truncated`, `the answer has an encoding that was not asked for`);

  return decoder;
}
