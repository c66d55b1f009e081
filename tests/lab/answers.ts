import {pipeline}    from 'node:stream/promises';
import {Readable}    from 'node:stream';
import {setTimeout}  from 'node:timers/promises';

import type {Answer} from './httpServer';

/** What a hostile or broken server says. For `LabServer.override`. */
export const html = (status = 200): Answer => ({
  status,
  headers: {'content-type': `text/html`},
  body: `<!doctype html><title>Sign in</title><p>Please accept the terms of this network.`,
});

export const redirect = (location: string, status = 302): Answer => ({status, headers: {location}});

/** Takes the request, and says nothing until the lab stops. */
export const silence = (): Answer => ({write: () => {}});

/** Drops the connection. */
export const reset = (): Answer => ({write: response => void response.socket?.resetAndDestroy()});

/** Promises the whole body, sends its first half, hangs up. */
export const cutOff = (body: Buffer | string, headers: Record<string, string> = {}): Answer => ({
  write: async response => {
    const bytes = Buffer.from(body);
    response.writeHead(200, {...headers, 'content-length': bytes.length});
    await new Promise(resolve => response.write(bytes.subarray(0, bytes.length >> 1), resolve));
    response.destroy();
  },
});

/** A JSON string of that many bytes, made while it is sent; ends early when nobody reads any more. */
export const huge = (bytes: number): Answer => ({
  write: async response => {
    response.writeHead(200, {'content-type': `application/json`});
    await pipeline(Readable.from(makeJsonString(bytes)), response).catch(() => {});
  },
});

function * makeJsonString(bytes: number) {
  const chunk = Buffer.alloc(1024 * 1024, `x`);

  yield `"`;
  for (let left = bytes; left > 0; left -= chunk.length)
    yield chunk.subarray(0, left);
  yield `"`;
}

/** The status line and headers at once, the body after `milliseconds`. */
export const slowBody = (milliseconds: number, body: string): Answer => ({
  write: async response => {
    response.writeHead(200, {'content-type': `application/json`});
    response.flushHeaders();
    await setTimeout(milliseconds);
    response.end(body);
  },
});
