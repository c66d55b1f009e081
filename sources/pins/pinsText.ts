import {structUtils}                    from '@yarnpkg/core';
import {parseSyml}                      from '@yarnpkg/parsers';
import semver                           from 'semver';

import type {IdentityPin, IdentityPins} from '../policy/identityPins';

import {countFields, parseLayout}       from './pinsLayout';
import type {PinsLayout}                from './pinsLayout';

const fields = [`range`, `sourceRepository`, `sourceRepositoryId`, `workflow`, `issuer`, `refClass`] as const satisfies Array<keyof IdentityPin>;
const refClasses: ReadonlyArray<string> = [`branch`, `tag`, `other`];

/**
 * Reads a pins file. Whatever is not understood in full is an error: damage
 * must never look like "nothing is pinned". Throws an `Error` that says where.
 */
export function parsePins(text: string): NonNullable<IdentityPins> {
  const layout = parseLayout(text);
  const pins = new Map<string, Array<IdentityPin>>();

  for (const [name, list] of Object.entries(parseSyml(text) as Record<string, unknown>)) {
    if (structUtils.tryParseIdent(name) === null)
      throw new Error(`${JSON.stringify(name)} is no package name`);
    if (!Array.isArray(list) || list.length === 0)
      throw new Error(`${name}: expected a list of identities`);

    pins.set(name, list.map((pin, index) => parsePin(pin, `${name}[${index}]`)));
  }

  ensureNothingIsLost(layout, pins);
  return pins;
}

function parsePin(value: unknown, place: string): IdentityPin {
  if (typeof value !== `object` || value === null || Array.isArray(value))
    throw new Error(`${place}: expected an identity`);

  const pin = new Map<string, string>();
  for (const [field, text] of Object.entries(value)) {
    if (!fields.some(known => known === field))
      throw new Error(`${place}: ${JSON.stringify(field)} is none of ${fields.join(`, `)}`);
    if (typeof text !== `string` || text === ``)
      throw new Error(`${place}.${field}: expected a text`);

    pin.set(field, text);
  }

  const range = pin.get(`range`);
  if (typeof range === `undefined` || semver.validRange(range) === null)
    throw new Error(`${place}.range: expected a semver range, got ${JSON.stringify(range ?? null)}`);
  if (!pin.has(`sourceRepository`))
    throw new Error(`${place}: expected a sourceRepository`);
  if (pin.has(`refClass`) && !refClasses.includes(pin.get(`refClass`)!))
    throw new Error(`${place}.refClass: expected ${refClasses.join(`, `)}, got ${JSON.stringify(pin.get(`refClass`))}`);

  return Object.fromEntries(pin) as IdentityPin;
}

/** Yarn's YAML parser lets the last of two equal keys win, which is what a bad merge leaves behind. */
function ensureNothingIsLost(layout: PinsLayout, pins: NonNullable<IdentityPins>) {
  const seen = new Set<string>();

  for (const {name, pins: layouts} of layout.packages) {
    if (seen.has(name))
      throw new Error(`${name} is there twice: join the two lists`);

    seen.add(name);

    const parsed = pins.get(name) ?? [];
    if (parsed.length !== layouts.length || layouts.some((pin, index) => countFields(pin) !== Object.keys(parsed[index]!).length)) {
      throw new Error(`${name} has a field twice, or is not in the form that --pin writes`);
    }
  }

  if (seen.size !== pins.size) {
    throw new Error(`it is not in the form that --pin writes`);
  }
}

/** The lines of one pin, in the order that all pins have. */
export function stringifyPin(pin: IdentityPin): Array<string> {
  return fields
    .filter(field => typeof pin[field] !== `undefined`)
    .map((field, index) => `  ${index === 0 ? `-` : ` `} ${field}: ${JSON.stringify(pin[field])}`);
}
