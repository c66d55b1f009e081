import {execFileSync}                                               from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir}                                                     from 'node:os';
import path                                                         from 'node:path';
import {Parser}                                                     from 'tar/parse';
import {create}                                                     from 'tar';
import {describe, expect, it, onTestFinished}                       from 'vitest';

import {readTarEntries, type TarEntry}                              from '../../../sources/archives/tarEntries';
import {makeTar, type TarEntry as TarballEntry}                     from '../../support/hostileTarball';

const deep = path.join(...new Array<string>(20).fill(`a folder with a long name`));

/** With paths and targets of all lengths. */
function makeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), `npm-attestations-tar-`));
  onTestFinished(() => rmSync(folder, {recursive: true}));

  const add = (name: string, content: string) => writeFileSync(path.join(folder, `package`, name), content);
  mkdirSync(path.join(folder, `package`, deep), {recursive: true});

  add(`package.json`, `{}`);
  add(`empty`, ``);
  add(`unicode-ü-✓`, `1`);
  add(`x`.repeat(200), `2`);
  add(`large`, `3`.repeat(1_000_000));

  for (let length = 80; length < 180; length += 7)
    add(path.join(deep.slice(0, 77), `y`.repeat(length)), `y`.repeat(length * 5));

  symlinkSync(`package.json`, path.join(folder, `package/link`));
  symlinkSync(`${deep}/../../target`, path.join(folder, `package/long-link`));
  return folder;
}

async function listEntries(tar: Buffer): Promise<Array<TarEntry>> {
  const entries: Array<TarEntry> = [];

  // In odd pieces, as a stream might come.
  const chunks = async function * () {
    for (let start = 0; start < tar.length; start += 333) {
      yield tar.subarray(start, start + 333);
    }
  };

  for await (const entry of readTarEntries(chunks()))
    entries.push(entry);

  return entries;
}

/** The same from the parser that Yarn uses. */
async function parseEntries(tar: Buffer): Promise<Array<TarEntry>> {
  const types: Record<string, string> = {OldFile: `0`, File: `0`, SymbolicLink: `2`, Directory: `5`};
  const entries: Array<TarEntry> = [];

  const parser = new Parser({
    strict: true,
    onReadEntry: entry => {
      entries.push({type: types[entry.type]!, path: entry.path, linkpath: entry.linkpath ?? ``, size: entry.size});
      entry.resume();
    },
  });

  parser.end(tar);
  return entries;
}

describe(`readTarEntries`, () => {
  it.each<[string, (folder: string) => Promise<Buffer> | Buffer]>([
    [`npm's packer`, async folder => Buffer.concat(await create({cwd: folder, portable: true}, [`package`]).collect())],
    [`npm's packer, with all metadata`, async folder => Buffer.concat(await create({cwd: folder}, [`package`]).collect())],
    [`the system's packer`, folder => execFileSync(`tar`, [`--format=pax`, `-c`, `package`], {cwd: folder, maxBuffer: 16 * 1024 * 1024})],
    [`GNU's long names`, () => makeTar(Array.from({length: 30}, (_, index): Array<TarballEntry> => [
      {path: `././@LongLink`, type: `NextFileHasLongPath`, content: `package/${`l`.repeat(90 + index)}\0`},
      ...index % 2 ? [{path: `././@LongLink`, type: `NextFileHasLongLinkpath`, content: `${`t`.repeat(90 + index)}\0`} as const] : [],
      {path: `package/cut`, content: index % 2 ? `` : `content`, ...index % 2 && {type: `SymbolicLink`, linkpath: `cut`}},
    ]).flat())],
  ])(`should see what Yarn's parser sees in an archive of %s`, async (_, pack) => {
    const tar = await pack(makeFolder());
    const entries = await listEntries(tar);

    expect(entries.length).toBeGreaterThan(20);
    expect(entries).toEqual(await parseEntries(tar));
  });
});
