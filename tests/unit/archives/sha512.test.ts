import {npath, ppath, xfs}                     from '@yarnpkg/fslib';
import type {Filename}                         from '@yarnpkg/fslib';
import {execFileSync}                          from 'node:child_process';
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {expect, it}                            from 'vitest';

import {hashArchive}                           from '../../../sources/archives/sha512';

/** A committed cache may hold anything under an archive's name. */
async function hashWhatIs(put: (file: string) => void): Promise<string> {
  const path = ppath.join(await xfs.mktempPromise(), `archive.zip` as Filename);
  put(npath.fromPortablePath(path));
  return await hashArchive({path});
}

it(`should hash an archive, also behind a link`, async () => {
  const direct = await hashWhatIs(file => writeFileSync(file, `archive`));
  const linked = await hashWhatIs(file => {
    writeFileSync(`${file}.target`, `archive`);
    symlinkSync(`${file}.target`, file);
  });

  expect(direct).toMatch(/^[0-9a-f]{128}$/);
  expect(linked).toBe(direct);
});

it.each<[string, (file: string) => void]>([
  [`a device without end`, file => symlinkSync(`/dev/zero`, file)],
  [`a file of the system without end`, file => symlinkSync(`/proc/self/pagemap`, file)],
  [`a pipe`, file => void execFileSync(`mkfifo`, [file])],
  [`a folder`, file => mkdirSync(file)],
])(`should not wait for the end of %s`, async (_, put) => {
  await expect(hashWhatIs(put)).rejects.toThrow();
});
