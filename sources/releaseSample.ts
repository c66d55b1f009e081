import semver         from 'semver';

import type {Release} from './evidence/types';

/** The oldest first, by the registry's times where it has them. */
export function sortReleases(releases: ReadonlyArray<Release>): Array<Release> {
  const getTime = ({publishedAt}: Release) => publishedAt?.getTime() ?? null;

  return [...releases].sort((a, b) => {
    const [timeA, timeB] = [getTime(a), getTime(b)];
    return timeA !== null && timeB !== null && timeA !== timeB ? timeA - timeB : semver.compareBuild(a.version, b.version);
  });
}

/**
 * Releases that are worth verifying beside `release`: those that advertise
 * provenance; where they are too many, the first, the last, and some evenly
 * spread in between. Takes sorted releases.
 */
export function pickReleases(releases: ReadonlyArray<Release>, release: Release, max: number): Array<Release> {
  const candidates = releases.filter(candidate => candidate.evidence !== `none` && candidate.version !== release.version);
  if (candidates.length <= max)
    return candidates;

  return Array.from({length: max}, (_, index) => candidates[Math.round(index * (candidates.length - 1) / (max - 1))]!);
}
