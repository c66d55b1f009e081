import {MessageName, ReportError, structUtils}          from '@yarnpkg/core';
import {Filename, npath, ppath, xfs, type PortablePath} from '@yarnpkg/fslib';
import {parseSyml}                                      from '@yarnpkg/parsers';
import {stripVTControlCharacters}                       from 'node:util';

/** An error about the lockfile that names the file; `problem` continues the sentence. */
export function makeLockfileError(projectCwd: PortablePath, problem: string, name = MessageName.UNNAMED) {
  // The problem quotes the lockfile, which a pull request can fill with escape
  // sequences, and goes to a terminal. Yarn's colours are lost with them.
  const printable = stripVTControlCharacters(problem).replace(/\p{C}/gu, `?`);
  return new ReportError(name, `${npath.fromPortablePath(getLockfilePath(projectCwd))} ${printable}`);
}

/**
 * Says what is the matter with a lockfile that Yarn failed to read, and what to
 * do; null when it looks sound and the failure must have been another one.
 */
export async function tryGetLockfileProblem(projectCwd: PortablePath): Promise<string | null> {
  const lockfilePath = getLockfilePath(projectCwd);
  if (!await xfs.existsPromise(lockfilePath))
    return null;

  const content = await xfs.readFilePromise(lockfilePath, `utf8`);
  if (/^<{7} /m.test(content))
    return `holds merge conflict markers; run "yarn install" to resolve them`;

  const flaw = tryGetFlaw(content);
  return flaw !== null
    ? `cannot be used (${flaw}); restore it from version control, or remove it, and run "yarn install"`
    : null;
}

function getLockfilePath(projectCwd: PortablePath) {
  return ppath.join(projectCwd, Filename.lockfile);
}

function tryGetFlaw(content: string): string | null {
  let entries: Record<string, unknown>;
  try {
    entries = parseSyml(content);
  } catch (error) {
    // The parser's further lines quote the file.
    const [reason] = (error as Error).message.split(`\n`);
    return `not valid YAML: ${reason}`;
  }

  for (const [key, entry] of Object.entries(entries)) {
    if (key !== `__metadata` && !isEntry(key, entry)) {
      return `broken entry ${JSON.stringify(key)}`;
    }
  }

  return null;
}

function isEntry(key: string, entry: unknown) {
  if (typeof entry !== `object` || entry === null)
    return false;

  const {resolution, linkType, checksum} = entry as Record<string, unknown>;

  return key.split(/ *, */).every(descriptor => structUtils.tryParseDescriptor(descriptor) !== null)
    && typeof resolution === `string` && structUtils.tryParseLocator(resolution, true) !== null
    && typeof linkType === `string`
    && (checksum === undefined || typeof checksum === `string`);
}
