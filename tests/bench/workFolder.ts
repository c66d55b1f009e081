import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir}                          from 'node:os';
import path                              from 'node:path';

/** Projects and caches are in memory where that can be had, so that no disk is measured. */
const base = existsSync(`/dev/shm`) ? `/dev/shm` : tmpdir();

export const workFolder = mkdtempSync(path.join(base, `attestations-bench-`));

process.on(`exit`, () => rmSync(workFolder, {recursive: true, force: true}));

for (const signal of [`SIGINT`, `SIGTERM`] as const)
  process.on(signal, () => process.exit(1));
