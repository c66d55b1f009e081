import type {Configuration, Hooks, WrapNetworkRequestInfo, httpUtils} from '@yarnpkg/core';
import {UsageError}                                                   from 'clipanion';
import {setMaxListeners}                                              from 'node:events';
import {unescape}                                                     from 'node:querystring';

import {Connections}                                                  from './connections';
import {exchange}                                                     from './exchange';
import {followRedirects}                                              from './followRedirects';
import {redactUrl}                                                    from './redactUrl';
import {isPassing, retry}                                             from './retry';
import {SilentHosts}                                                  from './silentHosts';
import {NetworkFault}                                                 from './types';
import type {HttpClient, HttpRequest, HttpResponse}                   from './types';

/** An answer that drips in slowly keeps the socket busy; this many times `httpTimeout` ends it. */
const TIMEOUT_FACTOR = 5;

export type HttpClientOptions = {
  configuration: Configuration;
  /** Whether to refuse every request. */
  offline?: boolean;
};

/** One per run: it owns the connections and the counters. */
export function makeHttpClient({configuration, offline = false}: HttpClientOptions): HttpClient {
  const connections = new Connections(configuration);
  const silentHosts = new SilentHosts();
  const limit = configuration.getLimit(`networkConcurrency`);
  const traffic = {requests: 0, bytes: 0};

  // Every request that is under way listens to it.
  const end = new AbortController();
  setMaxListeners(0, end.signal);

  /** One attempt, redirects included. */
  const attempt = async (url: URL, request: HttpRequest, {method, headers, body}: WrapNetworkRequestInfo): Promise<HttpResponse> => {
    const maxSilence = configuration.get(`httpTimeout`);
    const timeout = request.timeout ?? maxSilence * TIMEOUT_FACTOR;

    end.signal.throwIfAborted();

    const deadline = new AbortController();
    const onEnd = () => deadline.abort(end.signal.reason);
    end.signal.addEventListener(`abort`, onEnd, {once: true});

    const alarm = setTimeout(() => {
      deadline.abort(new NetworkFault(`timeout`, `the answer was not complete within ${timeout} ms`));
    }, timeout);

    try {
      return await followRedirects(url, {method: method!, headers: normalizeHeaders(headers)}, async (url, headers) => {
        const agent = await connections.getAgent(url);
        traffic.requests += 1;

        return exchange(url, {
          agent,
          method: method!,
          headers,
          body: body as Buffer | null,
          maxBytes: request.maxBytes,
          maxSilence,
          signal: deadline.signal,
          onProgress: bytes => {
            traffic.bytes += bytes;
          },
        });
      });
    } finally {
      end.signal.removeEventListener(`abort`, onEnd);
      clearTimeout(alarm);
    }
  };

  const request = async (request: HttpRequest): Promise<HttpResponse> => {
    const {url, headers} = parseTarget(request);

    if (offline)
      throw new NetworkFault(`disabled`, `${redactUrl(url)}: not asked, this run is offline`);

    const method = request.method ?? `GET`;
    const retries = request.retries ?? (method === `GET` ? configuration.get(`httpRetry`) : 0);

    const info = {
      target: url.href,
      body: request.body ?? null,
      configuration,
      headers,
      jsonRequest: false,
      jsonResponse: false,
      method,
    } as WrapNetworkRequestInfo;

    const send = async () => {
      const mayRepeat = (count: number) => count < retries && silentHosts.isWorthRepeating(url);

      // What waits for another attempt must not keep others from theirs.
      const {status, ...answer} = await silentHosts.request(url, isPassing, () => {
        return retry(mayRepeat, () => limit(() => silentHosts.attempt(url, () => attempt(url, request, info))), end.signal);
      });

      return {...answer, statusCode: status} as httpUtils.Response;
    };

    try {
      const executor = await configuration.reduceHook((hooks: Hooks) => hooks.wrapNetworkRequest, send, info);
      return checkResponse(await executor(), request.maxBytes);
    } catch (error) {
      throw toFault(error, url);
    }
  };

  const close = () => end.abort(new NetworkFault(`disabled`, `nobody waits for an answer any more`));

  return {request, close, traffic};
}

/** Credentials within the URL become a header, so that they take the same care as all others and show up nowhere. */
function parseTarget(request: HttpRequest) {
  if (!URL.canParse(request.url))
    throw new NetworkFault(`unreachable`, `not a URL`);

  const url = new URL(request.url);
  if (url.protocol !== `https:` && url.protocol !== `http:`)
    throw new NetworkFault(`unreachable`, `${url.protocol} is not a protocol for requests`);

  const headers: Record<string, string> = {
    'accept-encoding': `gzip`,
    'user-agent': `yarn-plugin-npm-attestations`,
  };

  if (url.username || url.password)
    headers.authorization = `Basic ${Buffer.from(`${unescape(url.username)}:${unescape(url.password)}`).toString(`base64`)}`;

  url.username = ``;
  url.password = ``;
  url.hash = ``;

  return {url, headers: {...headers, ...normalizeHeaders(request.headers)}};
}

/** Lower case, so that no spelling of a name escapes the rules for redirects. Hooks may have left holes. */
function normalizeHeaders(headers: WrapNetworkRequestInfo[`headers`]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {})
    .filter(([, value]) => typeof value !== `undefined`)
    .map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** Hooks may replace the answer, or make one up: what they return is held against the same bounds. */
function checkResponse({statusCode: status, headers, body}: httpUtils.Response, maxBytes: number): HttpResponse {
  if (!Number.isInteger(status))
    throw new NetworkFault(`unreachable`, `a plugin replaced the answer by something without a status`);

  if (typeof body !== `string` && !(body instanceof Uint8Array))
    throw new NetworkFault(`unreachable`, `a plugin replaced the answer by something that is not bytes`);

  const bytes = Buffer.from(body as Uint8Array);
  if (bytes.length > maxBytes)
    throw new NetworkFault(`too-large`, `the answer is larger than the ${maxBytes} bytes allowed`);

  return {status, headers: headers ?? {}, body: bytes};
}

function toFault(error: unknown, url: URL): Error {
  if (error instanceof UsageError)
    return error;

  if (error instanceof NetworkFault)
    return new NetworkFault(error.code, `${redactUrl(url)}: ${error.message}`, {cause: error, transient: error.transient});

  return new NetworkFault(`unreachable`, `${redactUrl(url)}: ${error instanceof Error ? error.message : `the request failed`}`, {cause: error});
}
