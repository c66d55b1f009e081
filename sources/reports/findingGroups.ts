import type {AuditResult, PackageResult}               from '../auditResult';
import type {Acceptance, Finding, FindingId, Severity} from '../findings';

export type FindingDetails = Pick<Finding, `message` | `expected` | `found` | `requiredBy` | `hint` | `url`>;

/** In the order in which they are told. */
export const detailLabels: Record<keyof FindingDetails, string> = {
  message: `Problem`,
  expected: `Expected`,
  found: `Found`,
  requiredBy: `Required by`,
  hint: `What to do`,
  url: `More`,
};

export type GroupMember = {
  pkg: PackageResult;
  /** What is not the same in the whole group, for each finding of this package in it; empty where everything is. */
  details: Array<Partial<FindingDetails>>;
};

/** Findings that are dealt with in one go: one id, one severity, one registry, one thing to do. */
export type FindingGroup = {
  id: FindingId;
  severity: Severity;
  accepted?: Acceptance;
  registry: string | null;
  /** What is the same in all of them. */
  common: Partial<FindingDetails>;
  /** None for a finding of the run. */
  members: Array<GroupMember>;
  /** How many findings the group stands for. */
  count: number;
};

export type FindingSection = {
  kind: Severity | `accepted`;
  groups: Array<FindingGroup>;
};

/** The worst first; what somebody has accepted is no longer one of them. */
const sectionOrder: Array<FindingSection[`kind`]> = [`error`, `incomplete`, `warning`, `info`, `accepted`];

const detailKeys = Object.keys(detailLabels) as Array<keyof FindingDetails>;

type Entry = {pkg: PackageResult | null, finding: Finding};

/**
 * All findings of a result, by what is to be done about them. Hundreds of
 * packages without a signature are one thing to read; so within a section the
 * groups of few packages come first, which are about these packages and not
 * about their registry.
 */
export function groupFindings({packages, findings}: Pick<AuditResult, `packages` | `findings`>): Array<FindingSection> {
  const entries: Array<Entry> = [
    ...findings.map(finding => ({pkg: null, finding})),
    ...packages.flatMap(pkg => pkg.findings.map(finding => ({pkg, finding}))),
  ];

  const groups = Array.from(groupBy(entries, getKey).values(), makeGroup)
    .sort((a, b) => a.members.length - b.members.length || compare(a.id, b.id));

  const sections = groupBy(groups, getKind);
  return sectionOrder.flatMap(kind => sections.has(kind) ? [{kind, groups: sections.get(kind)!}] : []);
}

function getKind({severity, accepted}: Pick<Finding, `severity` | `accepted`>): FindingSection[`kind`] {
  return accepted ? `accepted` : severity;
}

/** Findings of the run stand alone: each of them tells something else. */
function getKey({pkg, finding: {id, severity, accepted, hint, message}}: Entry): string {
  return JSON.stringify([id, severity, accepted, hint, ...pkg !== null ? [pkg.registry] : [message, null]]);
}

function makeGroup(entries: Array<Entry>): FindingGroup {
  const {pkg, finding: {id, severity, accepted}} = entries[0]!;
  const common = getCommonDetails(entries.map(({finding}) => finding));

  const members = Array.from(groupBy(entries, entry => entry.pkg), ([pkg, entries]) => pkg === null ? [] : [{
    pkg,
    details: entries.map(({finding}) => omitDetails(finding, common)).filter(details => Object.keys(details).length > 0),
  }]);

  return {id, severity, accepted, registry: pkg?.registry ?? null, common, members: members.flat(), count: entries.length};
}

function getCommonDetails([first, ...rest]: Array<Finding>): Partial<FindingDetails> {
  return pickDetails(first!, key => rest.every(finding => finding[key] === first![key]));
}

function omitDetails(finding: Finding, omitted: Partial<FindingDetails>): Partial<FindingDetails> {
  return pickDetails(finding, key => !Object.hasOwn(omitted, key));
}

function pickDetails(finding: Finding, isWanted: (key: keyof FindingDetails) => boolean): Partial<FindingDetails> {
  return Object.fromEntries(detailKeys.flatMap(key => finding[key] && isWanted(key) ? [[key, finding[key]]] : []));
}

function groupBy<T, K>(items: Iterable<T>, getKey: (item: T) => K): Map<K, Array<T>> {
  const groups = new Map<K, Array<T>>();

  for (const item of items) {
    const key = getKey(item);
    const group = groups.get(key) ?? [];
    group.push(item);
    groups.set(key, group);
  }

  return groups;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
