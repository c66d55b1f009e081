import type {Ident} from '@yarnpkg/core';

/** A name below a registry, `/@scope%2fname`. Yarn's own function for it does not escape names in all versions of Yarn 4. */
export function getIdentPath({scope, name}: Ident): string {
  return scope === null ? `/${encodeSegment(name)}` : `/@${encodeSegment(scope)}%2f${encodeSegment(name)}`;
}

/** `encodeURIComponent` throws at halves of surrogate pairs, which a lockfile can spell. */
export function encodeSegment(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}
