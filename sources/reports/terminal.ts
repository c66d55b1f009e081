import {formatUtils, type Configuration}    from '@yarnpkg/core';
import type {Writable}                      from 'node:stream';

import type {AuditResult, Outcome}          from '../auditResult';

import {makeCoverageLines}                  from './coverageLines';
import {getCoverage}                        from './coverage';
import {groupFindings, type FindingSection} from './findingGroups';
import {makeFindingLines}                   from './findingLines';
import type {LinkContext}                   from './links';
import {makePackageLines}                   from './packageLines';
import {describePins}                       from './pinLines';
import {makePrintableResult}                from './printableResult';
import {describeOutcome, makeTotals}        from './totals';
import {describeTrust}                      from './trustLine';
import {wrap}                               from './wrap';

type TerminalContext = LinkContext & {
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

/** What colours a line of this kind, beside its words. */
export const sectionColors: Record<FindingSection[`kind`], string> = {
  error: `red`,
  incomplete: `yellow`,
  warning: `yellow`,
  info: `blue`,
  accepted: `grey`,
};

/**
 * Prints the result for people: whom the run believes, then the problems by
 * what is to be done about them, then the coverage and the totals, and the
 * outcome last, where the eye is when the command ends. Indented text instead
 * of a drawn tree, for 80 columns and for those who have it read to them;
 * nothing depends on colour.
 */
export function emitReport(result: AuditResult, {configuration, stdout, verbose, now, logSearch}: TerminalContext): void {
  const {trust, packages, findings, pinned, summary} = makePrintableResult(result);

  const sections = groupFindings({packages, findings});
  const paint = (line: string, kind: FindingSection[`kind`]) => formatUtils.applyColor(configuration, line, sectionColors[kind]);

  const lines = [
    ...wrap(describeTrust(trust, now), 0, 2),
    ``,
    ...makeFindingLines(sections, {verbose, logSearch, paint}),
    ...sections.length > 0 ? [`A report (--report attestations.html) explains each kind of finding.`, ``] : [],
    ...verbose ? makePackageLines(packages, {logSearch}) : [],
    ...packages.length > 0 ? [...makeCoverageLines(getCoverage(packages), {verbose}), ``] : [],
    ...pinned ? [...describePins(pinned), ``] : [],
    ...makeTotals(summary),
    ``,
    formatUtils.applyColor(configuration, describeOutcome(summary), outcomeColors[summary.outcome]),
  ];

  for (const line of lines) {
    stdout.write(`${line}\n`);
  }
}
