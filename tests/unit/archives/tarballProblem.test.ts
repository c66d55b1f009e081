import {gzipSync}                                           from 'node:zlib';
import {describe, expect, it}                               from 'vitest';

import {findTarballProblem}                                 from '../../../sources/archives/tarballProblem';
import {makeBomb, makePax, makeTar, makeTgz, type TarEntry} from '../../support/hostileTarball';

const manifest: TarEntry = {path: `package/package.json`, content: `{}`};
const long = `package/${`long/`.repeat(60)}index.js`;

describe(`findTarballProblem`, () => {
  it.each<[string, Array<TarEntry>]>([
    [`folders, files and links`, [
      {path: `package/`, type: `Directory`},
      {path: `package/empty`},
      {path: `package/bin/run.js`, content: `run`, mode: 0o755},
      {path: `package/old.js`, type: `OldFile`, content: `old`},
      {path: `package/link`, type: `SymbolicLink`, linkpath: `bin/run.js`},
      {path: `package/bin/up`, type: `SymbolicLink`, linkpath: `../old.js`},
    ]],
    [`several first folders`, [{path: `other-folder/index.js`, content: `1`}, {path: `./package/./dotted.js`, content: `2`}, {path: `./package/soft`, type: `SymbolicLink`, linkpath: `dotted.js`}, {path: `top-level`, content: `3`}]],
    [`a folder with a size`, [{path: `package/folder/`, type: `Directory`, distort: header => header.write(`00000010000`, 124)}]],
    [`a folder in the way of old packers`, [{path: `package/folder/`}]],
    [`a long path by pax`, [makePax({mtime: `0.5`, path: long, 'SCHILY.xattr.a': `1\n2`}), {path: `package/cut`, content: `1`}]],
    [`a long path by GNU`, [{path: `././@LongLink`, type: `NextFileHasLongPath`, content: `${long}\0`}, {path: `package/cut`, content: `1`}]],
    [`a long link by GNU`, [{path: `././@LongLink`, type: `NextFileHasLongLinkpath`, content: `index.js\0`}, {path: `package/soft`, type: `SymbolicLink`, linkpath: `cut`}]],
    [`a size that pax repeats`, [makePax({size: `1`}), {path: `package/a`, content: `1`}]],
    [`a global comment, as of git`, [makePax({comment: `b16b00b5`}, `GlobalExtendedHeader`)]],
  ])(`should have nothing to say of %s`, async (_, entries) => {
    expect(await findTarballProblem(makeTgz([manifest, ...entries, manifest]))).toBe(null);
  });

  it.each<[string, Buffer]>([
    [`what is not compressed`, makeTar([manifest])],
    [`what has no end`, gzipSync(makeTar([manifest]).subarray(0, -1024))],
    [`one empty block between entries`, gzipSync(Buffer.concat([makeTar([manifest]).subarray(0, -512), makeTar([manifest])]))],
    [`what follows the end`, gzipSync(Buffer.concat([makeTar([manifest]), Buffer.from(`garbage`.repeat(1000))]))],
    [`what was compressed in pieces`, Buffer.concat([gzipSync(makeTar([manifest]).subarray(0, 700)), gzipSync(makeTar([manifest]).subarray(700))])],
    [`50,000 files`, makeTgz(Array.from({length: 50_000}, (_, index) => ({path: `package/${index}.js`, content: `${index}`})))],
  ])(`should have nothing to say of %s`, async (_, tarball) => {
    expect(await findTarballProblem(tarball)).toBe(null);
  });

  it.each<[string, TarEntry]>([
    [`an absolute path`, {path: `/etc/passwd`, content: `evil`}],
    [`a path that leads out`, {path: `package/../../evil`, content: `evil`}],
    [`a path that leads out`, {path: `package/../package/evil`, content: `evil`}],
    [`a path that leads out`, {path: `package\\..\\..\\evil`, content: `evil`}],
    [`a hard link`, {path: `package/hard`, type: `Link`, linkpath: `package/package.json`}],
    [`a link that leads out`, {path: `package/soft`, type: `SymbolicLink`, linkpath: `/etc/passwd`}],
    [`a link that leads out`, {path: `package/soft`, type: `SymbolicLink`, linkpath: `../../evil`}],
    [`a link that leads out`, {path: `package/soft`, type: `SymbolicLink`, linkpath: `..`}],
    [`a character device`, {path: `package/tty`, type: `CharacterDevice`}],
    [`a block device`, {path: `package/disk`, type: `BlockDevice`}],
    [`a pipe`, {path: `package/pipe`, type: `FIFO`}],
    [`the unknown type "7"`, {path: `package/contiguous`, type: `ContiguousFile`, content: `evil`}],
    [`the unknown type "Z"`, {path: `package/unknown`, distort: header => header.write(`Z`, 156)}],
    [`a target without a link`, {path: `package/file`, distort: header => header.write(`target`, 157)}],
    [`a link without a target`, {path: `package/soft`, type: `SymbolicLink`}],
    [`contradict each other`, {path: `package/folder/`, distort: header => header.write(`00000001000`, 124), content: `x`.repeat(512)}],
  ])(`should report %s: %j`, async (reason, entry) => {
    expect(await findTarballProblem(makeTgz([manifest, entry]))).toMatch(new RegExp(`^${entry.path.replace(/\\/g, `\\\\`)}: .*${reason}`));
  });

  it.each<[string, string, Array<TarEntry>]>([
    [`a path by pax`, `an absolute path`, [makePax({path: `/etc/passwd`}), {path: `package/a`}]],
    [`a path by pax, after another`, `an absolute path`, [makePax({path: `package/b`}), makePax({path: `/etc/passwd`}), {path: `package/a`}]],
    [`a path by pax, within a value`, `an absolute path`, [makePax({comment: `\n20 path=/etc/passwd`}), {path: `package/a`}]],
    [`a path by GNU`, `an absolute path`, [{path: `L`, type: `NextFileHasLongPath`, content: `/etc/passwd`}, {path: `package/a`}]],
    [`a target by pax`, `a link that leads out`, [makePax({linkpath: `/etc/passwd`}), {path: `package/a`, type: `SymbolicLink`, linkpath: `b`}]],
    [`a target by GNU`, `a link that leads out`, [{path: `K`, type: `NextFileHasLongLinkpath`, content: `/etc/passwd`}, {path: `package/a`, type: `SymbolicLink`, linkpath: `b`}]],
    [`a long path`, `a path of 2`, [makePax({path: `package/${`x`.repeat(2000)}`}), {path: `package/a`}]],
    [`a deep path`, `a path of more than`, [makePax({path: `package/${`a/`.repeat(80)}b`}), {path: `package/a`}]],
    [`a prefix`, `a path that leads out`, [{path: `package/a`, distort: header => header.write(`..`, 345)}]],
    [`a size by pax`, `contradict each other`, [makePax({size: `1024`}), {path: `package/a`, content: `x`.repeat(512)}, {path: `package/b`}]],
    [`a type by pax`, `contradict each other`, [makePax({type: `SymbolicLink`}), {path: `package/a`}]],
    [`a global path`, `a global header`, [makePax({path: `package/b`}, `GlobalExtendedHeader`), {path: `package/a`}]],
    [`a size that is not octal`, `cannot be read`, [{path: `package/a`, distort: header => header.write(`\x80\0\0\0\0\0\0\0\0\0\0\x01`, 124, `latin1`)}]],
    [`no path`, `no path`, [{path: `x`, distort: header => header.fill(0, 0, 100)}]],
    [`a long extended header`, `extended header of`, [makePax({comment: `x`.repeat(1024 * 1024)}), {path: `package/a`}]],
  ])(`should look through %s`, async (_, reason, entries) => {
    expect(await findTarballProblem(makeTgz([manifest, ...entries]))).toContain(reason);
  });

  it(`should report a wrong checksum`, async () => {
    const tar = makeTar([manifest, {path: `package/a`}]);
    tar.write(`b`, 1024);

    expect(await findTarballProblem(gzipSync(tar))).toContain(`checksum`);
  });

  it(`should stop at a bomb`, async () => {
    const bomb = makeBomb({}, 1024);
    expect(bomb.length).toBeLessThan(2 * 1024 * 1024);

    expect(await findTarballProblem(bomb)).toContain(`unpack to more than`);
  });

  it(`should stop at too many entries`, async () => {
    const header = makeTar([{path: `package/a`}]).subarray(0, 512);
    const tar = Buffer.concat([...new Array<Buffer>(200_100).fill(header), Buffer.alloc(1024)]);

    expect(await findTarballProblem(gzipSync(tar))).toContain(`entries`);
  });

  it(`should stop at too many folders`, async () => {
    const entries = Array.from({length: 5000}, (_, index) => ({path: `package/${index}/${`a/`.repeat(40)}`}));

    expect(await findTarballProblem(makeTgz(entries))).toContain(`folders`);
  });

  it.each<[string, Buffer]>([
    [`nothing`, Buffer.alloc(0)],
    [`an archive without entries`, makeTgz([])],
    [`text`, Buffer.from(`<!doctype html>`.repeat(100))],
    [`a broken gzip stream`, Buffer.concat([makeTgz([manifest]).subarray(0, 30), Buffer.from(`garbage`)])],
    [`a gzip stream that was cut off`, makeTgz([{path: `package/a`, content: `a`.repeat(10_000)}]).subarray(0, 80)],
    [`a tar archive that was cut off`, gzipSync(makeTar([manifest, {path: `package/a`, content: `a`.repeat(10_000)}]).subarray(0, 4000))],
    [`a tar archive that was cut off in an extended header`, gzipSync(makeTar([manifest, makePax({comment: `a`.repeat(10_000)})]).subarray(0, 4000))],
    [`something that was compressed twice`, gzipSync(makeTgz([manifest]))],
    [`a zstd stream within`, gzipSync(Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), Buffer.alloc(1000)]))],
    [`a tar archive that begins like a zstd stream`, makeTar([{path: `x`, distort: header => header.set([0x28, 0xb5, 0x2f, 0xfd])}])],
  ])(`should refuse %s`, async (_, tarball) => {
    expect(await findTarballProblem(tarball)).not.toBe(null);
  });
});
