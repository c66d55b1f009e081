import {formatUtils, type treeUtils}      from '@yarnpkg/core';

import type {AuditResult, PackageResult}  from '../auditResult';
import type {Finding, Severity}           from '../findings';

import {groupFindings, type FindingGroup} from './findingGroups';

type Details = Pick<Finding, `message` | `expected` | `found` | `requiredBy` | `hint` | `url`>;

/** In the order in which they are printed. */
const detailLabels: Record<keyof Details, string> = {
  message: `Problem`,
  expected: `Expected`,
  found: `Found`,
  requiredBy: `Required by`,
  hint: `What to do`,
  url: `More`,
};

/** The worst first. */
const severityOrder: Array<Severity> = [`error`, `incomplete`, `warning`, `info`];

/** How many packages of a group are named without `--verbose`. */
const sampleSize = 5;

/**
 * How many findings of one package are shown: a registry may serve any number
 * of broken attestations, and must not scroll the other packages away.
 */
const maxFindings = 20;

/**
 * The findings as a tree: those of the run, those that packages have in
 * common, then package by package (with `verbose` every package, and where it
 * comes from). Takes a sanitised result.
 */
export function makeFindingTree({packages, findings}: Pick<AuditResult, `packages` | `findings`>, {verbose}: {verbose: boolean}): treeUtils.TreeRoot {
  const {shared, own} = groupFindings(packages);
  const listed = packages.filter(({locator}) => verbose || own.has(locator));

  return {
    children: [
      ...findings.map(makeFindingNode),
      ...shared.map(group => makeGroupNode(group, {verbose})),
      ...listed.map(pkg => makePackageNode(pkg, own.get(pkg.locator) ?? [], {verbose})),
    ],
  };
}

function makePackageNode(pkg: PackageResult, findings: Array<Finding>, {verbose}: {verbose: boolean}): treeUtils.TreeNode {
  return {
    label: pkg.locator,
    children: [
      ...verbose ? makeSourceNodes(pkg) : [],
      ...findings.toSorted(compareSeverities).slice(0, maxFindings).map(makeFindingNode),
      ...makeRemainderNodes(findings.length - maxFindings, `--json`),
    ],
  };
}

function makeSourceNodes({verdict, patched, provenance}: PackageResult): Array<treeUtils.TreeNode> {
  const verdictNode = makeField(`Verdict`, patched ? `${verdict}, patched by this project` : verdict);

  if (verdict === `excluded`)
    return [verdictNode];

  // Claims of provenance that did not verify are anybody's.
  if (provenance.status !== `verified`)
    return [verdictNode, makeField(`Provenance`, provenance.status)];

  const {sourceRepository, sourceCommit, sourceRef, workflow, run} = provenance;
  const source = [sourceRepository, sourceCommit].filter(part => typeof part !== `undefined`).join(`@`);

  return [verdictNode, ...makeFields([
    [`Source`, source],
    [`Ref`, sourceRef],
    [`Workflow`, workflow],
    [`Run`, run],
  ])];
}

function makeFindingNode({message, ...finding}: Finding): treeUtils.TreeNode {
  return {
    label: getTitle(finding),
    value: formatUtils.tuple(formatUtils.Type.NO_HINT, message),
    children: [...makeDetailNodes(finding), ...makeAcceptedNodes(finding)],
  };
}

function makeAcceptedNodes({accepted}: Pick<Finding, `accepted`>): Array<treeUtils.TreeNode> {
  return accepted ? [makeField(`Accepted`, `${accepted.reason}${accepted.until ? ` (until ${accepted.until})` : ``}`)] : [];
}

function makeGroupNode({registry, members}: FindingGroup, {verbose}: {verbose: boolean}): treeUtils.TreeNode {
  const findings = members.map(({finding}) => finding);
  const locators = new Set(members.map(({locator}) => locator));

  const common = getCommonDetails(findings);
  const named = verbose ? members : members.slice(0, sampleSize);

  return {
    label: getTitle(findings[0]!),
    value: formatUtils.tuple(formatUtils.Type.NO_HINT, `${locators.size} packages${registry === null ? `` : ` of ${registry}`}`),
    children: [
      ...makeDetailNodes(common),
      ...makeAcceptedNodes(findings[0]!),
      ...named.map(({locator, finding}) => ({label: locator, children: makeDetailNodes(omitDetails(finding, common))})),
      ...makeRemainderNodes(members.length - named.length, `--verbose`),
    ],
  };
}

function compareSeverities(a: Finding, b: Finding): number {
  return severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity);
}

function getTitle({id, severity, accepted}: Pick<Finding, `id` | `severity` | `accepted`>): string {
  return `${id} (${severity}${accepted ? `, accepted` : ``})`;
}

/** The details that are the same in all findings. */
function getCommonDetails([first, ...rest]: Array<Finding>): Partial<Details> {
  const keys = detailKeys.filter(key => rest.every(finding => finding[key] === first![key]));
  return Object.fromEntries(keys.map(key => [key, first![key]]));
}

function omitDetails(finding: Finding, omitted: Partial<Details>): Partial<Details> {
  return Object.fromEntries(detailKeys.filter(key => !Object.hasOwn(omitted, key)).map(key => [key, finding[key]]));
}

const detailKeys = Object.keys(detailLabels) as Array<keyof Details>;

function makeDetailNodes(details: Partial<Details>): Array<treeUtils.TreeNode> {
  return makeFields(detailKeys.map(key => [detailLabels[key], details[key]]));
}

function makeFields(fields: Array<[label: string, value: string | undefined]>): Array<treeUtils.TreeNode> {
  return fields.flatMap(([label, value]) => value ? [makeField(label, value)] : []);
}

function makeField(label: string, value: string): treeUtils.TreeNode {
  return {label, value: formatUtils.tuple(formatUtils.Type.NO_HINT, value)};
}

function makeRemainderNodes(count: number, option: string): Array<treeUtils.TreeNode> {
  return count > 0 ? [{value: formatUtils.tuple(formatUtils.Type.NO_HINT, `and ${count} more, which ${option} lists`)}] : [];
}
