import {MessageName, ReportError, type Report} from '@yarnpkg/core';
import {UsageError}                            from 'clipanion';

import {getOutcome}                            from './policy/exitCode';
import {applySeverities}                       from './policy/severities';
import {makePrintable, mapStrings}             from './reports/sanitise';
import {UncheckableError}                      from './uncheckableError';

/** Room for the message of an error with a path or two, in UTF-16 units. */
const maxLength = 4096;

/**
 * Tells in one line what kept an audit from starting or ended it, and as
 * records under --json, where clipanion would print text. Such errors quote
 * lockfiles, settings and TUF repositories: strangers' words. So may a defect
 * of ours, of which the stack is told, but not what it was caused by.
 *
 * @returns the exit code: 2 for what could merely not be checked
 */
export function reportFailure(error: unknown, report: Report, {strict}: {strict: boolean}): 1 | 2 {
  const quote = (text: string) => makePrintable(text, maxLength);

  // No result is there to hold them, but machines look for their ids.
  const findings = error instanceof UncheckableError ? applySeverities(error.observations, {severities: new Map(), strict}) : [];
  for (const finding of findings)
    report.reportJson({type: `finding`, ...mapStrings(finding, quote)});

  if (error instanceof ReportError)
    report.reportError(error.reportCode, quote(error.message));
  else if (error instanceof UsageError)
    report.reportError(MessageName.UNNAMED, quote(error.message));
  else
    report.reportError(MessageName.EXCEPTION, quote(error instanceof Error ? error.stack ?? error.message : String(error)));

  return error instanceof UncheckableError && getOutcome(findings) !== `failed` && !strict ? 2 : 1;
}
