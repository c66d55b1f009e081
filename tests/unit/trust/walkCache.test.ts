import {npath, ppath, xfs, type PortablePath} from '@yarnpkg/fslib';
import {execFileSync}                         from 'node:child_process';
import {describe, expect, test}               from 'vitest';

import {WalkCache}                            from '../../../sources/trust/tuf/walkCache';

const fetchedAt = new Date(`2024-01-01T00:00:00Z`);
const files = new Map([[`timestamp.json`, Buffer.from(`{}`)]]);

async function makeCache() {
  const folder = await xfs.mktempPromise();
  const cache = new WalkCache(folder, `https://tuf.example.org`, Buffer.from(`{}`));
  await cache.tryWrite({files, fetchedAt});

  const [name] = await xfs.readdirPromise(folder);
  return {cache, path: ppath.join(folder, name!)};
}

test(`it should remember a walk`, async () => {
  const {cache} = await makeCache();
  expect(await cache.tryRead()).toEqual({files, fetchedAt});
});

describe(`what somebody else has put in its place`, () => {
  test.each<[string, (path: PortablePath) => void]>([
    [`a pipe`, path => void execFileSync(`mkfifo`, [npath.fromPortablePath(path)])],
    [`a file without end`, path => xfs.symlinkSync(npath.toPortablePath(`/dev/zero`), path)],
    [`content that would become a buffer of any size`, path => xfs.writeJsonSync(path, {fetchedAt, files: {'timestamp.json': {length: 1000}}})],
    [`a list of bytes`, path => xfs.writeJsonSync(path, {fetchedAt, files: {'timestamp.json': [123, 125]}})],
  ])(`it should not be read: %s`, async (_, put) => {
    const {cache, path} = await makeCache();
    await xfs.unlinkPromise(path);
    put(path);

    expect(await cache.tryRead()).toBeNull();
  });

  test(`it should not be read: a file that is larger than any walk`, async () => {
    const {cache, path} = await makeCache();
    await xfs.appendFilePromise(path, ` `.repeat(65 * 1024 * 1024));

    expect(await cache.tryRead()).toBeNull();
  });
});
