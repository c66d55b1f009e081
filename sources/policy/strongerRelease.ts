import semver                                   from 'semver';

import type {History, Release, ReleaseEvidence} from '../evidence/types';

const ranks: Record<ReleaseEvidence, number> = {
  [`staged`]: 3,
  [`trusted-publisher`]: 2,
  [`provenance`]: 1,
  [`none`]: 0,
};

const freshnessPeriod = 30 * 24 * 60 * 60 * 1000;

export type HistoryQuestion = {
  version: string;
  /** What the transparency log says; null where nothing was logged. */
  loggedAt: Date | null;
  /** False when provenance was served and does not verify: then it counts for nothing, whatever the registry advertises. */
  provenanceHolds: boolean;
  now: Date;
};

export type Comparison = {
  /** The release that is judged. */
  release: Release;
  /** The latest earlier release with stronger evidence. */
  stronger: Release;
  /** How it is known which one is earlier: from the registry, from the transparency log, or from the versions alone. */
  order: `time` | `log` | `semver`;
};

/**
 * Before any registry had staged publishing. Who approved a
 * release is in full documents alone, and a staged release needs no
 * provenance: of what was changed since then the abbreviated ones say too little.
 */
const stagedPublishingSince = new Date(`2026-04-01T00:00:00Z`);

/**
 * Whether more must be known of a package than the abbreviated document tells,
 * to find out whether a version has weaker evidence than an earlier release.
 * Whatever could be stronger in a full document counts as stronger.
 */
export function needsFullHistory({releases, isFull, modified}: History, {version, now}: Pick<HistoryQuestion, `version` | `now`>): boolean {
  if (isFull)
    return false;

  const isFresh = modified === null || isYoung(modified, now);
  const mayBeStaged = modified === null || modified >= stagedPublishingSince;

  return releases
    .filter(other => other.version !== version && setsStandard(other.version, version, isFresh))
    .some(({evidence}) => mayBeStaged || evidence !== `none`);
}

/**
 * Whether a release has weaker evidence than one before it. A fresh release is
 * compared with all earlier ones, because that is when a takeover does its
 * harm. An older one is compared with its own line alone: projects that began
 * to publish from CI went on to patch old lines by hand for years. What never
 * was a release (pre-releases) sets no standard for what is one.
 */
export function findStrongerRelease(releases: ReadonlyArray<Release>, {version, loggedAt, provenanceHolds, now}: HistoryQuestion): Comparison | null {
  const listed = releases.find(release => release.version === version);
  if (typeof listed === `undefined`)
    throw new Error(`Assertion failed: Expected the history to have the version that it was asked for`);

  const publishedAt = listed.publishedAt ?? loggedAt;
  const release = {...listed, publishedAt, ...provenanceHolds ? {} : {evidence: `none` as const}};
  const isFresh = publishedAt !== null && isYoung(publishedAt, now);

  const stronger = releases
    .filter(other => ranks[other.evidence] > ranks[release.evidence])
    .filter(other => setsStandard(other.version, version, isFresh))
    .filter(other => compare(other, release) < 0)
    .sort(compare)
    .at(-1);

  if (typeof stronger === `undefined`)
    return null;

  return {release, stronger, order: hasTimes(stronger, release) ? `time` : `semver`};
}

/** Whether anything about one version is to be expected of the other. */
function setsStandard(other: string, version: string, isFresh: boolean): boolean {
  return (semver.prerelease(other) === null || semver.prerelease(version) !== null)
    && (isFresh || isSameLine(other, version));
}

function isYoung(date: Date, now: Date): boolean {
  return now.getTime() - date.getTime() < freshnessPeriod;
}

/** The same major; for 0.x, where minors break, the same minor. */
function isSameLine(a: string, b: string): boolean {
  return semver.major(a) === semver.major(b) && (semver.major(a) > 0 || semver.minor(a) === semver.minor(b));
}

function compare(a: Release, b: Release): number {
  const byTime = hasTimes(a, b) ? a.publishedAt!.getTime() - b.publishedAt!.getTime() : 0;
  return byTime !== 0 ? byTime : semver.compareBuild(a.version, b.version);
}

function hasTimes(a: Release, b: Release): boolean {
  return a.publishedAt !== null && b.publishedAt !== null;
}
