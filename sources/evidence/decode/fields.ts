import {DecodeError} from './decodeError';

/** `JSON.parse` makes own properties of everything, `__proto__` included: inherited ones are never data. */
export function getField(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] ?? null : null;
}

/** Absent and `null` are the same: registries use both. */
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

/** For what says nothing when it is not a text: null then. */
export function tryGetTextField(object: object, key: string, maxLength: number): string | null {
  const value = getField(object, key);
  return typeof value === `string` && value !== `` && value.length <= maxLength ? value : null;
}

function describe(value: unknown): string {
  if (value === null)
    return `nothing`;

  return Array.isArray(value) ? `a list` : `a value of type ${typeof value}`;
}
