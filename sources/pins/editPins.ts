import {isDeepStrictEqual}              from 'node:util';

import type {IdentityPin, IdentityPins} from '../policy/identityPins';

import {parseLayout, stringifyLayout}   from './pinsLayout';
import type {PackageLayout, PinLayout}  from './pinsLayout';
import {parsePins, stringifyPin}        from './pinsText';

const newFile = [
  `# The identities that packages are built by. Written by`,
  `# "yarn npm audit-attestations --pin"; changes deserve a review.`,
  ``,
  ``,
].join(`\n`);

/** The text with other pins in it: what stays the same keeps its lines, and comments stay where they are. */
export function editPins(text: string | null, pins: NonNullable<IdentityPins>): string {
  const before = text ?? newFile;
  const old = parsePins(before);
  const layout = parseLayout(before);

  for (const [name, list] of pins) {
    const known = layout.packages.find(pkg => pkg.name === name);

    if (known) {
      known.pins = alignPins(known.pins, old.get(name)!, list);
    } else {
      insertPackage(layout.packages, {
        name,
        head: [`${JSON.stringify(name)}:`],
        pins: list.map(pin => ({comments: [], fields: stringifyPin(pin)})),
      });
    }
  }

  const after = stringifyLayout(layout);
  const eol = before.includes(`\r\n`) ? `\r\n` : `\n`;

  if (!isDeepStrictEqual(parsePins(after), new Map(pins)))
    throw new Error(`Assertion failed: Expected the pins to be read as they were written`);

  return after.replaceAll(`\n`, eol);
}

function alignPins(layouts: ReadonlyArray<PinLayout>, old: ReadonlyArray<IdentityPin>, list: ReadonlyArray<IdentityPin>): Array<PinLayout> {
  return list.map((pin, index) => {
    const same = old.findIndex(candidate => isDeepStrictEqual(candidate, pin));
    return layouts[same] ?? {comments: layouts[index]?.comments ?? [], fields: stringifyPin(pin)};
  });
}

/** Sorted like the lockfile, as far as the file is. */
function insertPackage(packages: Array<PackageLayout>, added: PackageLayout) {
  const index = packages.findIndex(({name}) => name > added.name);
  packages.splice(index === -1 ? packages.length : index, 0, added);
}
