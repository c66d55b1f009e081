import {npath, xfs}             from '@yarnpkg/fslib';
import {UsageError}             from 'clipanion';
import {mkdirSync, symlinkSync} from 'node:fs';
import path                     from 'node:path';
import {describe, expect, it}   from 'vitest';

import {readPins}               from '../../../sources/pins/pinsFile';

describe(`readPins`, () => {
  it(`should know no pins where there is no file`, async () => {
    expect(await readPins(await xfs.mktempPromise())).toBeNull();
  });

  it.each<[string, (file: string) => void]>([
    [`a folder`, file => mkdirSync(file)],
    [`a device without end`, file => symlinkSync(`/dev/zero`, file)],
    [`a file of the system without end`, file => symlinkSync(`/proc/self/pagemap`, file)],
  ])(`should not take %s for "no pins"`, async (_, put) => {
    const cwd = await xfs.mktempPromise();
    mkdirSync(path.join(npath.fromPortablePath(cwd), `.yarn`));
    put(path.join(npath.fromPortablePath(cwd), `.yarn/attestations.yml`));

    await expect(readPins(cwd)).rejects.toThrow(UsageError);
  });
});
