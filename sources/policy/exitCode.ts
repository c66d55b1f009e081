import type {AuditResult, Outcome} from '../auditResult';
import type {Finding}              from '../findings';

const exitCodes = {passed: 0, failed: 1, incomplete: 2} as const satisfies Record<Outcome, number>;

/** The outcome of a run from the findings of the run and of all its packages; those that somebody has accepted do not count. */
export function getOutcome(findings: Iterable<Finding>): Outcome {
  const severities = new Set(Array.from(findings, ({severity, accepted}) => accepted ? null : severity));

  if (severities.has(`error`))
    return `failed`;

  return severities.has(`incomplete`) ? `incomplete` : `passed`;
}

/**
 * What the process ends with, read from the findings and not from the totals,
 * so that no printer and no counting stands between the two.
 */
export function getExitCode({packages, findings}: Pick<AuditResult, `packages` | `findings`>): 0 | 1 | 2 {
  return exitCodes[getOutcome([...findings, ...packages.flatMap(pkg => pkg.findings)])];
}
