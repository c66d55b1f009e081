import semver                                                               from 'semver';

import type {ProvenanceResult}                                              from '../auditResult';
import type {Observation}                                                   from '../findings';

import {compareIdentity, describeDifference, describeIdentity, getIdentity} from './identity';
import type {Identity}                                                      from './identity';
import {requireEvidence}                                                    from './requiredEvidence';

/** An identity that people have reviewed, and the semver range that it holds for. */
export type IdentityPin = Identity & {range: string};

/** The pins of a project by ident; null when it has no pins file. */
export type IdentityPins = ReadonlyMap<string, ReadonlyArray<IdentityPin>> | null;

export const PINS_FILE = `.yarn/attestations.yml`;

/**
 * The pins whose ranges cover a version, pre-releases included; all of them
 * for what has no version, lest another kind of source be a way around them.
 */
export function getCoveringPins(pins: ReadonlyArray<IdentityPin>, version: string | null): Array<IdentityPin> {
  return pins.filter(({range}) => version === null || semver.satisfies(version, range, {includePrerelease: true}));
}

/** The observations of a package with those that its pins add. */
export function checkPins(pins: IdentityPins, pkg: {name: string, version: string | null}, provenance: ProvenanceResult, observations: ReadonlyArray<Observation>): Array<Observation> {
  if (pins === null)
    return [...observations];

  const covering = getCoveringPins(pins.get(pkg.name) ?? [], pkg.version);
  const pinned = covering.map(pin => `for ${pin.range}: ${describeIdentity(pin)}`).join(`; or `);
  const version = pkg.version ?? `this version`;

  if (provenance.status !== `verified`) {
    return covering.length === 0 ? [...observations] : requireEvidence(observations, {
      kind: `provenance`,
      status: provenance.status,
      requiredBy: PINS_FILE,
      missing: {
        id: `identity-changed`,
        message: `This package has a pinned identity, and this version has no verified provenance. That can be an honest mistake of the maintainers, or a takeover`,
        expected: `as pinned ${pinned}`,
        found: `now: ${version} with no verified provenance`,
        hint: makeHint(pkg, `has no verified provenance, unlike releases before it`),
      },
    });
  }

  const identity = getIdentity(provenance);
  if (covering.length === 0) {
    return [...observations, {
      id: `identity-unpinned`,
      message: `This package has provenance, and no identity is pinned for this version`,
      expected: `a pin in ${PINS_FILE}`,
      found: describeIdentity(identity),
      hint: `Review the identity, then run "yarn npm audit-attestations --pin"`,
    }];
  }

  const comparisons = covering.map(pin => compareIdentity(pin, identity));
  if (comparisons.some(({result}) => result === `same`))
    return [...observations];

  if (comparisons.some(({result}) => result === `renamed`)) {
    return [...observations, {
      id: `identity-renamed`,
      message: `The repository of this package has another URL than the pinned one, and the same id: it was renamed or moved`,
      expected: `as pinned ${pinned}`,
      found: `now: ${version} from ${describeIdentity(identity)}`,
      hint: `Run "yarn npm audit-attestations --pin ${pkg.name}" to pin the new URL`,
    }];
  }

  const lacking = comparisons.every(({lacking}) => lacking);
  return [...observations, {
    id: `identity-changed`,
    message: lacking
      ? `This package has a pinned identity, and the certificate of this version does not carry all of its claims. That can be an honest change of the maintainers, or a takeover`
      : `This version was built by another identity than the pinned one. That can be an honest change of the maintainers, or a takeover`,
    expected: `as pinned ${pinned}`,
    found: `now: ${version} from ${describeIdentity(identity)}, built at ${provenance.time ?? `an unknown time`}`,
    hint: makeHint(pkg, `was built by another identity than releases before it: ${describeDifference(covering[0]!, identity)}`),
    url: provenance.run,
  }];
}

/** Terminals show long texts cut: the command comes first, and the question tells what it can in some hundred characters. */
function makeHint({name, version}: {name: string, version: string | null}, what: string): string {
  return `If this is honest, run "yarn npm audit-attestations --pin ${name}". To find out, ask in the package's issue tracker: "${name}@${version ?? `(no version)`} ${what}. Is that on purpose?"`;
}
