import semver                           from 'semver';

import type {PackageResult, PinChange}  from '../auditResult';
import type {PackageTest}               from '../packagePattern';

import {getCoveringPins}                from './identityPins';
import type {IdentityPin, IdentityPins} from './identityPins';
import {compareIdentity, getIdentity}   from './identity';
import type {Identity}                  from './identity';

export type PinUpdate = {
  /** All pins there are from now on; null as long as there never were any. */
  pins: IdentityPins;
  changes: Array<PinChange>;
};

type Version = {version: string, identity: Identity};

/**
 * Adds the identities that no pin covers, and lets those of the packages that
 * were named take the place of pins which they contradict. A pin is a promise
 * about the future: nothing is pinned of a package that is in trouble.
 *
 * @param packages as they are judged without any pins
 */
export function updatePins(pins: IdentityPins, packages: ReadonlyArray<PackageResult>, isNamed: PackageTest): PinUpdate {
  const updated = new Map(pins ?? []);
  const changes: Array<PinChange> = [];

  for (const [name, versions] of groupVersions(packages.filter(isPinnable))) {
    const known = updated.get(name) ?? [];
    const list = known.length === 0
      ? partition(versions)
      : addMissing(replaceChanged(known, versions.filter(({version}) => isNamed({name, version})), versions), versions);

    for (const [index, pin] of list.entries())
      if (!known.includes(pin))
        changes.push({name, pin, replaced: known[index] && !list.includes(known[index]) ? known[index] : null});

    updated.set(name, list);
  }

  return {pins: changes.length > 0 ? updated : pins, changes};
}

/**
 * Whether everything but the pins themselves passed. The verdict has the first
 * word, because severities and exceptions hide what is wrong; errors about
 * something else than the evidence, which leave the verdict as it is, the second.
 */
function isPinnable({verdict, provenance, findings}: PackageResult): boolean {
  return verdict === `verified`
    && provenance.status === `verified`
    && provenance.sourceRepository !== undefined
    && !findings.some(({severity, accepted}) => severity === `error` && !accepted);
}

/** By name, each in the order of versions. */
function groupVersions(packages: ReadonlyArray<PackageResult>): Map<string, Array<Version>> {
  const groups = new Map<string, Array<Version>>();
  for (const {name, version, provenance} of packages)
    groups.set(name, [...groups.get(name) ?? [], {version: version!, identity: getIdentity(provenance)}]);

  for (const versions of groups.values())
    versions.sort((a, b) => semver.compareBuild(a.version, b.version));

  return groups;
}

function replaceChanged(pins: ReadonlyArray<IdentityPin>, named: ReadonlyArray<Version>, all: ReadonlyArray<Version>): Array<IdentityPin> {
  return pins.flatMap(pin => {
    const contradicts = ({version, identity}: Version) => {
      const covering = getCoveringPins(pins, version);
      return covering.includes(pin) && !covering.some(pin => compareIdentity(pin, identity).result === `same`);
    };

    if (!named.some(contradicts))
      return [pin];

    const keeps = (version: Version) => getCoveringPins([pin], version.version).length > 0 && compareIdentity(pin, version.identity).result === `same`;
    const parts = partition(all.filter(version => keeps(version) || (named.includes(version) && contradicts(version))));
    return parts.length === 1 ? [{...parts[0]!, range: pin.range}] : parts;
  });
}

function addMissing(pins: ReadonlyArray<IdentityPin>, versions: ReadonlyArray<Version>): Array<IdentityPin> {
  const list = [...pins];

  for (const {version, identity} of versions)
    if (getCoveringPins(list, version).length === 0)
      list.push({range: `>=${version} <${semver.major(version) + 1}.0.0-0`, ...identity});

  return list;
}

/**
 * Ranges for the identities of some versions, without gaps: one that is the
 * same for all holds for every version to come, for a new major from another
 * repository is what pins are there to notice.
 */
function partition(versions: ReadonlyArray<Version>): Array<IdentityPin> {
  const groups: Array<{start: string, last: string, identity: Identity}> = [];

  for (const {version, identity} of versions) {
    const group = groups.at(-1);
    const joined = group && tryJoin(group.identity, identity);

    if (joined) {
      group.last = version;
      group.identity = joined;
    } else {
      const isNewMajor = group && semver.major(group.last) !== semver.major(version);
      groups.push({start: isNewMajor ? `${semver.major(version)}.0.0-0` : version, last: version, identity});
    }
  }

  return groups.map(({start, identity}, index) => {
    const next = groups[index + 1];
    const bounds = [...index > 0 ? [`>=${start}`] : [], ...next ? [`<${next.start}`] : []];

    return {range: bounds.join(` `) || `*`, ...identity};
  });
}

/** The more complete one of two that do not contradict each other: old certificates say less. */
function tryJoin(a: Identity, b: Identity): Identity | null {
  const [more, less] = Object.keys(a).length > Object.keys(b).length ? [a, b] : [b, a];
  return compareIdentity(less, more).result === `same` ? more : null;
}
