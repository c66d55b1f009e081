import {UsageError}          from 'clipanion';

import {parsePackagePattern} from '../packagePattern';

import type {Exception}      from './exceptions';
import {parseFindingId}      from './severitySetting';

/** Findings of the run, which no package glob can match. */
const runFindings: ReadonlySet<string> = new Set([`trust-invalid`, `trust-stale`, `nothing-verified`, `exception-unused`]);

type Field = `package` | `finding` | `reason` | `until`;

/** Reads `npmAttestationExceptions`. Throws a `UsageError` that names the place. */
export function parseExceptions(setting: ReadonlyArray<{get: (field: Field) => string | null | undefined}>): Array<Exception> {
  return setting.map((shape, index) => {
    const place = `npmAttestationExceptions[${index}]`;

    const getText = (field: Field) => {
      const text = shape.get(field)?.trim();
      if (!text)
        throw new UsageError(`The setting ${place} has no ${field}`);

      return text;
    };

    const pattern = getText(`package`);
    const parsed = parsePackagePattern(pattern);
    if (parsed.type === `invalid`)
      throw new UsageError(`The setting ${place}.package is ${JSON.stringify(pattern)}, and ${JSON.stringify(parsed.range)} is no semver range`);

    const finding = parseFindingId(`${place}.finding`, getText(`finding`));
    if (runFindings.has(finding))
      throw new UsageError(`The setting ${place}.finding can't be ${finding}, which is a finding of the run and not of a package`);

    const until = shape.get(`until`) ?? null;
    if (until !== null && !isDay(until))
      throw new UsageError(`The setting ${place}.until is ${JSON.stringify(until)}, which is no date (YYYY-MM-DD)`);

    return {pattern, test: parsed.test, finding, reason: getText(`reason`), until};
  });
}

function isDay(text: string): boolean {
  const date = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : NaN);

  // The 30th of February is read as a day of March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
