import * as https                                                        from 'node:https';
import type {Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage} from 'node:http';
import * as http                                                         from 'node:http';

import {readBody}                                                        from './readBody';
import {NetworkFault}                                                    from './types';

export type ExchangeOptions = {
  agent: Agent;
  method: string;
  headers: Record<string, string>;
  body: Buffer | null;
  maxBytes: number;
  /** How long the other side may stay silent, in milliseconds. */
  maxSilence: number;
  signal: AbortSignal;
  /** Called with the size of each chunk as it comes over the wire. */
  onProgress: (bytes: number) => void;
};

export type Answer = {
  status: number;
  headers: IncomingHttpHeaders;
  /** Null for a redirect, whose body nobody reads. */
  body: Buffer | null;
};

/** System errors that may be gone a second later; a refused certificate or a proxy's "no" will not. */
const transientErrors = new Set([`EAI_AGAIN`, `ECONNABORTED`, `ECONNREFUSED`, `ECONNRESET`, `EHOSTUNREACH`, `ENETUNREACH`, `ENOTFOUND`, `EPIPE`, `ETIMEDOUT`]);

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** One request and its answer, over one connection. */
export async function exchange(url: URL, {agent, method, headers, body, maxBytes, maxSilence, signal, onProgress}: ExchangeOptions): Promise<Answer> {
  signal.throwIfAborted();

  // This time-out is for the proxy agent, which would otherwise keep its
  // connection to a silent proxy open, and with it the process, for ever.
  const timeout = 2 * maxSilence;
  const request = (url.protocol === `https:` ? https : http).request(url, {agent, method, headers, timeout});

  let reason: Error | null = null;
  const end = (fault: Error) => {
    reason ??= fault;
    request.destroy();
  };

  const alarm = setTimeout(() => end(new NetworkFault(`timeout`, `no answer within ${maxSilence} ms`, {transient: true})), maxSilence);
  const onAbort = () => end(signal.reason);
  signal.addEventListener(`abort`, onAbort, {once: true});

  try {
    const response = await openResponse(request, body);
    alarm.refresh();

    const status = response.statusCode!;
    if (redirectStatuses.has(status) && typeof response.headers.location !== `undefined`) {
      response.destroy();
      return {status, headers: response.headers, body: null};
    }

    const received = await readBody(response, {
      maxBytes,
      onProgress: bytes => {
        alarm.refresh();
        onProgress(bytes);
      },
    });

    return {status, headers: response.headers, body: received};
  } catch (error) {
    throw reason ?? error;
  } finally {
    clearTimeout(alarm);
    signal.removeEventListener(`abort`, onAbort);
  }
}

function openResponse(request: ClientRequest, body: Buffer | null) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    request.once(`response`, resolve);

    // Stays for the life of the request: a destroyed one may still fail.
    request.on(`error`, (error: NodeJS.ErrnoException) => {
      const transient = transientErrors.has(error.code ?? ``);
      reject(new NetworkFault(`unreachable`, describeError(error), {cause: error, transient}));
    });

    // Without an error where the other side goes over to another protocol
    // (101), and where the request was destroyed by then.
    request.once(`close`, () => {
      reject(new NetworkFault(`unreachable`, `the connection was closed without an answer`, {transient: true}));
    });

    request.end(body ?? undefined);
  });
}

/** A connection tried on several addresses fails with an AggregateError, whose own message is empty. */
function describeError(error: NodeJS.ErrnoException): string {
  return error.message || (error.code ?? `the connection failed`);
}
