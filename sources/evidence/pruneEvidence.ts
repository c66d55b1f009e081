import type {Configuration}                    from '@yarnpkg/core';
import {npath}                                 from '@yarnpkg/fslib';
import {lstat, readdir, rm, utimes, writeFile} from 'node:fs/promises';
import path                                    from 'node:path';

import {getEvidenceFolder}                     from './evidenceStore';

const DAY = 24 * 60 * 60 * 1000;

/** Since an entry was last read or written, in milliseconds. */
const MAX_AGE = 90 * DAY;

const INTERVAL = 7 * DAY;

/** Entries, and what an interrupted run has left of one. */
const OWN_FILE = /^[0-9a-f]+\.json(?:\.[0-9a-f]+\.tmp)?$/;

/**
 * Removes what no run has used for a long time, at most once a week. Other runs
 * may read, write and prune meanwhile. What cannot be removed stays, and is no
 * reason to fail.
 */
export async function pruneEvidence(configuration: Configuration, now: Date): Promise<void> {
  const folder = npath.fromPortablePath(getEvidenceFolder(configuration));
  const marker = path.join(folder, `pruned`);

  try {
    const last = await lstat(marker).catch(() => null);
    if (last !== null && now.getTime() - last.mtimeMs < INTERVAL)
      return;

    // In place of whatever is there: through a link, another file would be emptied.
    await rm(marker, {force: true});
    await writeFile(marker, ``, {flag: `wx`});
    await utimes(marker, now, now);

    // A new store.
    if (last === null)
      return;

    const entries = await readdir(folder, {recursive: true, withFileTypes: true});
    for (const entry of entries.filter(entry => entry.isFile() && OWN_FILE.test(entry.name))) {
      await removeUnused(path.join(entry.parentPath, entry.name), now);
    }
  } catch {
    // There is no store yet, or another run was faster.
  }
}

async function removeUnused(file: string, now: Date) {
  // Other runs rename theirs meanwhile: one that is gone must not keep the rest.
  const stats = await lstat(file).catch(() => null);
  if (stats !== null && now.getTime() - Math.max(stats.atimeMs, stats.mtimeMs) > MAX_AGE) {
    await rm(file, {force: true});
  }
}
