import type {HttpResponse}         from '../network/types';
import {NetworkFault}              from '../network/types';

import {DecodeError, NotJsonError} from './decode/decodeError';
import {parseJson}                 from './decode/parseJson';
import type {Fetched}              from './types';

type Failure = Exclude<Fetched<never>, {status: `found`}>;

/** What to send along in order to be told "unchanged", and to which question it belongs. */
export type Validator = {
  question: string;
  etag: string;
};

export type Reply<T> =
  | {status: `found`, value: T, validator: Validator | null}
  /** What the validator stands for has not changed. */
  | {status: `unchanged`}
  | Failure;

type Question<T> = {
  /** Tells the questions about one package apart. */
  question: string;
  send: (etag: string | null) => Promise<HttpResponse>;
  /** Null for "not in here". Throws `DecodeError`. */
  decode: (document: unknown) => T | null;
  /** What to make of an answer that is not JSON. */
  notJson: `unreachable` | `malformed`;
  /** What to make of an answer that is larger than it may be. */
  tooLarge: `unreachable` | `absent`;
  /** Whether an answer other than 200 says that there is no such document. */
  saysAbsent: (response: HttpResponse) => boolean;
};

/** Turns whatever can come back from a registry into one of the few things that it can mean. */
export async function askQuestion<T>({question, send, decode, notJson, tooLarge, saysAbsent}: Question<T>, known: Validator | null): Promise<Reply<T>> {
  let response: HttpResponse;

  try {
    response = await send(known?.question === question ? known.etag : null);
  } catch (error) {
    if (error instanceof NetworkFault && error.code === `too-large` && tooLarge === `absent`)
      return {status: `absent`, httpStatus: 200};

    if (error instanceof NetworkFault)
      return {status: `unreachable`, reason: error.message, authentication: false};

    throw error;
  }

  const {status, headers: {etag}, body} = response;

  if (status === 304 && known?.question === question)
    return {status: `unchanged`};

  if (status === 401 || status === 403)
    return {status: `unreachable`, reason: `the registry refused access (HTTP ${status})`, authentication: true};
  if (status !== 200 && saysAbsent(response))
    return {status: `absent`, httpStatus: status};
  if (status !== 200)
    return {status: `unreachable`, reason: `the registry, or something on the way to it, answered HTTP ${status}`, authentication: false};

  try {
    const value = decode(parseJson(body));
    if (value === null)
      return {status: `absent`, httpStatus: status};

    return {status: `found`, value, validator: etag ? {question, etag} : null};
  } catch (error) {
    if (error instanceof NotJsonError && notJson === `unreachable`)
      return {status: `unreachable`, reason: `${error.message}: not the registry, but something on the way to it may have answered`, authentication: false};

    if (error instanceof DecodeError)
      return {status: `malformed`, reason: error.message};

    throw error;
  }
}

/** The registry will not answer such a question, now or later. */
export function isRefusal({status}: HttpResponse): boolean {
  return (status >= 400 && status < 500 && status !== 408 && status !== 429) || status === 501;
}
