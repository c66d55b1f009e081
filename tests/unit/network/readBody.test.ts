import {randomBytes}               from 'node:crypto';
import {get, type IncomingMessage} from 'node:http';
import * as zlib                   from 'node:zlib';
import {expect, test}              from 'vitest';

import {readBody}                  from '../../../sources/network/readBody';
import {startTestServer}           from '../../support/httpServer';

const MEGABYTE = 1024 * 1024;

const encodings = [
  [`gzip`, zlib.gzipSync],
  [`x-gzip`, zlib.gzipSync],
  [`deflate`, zlib.deflateSync],
  [`br`, zlib.brotliCompressSync],
] as const;

/** The client bounds what it gets once more: here it is that nothing larger is ever unpacked. */
test.each(encodings)(`it should unpack no %s body beyond its bound, small or large as received`, async (encoding, pack) => {
  for (const noise of [0, 200_000]) {
    const bomb = pack(Buffer.concat([randomBytes(noise), Buffer.alloc(8 * MEGABYTE)]));
    const server = await startTestServer((_, response) => response.writeHead(200, {'content-encoding': encoding}).end(bomb));

    const response = await new Promise<IncomingMessage>((resolve, reject) => get(server.url, resolve).on(`error`, reject));
    const outcome = await readBody(response, {maxBytes: MEGABYTE, onProgress: () => {}}).then(({length}) => length, error => error.code);

    expect(outcome).toBe(`too-large`);
  }
});
