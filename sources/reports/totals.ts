import type {AuditSummary} from '../auditResult';

import {WIDTH}             from './wrap';

/**
 * The totals as lines of two columns, at most 80 wide: label, then every count
 * that is not zero with its name, so that a line makes sense when it is read
 * aloud.
 */
export function makeTotals(summary: AuditSummary): Array<string> {
  const rows = listTotals(summary);
  const labelWidth = Math.max(...rows.map(([label]) => label.length)) + `:  `.length;

  return rows.flatMap(([label, items]) => {
    return wrapItems(items, WIDTH - labelWidth).map((line, index) => {
      return `${(index === 0 ? `${label}:` : ``).padEnd(labelWidth)}${line}`;
    });
  });
}

/** Every total with its name, and its counts in words. */
export function listTotals(summary: AuditSummary): Array<[label: string, items: Array<string>]> {
  return [
    [`Packages`, listCounts(summary.verdicts)],
    [`Out of scope`, [`${summary.outOfScope}`]],
    [`Signatures`, listCounts(summary.signatures)],
    ...summary.keySources.registry > 0 ? [makeOwnKeysRow(summary.keySources.registry)] : [],
    [`Publish attestations`, listCounts(summary.publish)],
    [`Provenance`, listCounts(summary.provenance)],
    [`Archives`, listCounts(summary.archives)],
    [`Findings`, listCounts(summary.findings)],
  ];
}

/** Such a key shows that nobody changed anything on the way, not that the registry is honest. */
function makeOwnKeysRow(count: number): [label: string, items: Array<string>] {
  return [`Registry's own keys`, [`${countNoun(count, `signature`)}, vouched for by nobody else`]];
}

/** One sentence: how the run ended, and why. */
export function describeOutcome({outcome, findings, verdicts}: AuditSummary): string {
  const verified = countNoun(verdicts.verified, `package`);

  switch (outcome) {
    case `failed`:
      return `Failed: ${countNoun(findings.error, `error`)}; ${verified} verified.`;
    case `incomplete`:
      return `Incomplete: no errors, but ${countNoun(findings.incomplete, `check`)} could not be made; ${verified} verified.`;
    default: {
      const warnings = findings.warning > 0 ? ` with ${countNoun(findings.warning, `warning`)}` : ``;
      const tolerated = verdicts.failed + verdicts.incomplete;
      return `Passed${warnings}: ${verified} verified${tolerated > 0 ? `; ${tolerated} failed or incomplete, tolerated by the settings` : ``}.`;
    }
  }
}

function listCounts(counts: Record<string, number>): Array<string> {
  const items = Object.entries(counts).filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`);
  return items.length > 0 ? items : [`none`];
}

function wrapItems(items: Array<string>, maxWidth: number): Array<string> {
  const lines: Array<string> = [];
  for (const [index, item] of items.entries()) {
    const text = index < items.length - 1 ? `${item},` : item;
    const joined = [...lines.slice(-1), text].join(` `);

    if (joined.length <= maxWidth) {
      lines.splice(-1, 1, joined);
    } else {
      lines.push(text);
    }
  }

  return lines;
}

function countNoun(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? `` : `s`}`;
}
