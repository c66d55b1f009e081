import {isUtf8}                    from 'node:buffer';

import {DecodeError, NotJsonError} from './decodeError';

/** Far beyond any real document, far below what overflows the stack of code that walks it. */
const MAX_DEPTH = 100;

/**
 * How many brackets and commas a document may have. Real root documents have
 * some 36,000 in a megabyte (`next`, 2,627 versions: 760,000 in 21 MB). Packed,
 * sixty kilobytes of `{},{},…` make twenty million objects, which take minutes.
 */
const MAX_TOKENS = 2_000_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Throws `NotJsonError`, or `DecodeError` if the nesting is too deep or there are too many values. */
export function parseJson(body: Uint8Array): unknown {
  ensureModest(body);

  try {
    return JSON.parse(decodeText(body));
  } catch (error) {
    throw new NotJsonError(`the answer is not JSON`, {cause: error});
  }
}

/** What is no UTF-8 must not become replacement characters. A byte order mark is left out, as by `TextDecoder`, which takes longer to make than a document to read. */
function decodeText(body: Uint8Array): string {
  if (!isUtf8(body))
    throw new Error(`Not encoded as UTF-8`);

  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString(`utf8`).replace(/^\ufeff/, ``);
}

export function isJson(body: Uint8Array): boolean {
  try {
    parseJson(body);
    return true;
  } catch {
    return false;
  }
}

/** Looks at the bytes: brackets are never part of another character in UTF-8. */
function ensureModest(body: Uint8Array) {
  let depth = 0;
  let tokens = 0;
  let quoted = false;

  for (let t = 0; t < body.length; ++t) {
    const byte = body[t];

    if (byte === QUOTE) {
      quoted = !quoted;
    } else if (quoted) {
      if (byte === BACKSLASH) {
        t += 1;
      }
    } else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      tokens += 1;
    } else if (byte === 0x5d || byte === 0x7d) {
      depth -= 1;
    } else if (byte === COMMA) {
      tokens += 1;
    }

    if (depth > MAX_DEPTH)
      throw new DecodeError(`the answer is nested deeper than ${MAX_DEPTH} levels`);
    if (tokens > MAX_TOKENS) {
      throw new DecodeError(`the answer holds more than ${MAX_TOKENS} values`);
    }
  }
}
