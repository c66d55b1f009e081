import {parseJson}                                  from '../../evidence/decode/parseJson';
import {getText}                                    from '../../jsonFields';
import {NetworkFault}                               from '../../network/types';
import type {HttpClient, HttpRequest, HttpResponse} from '../../network/types';

/** Certificates, log entries and timestamps are a few kilobytes; entries of long statements some hundred. */
const MAX_BYTES = 4 * 1024 * 1024;

/** One of the servers of a Sigstore instance. */
export type SigningService = {
  http: HttpClient;
  /** URL of the instance. */
  server: string;
  /** How often to ask again; its requests may be repeated without harm. */
  retries: number;
};

export function send({http, retries}: SigningService, request: Pick<HttpRequest, `url` | `body` | `headers`>): Promise<HttpResponse> {
  return http.request({
    method: request.body ? `POST` : `GET`,
    maxBytes: MAX_BYTES,
    retries,
    ...request,
    headers: {...request.body ? {'content-type': `application/json`} : {}, ...request.headers},
  });
}

export function getUrl({server}: SigningService, path: string): string {
  return `${server.replace(/\/+$/, ``)}${path}`;
}

/** What a server says about its refusal; their error documents have one of two forms. */
export function describeRefusal({status, body}: HttpResponse): string {
  let message: string | null;
  try {
    const document = parseJson(body);
    message = getText(document, `message`) ?? getText(document, `error`);
  } catch {
    message = null;
  }

  return `HTTP ${status}${message ? `: ${message}` : ``}`;
}

/** The message of a network fault, with its cause lost but its words kept. Anything else is a bug and goes on. */
export function describeFault(error: unknown): string {
  if (error instanceof NetworkFault)
    return error.message;

  throw error;
}
