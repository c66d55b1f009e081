import {DecodeError, NotJsonError} from './decodeError';

/** Far beyond any real document, far below what overflows the stack of code that walks it. */
const MAX_DEPTH = 100;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Throws `NotJsonError`, or `DecodeError` if the nesting is too deep. */
export function parseJson(body: Uint8Array): unknown {
  ensureShallow(body);

  try {
    return JSON.parse(new TextDecoder(`utf-8`, {fatal: true}).decode(body));
  } catch (error) {
    throw new NotJsonError(`the answer is not JSON`, {cause: error});
  }
}

/** Looks at the bytes: brackets are never part of another character in UTF-8. */
function ensureShallow(body: Uint8Array) {
  let depth = 0;
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
      if (depth > MAX_DEPTH) {
        throw new DecodeError(`the answer is nested deeper than ${MAX_DEPTH} levels`);
      }
    } else if (byte === 0x5d || byte === 0x7d) {
      depth -= 1;
    }
  }
}
