import {MessageName, ReportError} from '@yarnpkg/core';
import {UsageError}               from 'clipanion';

import {makePrintable}            from '../reports/sanitise';

import type {Decision}            from './decision';
import type {Problem}             from './problem';
import {SigningError}             from './signing/signingError';
import type {LogState}            from './signing/signingError';

/** All problems in one error, so that they can be solved in one go. */
export function makeRefusal(problems: Array<Problem>, decision: Decision): ReportError {
  return new ReportError(MessageName.UNNAMED, `This can't be published with provenance; nothing was signed or uploaded`, report => {
    for (const {message, hint} of problems)
      report.reportError(MessageName.UNNAMED, `  ${makePrintable(message)}. ${makePrintable(hint)}.`);

    if (decision.source === `automatic`) {
      report.reportError(MessageName.UNNAMED, `  Provenance was turned on automatically: --no-provenance publishes without it.`);
    }
  });
}

const LOG_STATES: Record<LogState, string> = {
  none: `No transparency log entry was written`,
  unknown: `The transparency log did not answer in time: it may hold an entry now, which does no harm`,
  written: `The transparency log already holds an entry for it, which does no harm`,
};

/** Whatever went wrong on the way to the upload: nothing is uploaded, and the log's state is told. */
export function explainFailure(error: unknown): unknown {
  if (error instanceof SigningError)
    return new ReportError(MessageName.UNNAMED, `${makePrintable(error.message)}. Nothing was uploaded. ${LOG_STATES[error.log]}.`);

  // Thrown in the midst of a report, it would be shown as an internal error.
  if (error instanceof UsageError)
    return new ReportError(MessageName.UNNAMED, `${makePrintable(error.message)}. Nothing was uploaded.`);

  return error;
}
