import type {PackageResult}           from '../auditResult';
import {findingCatalog, type Finding} from '../findings';

export type FindingGroup = {
  registry: string | null;
  /** At least two. */
  members: Array<{locator: string, finding: Finding}>;
};

/**
 * Sorts the findings of packages into those that several packages have from
 * one cause and those (by locator) that speak of their package alone: a mirror
 * that serves no attestations is one thing to read, not a thousand.
 */
export function groupFindings(packages: Iterable<PackageResult>): {shared: Array<FindingGroup>, own: Map<string, Array<Finding>>} {
  const groups = new Map<string, FindingGroup>();

  for (const {locator, registry, findings} of packages) {
    for (const finding of findings) {
      const key = JSON.stringify([finding.id, finding.severity, finding.accepted, registry, hasCommonCause(finding) ? null : locator]);
      const group = groups.get(key) ?? {registry, members: []};

      group.members.push({locator, finding});
      groups.set(key, group);
    }
  }

  const isShared = ({members}: FindingGroup) => new Set(members.map(({locator}) => locator)).size > 1;

  const alone = [...groups.values()].filter(group => !isShared(group)).flatMap(({members}) => members);

  const own = new Map<string, Array<Finding>>(alone.map(({locator}) => [locator, []]));
  for (const {locator, finding} of alone)
    own.get(locator)!.push(finding);

  return {shared: [...groups.values()].filter(isShared), own};
}

/**
 * By default these are not held against the package, because the fault lies
 * with its registry or in the kind of its source. What the settings or
 * `--strict` make of them does not change that.
 */
function hasCommonCause({id}: Finding): boolean {
  const {severity} = findingCatalog[id];
  return severity === `info` || severity === `incomplete`;
}
