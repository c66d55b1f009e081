import {MessageName, ReportError} from '@yarnpkg/core';

import type {Finding}             from '../findings';
import {makePrintable}            from '../reports/sanitise';

/** One line with everything that keeps a package out. */
export function describeFindings(findings: Array<Finding>): string {
  return findings.filter(({severity}) => severity === `error` || severity === `incomplete`).map(describe).join(` `);
}

/** The error with which Yarn's fetch step fails. */
export function makeRefusal(findings: Array<Finding>): ReportError {
  const unchecked = findings.every(({severity}) => severity !== `error`);
  const wayOut = unchecked
    ? ` To install without this check, set npmAttestationGate to warn, or change the severity of the finding in npmAttestationSeverities.`
    : ``;

  return new ReportError(MessageName.UNNAMED, `Refused by npmAttestationGate, nothing of it was written to the cache. ${describeFindings(findings)}${wayOut}`);
}

function describe({id, message, expected, found, hint}: Finding): string {
  const details = [
    ...expected ? [`expected ${expected}`] : [],
    ...found ? [`found ${found}`] : [],
  ];

  return [
    `${id}: ${makePrintable(message)}`,
    ...details.length > 0 ? [` (${makePrintable(details.join(`, `))})`] : [],
    `.`,
    ...hint ? [` ${makePrintable(hint)}.`] : [],
  ].join(``);
}
