import {formatUtils, treeUtils, type Configuration} from '@yarnpkg/core';
import type {Writable}                              from 'node:stream';

import type {AuditResult, Outcome}                  from '../auditResult';

import {makeFindingTree}                            from './findingTree';
import {describePins}                               from './pinLines';
import {makePrintable, mapStrings}                  from './sanitise';
import {describeOutcome, makeTotals}                from './totals';
import {describeTrust}                              from './trustLine';

export type TerminalContext = {
  configuration: Configuration;
  stdout: Writable;
  /** Every package with its source, not only problems. */
  verbose: boolean;
  /** What the age of the trust root is told against. */
  now: Date;
};

const outcomeColors: Record<Outcome, string> = {
  passed: `green`,
  failed: `red`,
  incomplete: `yellow`,
};

/**
 * Prints the result as `yarn npm audit` prints its own: a tree on stdout, here
 * between the line that names the trust root and the totals. Nothing depends
 * on colour.
 */
export function emitReport(result: AuditResult, {configuration, stdout, verbose, now}: TerminalContext): void {
  const {trust, packages, findings, pinned, summary} = mapStrings(omitBundles(result), text => makePrintable(text));

  stdout.write(`${describeTrust(trust, now)}\n\n`);

  const tree = makeFindingTree({packages, findings}, {verbose});
  if (tree.children.length > 0) {
    treeUtils.emitTree(tree, {configuration, stdout, json: false, separators: 1});
    stdout.write(`\n`);
  }

  if (pinned)
    stdout.write(`${describePins(pinned).join(`\n`)}\n\n`);

  for (const line of makeTotals(summary))
    stdout.write(`${line}\n`);

  stdout.write(`\n${formatUtils.applyColor(configuration, describeOutcome(summary), outcomeColors[summary.outcome])}\n`);
}

/** Bundles may hold megabytes and are never shown here. */
function omitBundles(result: AuditResult): AuditResult {
  return {...result, packages: result.packages.map(({bundles, ...pkg}) => pkg)};
}
