/**
 * The value at a path of own properties in JSON that a stranger wrote, null
 * where there is none: registries use both. `JSON.parse` makes own properties
 * of everything, `__proto__` included: inherited ones are never data.
 */
export function getField(value: unknown, ...path: Array<string | number>): unknown {
  for (const key of path) {
    if (typeof value !== `object` || value === null || !Object.hasOwn(value, key))
      return null;

    value = (value as Record<string | number, unknown>)[key];
  }

  return value ?? null;
}

/** The same for text; an empty one counts as absent. */
export function getText(value: unknown, ...path: Array<string | number>): string | null {
  const field = getField(value, ...path);
  return typeof field === `string` && field !== `` ? field : null;
}
