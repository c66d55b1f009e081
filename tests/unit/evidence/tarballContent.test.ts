import {createHash}                                from 'node:crypto';
import {gzipSync}                                  from 'node:zlib';
import {describe, expect, it}                      from 'vitest';

import {readTarballContent}                        from '../../../sources/evidence/tarballContent';
import {makeBomb, makeTar, makeTgz, type TarEntry} from '../../support/hostileTarball';

const manifest: TarEntry = {path: `package/package.json`, content: `{}`};
const sha256 = (content: string) => createHash(`sha256`).update(content).digest(`hex`);
const file = (content: string, executable = false) => ({type: `file`, executable, size: content.length, sha256: sha256(content)});

describe(`readTarballContent`, () => {
  it(`should list what Yarn would unpack`, async () => {
    const {entries, oddity} = await readTarballContent(makeTgz([
      manifest,
      {path: `package/`, type: `Directory`},
      {path: `package/empty`},
      {path: `package/bin/run.js`, content: `run`, mode: 0o755},
      {path: `package/old.js`, type: `OldFile`, content: `old`},
      {path: `package/link`, type: `SymbolicLink`, linkpath: `bin/run.js`},
      {path: `other-folder/index.js`, content: `1`},
      {path: `./package/./dotted.js`, content: `2`},
      {path: `top-level`, content: `3`},
    ]));

    expect(oddity).toBe(null);
    expect(Object.fromEntries(entries)).toEqual({
      'package.json': file(`{}`),
      empty: file(``),
      'bin/run.js': file(`run`, true),
      'old.js': file(`old`),
      link: {type: `link`, target: `bin/run.js`},
      'index.js': file(`1`),
      'dotted.js': file(`2`),
    });
  });

  it(`should take the last of several entries, as Yarn does`, async () => {
    const {entries} = await readTarballContent(makeTgz([manifest, {path: `package/a`, content: `first`}, {path: `package/a`, content: `second`}]));
    expect(entries.get(`a`)).toEqual(file(`second`));
  });

  it(`should read a tarball that is not compressed, as Yarn does`, async () => {
    expect((await readTarballContent(makeTar([manifest]))).entries.get(`package.json`)).toEqual(file(`{}`));
  });

  it.each<[string, TarEntry]>([
    [`an absolute path`, {path: `/etc/passwd`, content: `evil`}],
    [`a path that leads out`, {path: `package/../../evil`, content: `evil`}],
    [`a path that leads out and back`, {path: `package/../package/evil`, content: `evil`}],
    [`a hard link`, {path: `package/hard`, type: `Link`, linkpath: `package/package.json`}],
    [`a symbolic link to an absolute path`, {path: `package/soft`, type: `SymbolicLink`, linkpath: `/etc/passwd`}],
    [`a symbolic link that leads out`, {path: `package/soft`, type: `SymbolicLink`, linkpath: `../../evil`}],
    [`a symbolic link to the package's parent`, {path: `package/soft`, type: `SymbolicLink`, linkpath: `..`}],
    [`a character device`, {path: `package/tty`, type: `CharacterDevice`}],
    [`a block device`, {path: `package/disk`, type: `BlockDevice`}],
    [`a pipe`, {path: `package/pipe`, type: `FIFO`}],
    [`a contiguous file`, {path: `package/contiguous`, type: `ContiguousFile`, content: `evil`}],
  ])(`should report %s`, async (_, entry) => {
    const {entries, oddity} = await readTarballContent(makeTgz([manifest, entry]));

    expect(oddity?.path).toBe(entry.path);
    expect([...entries.keys()].filter(path => path !== `soft`)).toEqual([`package.json`]);
  });

  it(`should read 50,000 files`, async () => {
    const files = Array.from({length: 50_000}, (_, index) => ({path: `package/${index}.js`, content: `${index}`}));
    const {entries} = await readTarballContent(makeTgz([manifest, ...files]));

    expect(entries.size).toBe(50_001);
    expect(entries.get(`49999.js`)).toEqual(file(`49999`));
  });

  it(`should stop at a bomb`, async () => {
    const bomb = makeBomb({}, 1024);
    expect(bomb.length).toBeLessThan(2 * 1024 * 1024);

    await expect(readTarballContent(bomb)).rejects.toMatchObject({name: `UnusableTarballError`, message: expect.stringContaining(`unpack to more than`)});
  });

  it(`should stop at too many entries`, async () => {
    const header = makeTar([{path: `package/a`}]).subarray(0, 512);
    const tar = Buffer.concat([...new Array<Buffer>(200_100).fill(header), Buffer.alloc(1024)]);

    await expect(readTarballContent(gzipSync(tar))).rejects.toMatchObject({name: `UnusableTarballError`, message: expect.stringContaining(`entries`)});
  });

  it.each<[string, Buffer]>([
    [`nothing`, Buffer.alloc(0)],
    [`text`, Buffer.from(`<!doctype html>`.repeat(100))],
    [`a broken gzip stream`, Buffer.concat([makeTgz([manifest]).subarray(0, 30), Buffer.from(`garbage`)])],
    [`a gzip stream that was cut off`, makeTgz([{path: `package/a`, content: `a`.repeat(10_000)}]).subarray(0, 80)],
    [`a tar archive that was cut off`, gzipSync(makeTar([manifest, {path: `package/a`, content: `a`.repeat(10_000)}]).subarray(0, 4000))],
    [`something that was compressed twice`, gzipSync(makeTgz([manifest]))],
    [`a zstd stream within`, gzipSync(Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), Buffer.alloc(1000)]))],
  ])(`should refuse %s`, async (_, tarball) => {
    await expect(readTarballContent(tarball)).rejects.toMatchObject({name: `UnusableTarballError`});
  });
});
