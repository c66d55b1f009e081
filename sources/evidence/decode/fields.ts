import {getText}     from '../../jsonFields';

import {DecodeError} from './decodeError';

export function ensureObject(value: unknown, field: string): object {
  if (typeof value !== `object` || value === null || Array.isArray(value))
    throw new DecodeError(`${field}: expected an object, got ${describe(value)}`);

  return value;
}

export function ensureArray(value: unknown, field: string, maxLength: number): Array<unknown> {
  if (!Array.isArray(value))
    throw new DecodeError(`${field}: expected a list, got ${describe(value)}`);

  if (value.length > maxLength)
    throw new DecodeError(`${field}: expected at most ${maxLength} elements, got ${value.length}`);

  return value;
}

export function ensureString(value: unknown, field: string, maxLength: number): string {
  if (typeof value !== `string`)
    throw new DecodeError(`${field}: expected a text, got ${describe(value)}`);

  if (value.length > maxLength)
    throw new DecodeError(`${field}: expected at most ${maxLength} characters, got ${value.length}`);

  return value;
}

/** For what says nothing when it is not a text, or too long: null then. */
export function tryGetBoundedText(maxLength: number, value: unknown, ...path: Array<string>): string | null {
  const text = getText(value, ...path);
  return text !== null && text.length <= maxLength ? text : null;
}

function describe(value: unknown): string {
  if (value === null)
    return `nothing`;

  return Array.isArray(value) ? `a list` : `a value of type ${typeof value}`;
}
