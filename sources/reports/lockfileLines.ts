import {structUtils} from '@yarnpkg/core';

/** The lockfile, as a report points into it. */
export type LockfileText = {
  /** Relative to the repository, with slashes. */
  path: string;
  text: string;
};

const resolutionLine = /^ {2}resolution: (".*")$/;

/**
 * The line (from 1) on which the entry of each npm locator begins, by locator.
 * What is bound to a locator (`__archiveUrl`) is not part of the key.
 */
export function indexEntries(lockfile: string): Map<string, number> {
  const lines = new Map<string, number>();
  let entryLine = 1;

  for (const [index, line] of lockfile.split(`\n`).entries()) {
    if (/^\S/.test(line))
      entryLine = index + 1;

    const resolution = resolutionLine.exec(line)?.[1];
    const locator = resolution ? tryReadLocator(resolution) : null;
    if (locator !== null && !lines.has(locator)) {
      lines.set(locator, entryLine);
    }
  }

  return lines;
}

function tryReadLocator(json: string): string | null {
  try {
    const locator = structUtils.tryParseLocator(JSON.parse(json), true);
    if (locator === null)
      return null;

    const {selector, protocol, source} = structUtils.parseRange(locator.reference);
    return protocol === `npm:` && source === null
      ? structUtils.stringifyLocator({...locator, reference: `npm:${selector}`})
      : structUtils.stringifyLocator(locator);
  } catch {
    return null;
  }
}
