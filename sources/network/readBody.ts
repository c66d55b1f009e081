import type {IncomingMessage}                                from 'node:http';
import {pipeline}                                            from 'node:stream/promises';
import {createBrotliDecompress, createGunzip, createInflate} from 'node:zlib';

import {NetworkFault}                                        from './types';

const decoders = new Map<string, () => NodeJS.ReadWriteStream>([
  [`gzip`, createGunzip],
  [`x-gzip`, createGunzip],
  [`deflate`, createInflate],
  [`br`, createBrotliDecompress],
]);

export type BodyBounds = {
  /** Upper bound for the bytes that arrive, and for those that they unpack to. */
  maxBytes: number;
  /** Called with the size of each chunk as it comes over the wire. */
  onProgress: (bytes: number) => void;
  signal: AbortSignal;
};

/** Reads and decodes a body. Both sizes are counted while streaming: the headers may lie, and a small body may unpack to gigabytes. */
export async function readBody(response: IncomingMessage, {maxBytes, onProgress, signal}: BodyBounds): Promise<Buffer> {
  const ensureBounded = (size: number) => {
    if (size > maxBytes) {
      throw new NetworkFault(`too-large`, `the answer is larger than the ${maxBytes} bytes allowed`);
    }
  };

  const chunks: Array<Buffer> = [];

  const receive = async function * (source: AsyncIterable<Buffer>) {
    let size = 0;
    for await (const chunk of source) {
      onProgress(chunk.length);
      ensureBounded(size += chunk.length);
      yield chunk;
    }
  };

  const collect = async (source: AsyncIterable<Buffer | string>) => {
    let size = 0;
    for await (const chunk of source) {
      ensureBounded(size += chunk.length);
      chunks.push(chunk as Buffer);
    }
  };

  try {
    const decoder = makeDecoder(response);

    if (decoder === null) {
      await pipeline(response, receive, collect, {signal});
    } else {
      await pipeline(response, receive, decoder, collect, {signal});
    }
  } catch (error) {
    signal.throwIfAborted();

    if (error instanceof NetworkFault)
      throw error;

    throw new NetworkFault(`truncated`, `the answer was cut off or could not be decoded (${(error as Error).message})`, {cause: error, transient: true});
  } finally {
    response.destroy();
  }

  return Buffer.concat(chunks);
}

function makeDecoder(response: IncomingMessage) {
  const encoding = response.headers[`content-encoding`]?.trim().toLowerCase() ?? `identity`;
  const empty = response.statusCode === 204 || response.statusCode === 304 || response.headers[`content-length`] === `0`;

  if (encoding === `identity` || encoding === `` || empty)
    return null;

  const decoder = decoders.get(encoding);
  if (typeof decoder === `undefined`)
    throw new NetworkFault(`truncated`, `the answer has an encoding that was not asked for`);

  return decoder();
}
