import {npath}                                                                                                 from '@yarnpkg/fslib';
import {existsSync, lutimesSync, mkdirSync, readFileSync, readdirSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import path                                                                                                    from 'node:path';
import {expect, it}                                                                                            from 'vitest';

import {getEvidenceFolder}                                                                                     from '../../../sources/evidence/evidenceStore';
import {pruneEvidence}                                                                                         from '../../../sources/evidence/pruneEvidence';
import {findConfiguration, writeProject}                                                                       from '../../support/handwrittenProject';

const DAY = 24 * 60 * 60 * 1000;
const now = new Date(`2026-06-01T00:00:00Z`);
const before = (days: number) => new Date(now.getTime() - days * DAY);

async function makeStore() {
  const configuration = await findConfiguration(await writeProject({manifests: {'.': {name: `root`}}, lockfile: {}, yarnrc: `globalFolder: ./global\n`}));
  const folder = npath.fromPortablePath(getEvidenceFolder(configuration));

  const write = (file: string, times: {read: Date, written: Date}) => {
    mkdirSync(path.dirname(path.join(folder, file)), {recursive: true});
    writeFileSync(path.join(folder, file), `{}`);
    utimesSync(path.join(folder, file), times.read, times.written);
  };

  const list = () => readdirSync(folder, {recursive: true}).map(String).filter(file => file.includes(`.`)).sort();
  return {configuration, folder, write, list};
}

it(`should remove what was neither read nor written for 90 days, and nothing that is not its own`, async () => {
  const {configuration, write, list} = await makeStore();

  write(`evidence/v1/aa/00.json`, {read: before(91), written: before(91)});
  write(`evidence/v1/aa/01.json`, {read: before(89), written: before(200)});
  write(`evidence/v1/ab/02.json`, {read: before(200), written: before(89)});
  write(`archives/v1/ac/03.json`, {read: before(91), written: before(91)});
  write(`archives/v1/ac/04.json.0123456789abcdef.tmp`, {read: before(91), written: before(91)});
  write(`tuf/walk.json`, {read: before(400), written: before(400)});
  write(`notes.txt`, {read: before(400), written: before(400)});
  write(`pruned`, {read: before(7), written: before(7)});

  await pruneEvidence(configuration, now);
  expect(list()).toEqual([`evidence/v1/aa/01.json`, `evidence/v1/ab/02.json`, `notes.txt`, `tuf/walk.json`]);
});

it(`should look once a week, not at a new store`, async () => {
  const {configuration, write, list} = await makeStore();
  write(`evidence/v1/aa/00.json`, {read: now, written: now});
  await pruneEvidence(configuration, now);

  write(`evidence/v1/aa/01.json`, {read: before(91), written: before(91)});

  await pruneEvidence(configuration, new Date(now.getTime() + 6 * DAY));
  expect(list()).toEqual([`evidence/v1/aa/00.json`, `evidence/v1/aa/01.json`]);

  await pruneEvidence(configuration, new Date(now.getTime() + 7 * DAY));
  expect(list()).toEqual([`evidence/v1/aa/00.json`]);
});

it(`should not write into what its marker points to`, async () => {
  const {configuration, folder, write, list} = await makeStore();
  write(`evidence/v1/aa/00.json`, {read: before(91), written: before(91)});

  const others = path.join(folder, `others.txt`);
  writeFileSync(others, `precious`);
  symlinkSync(others, path.join(folder, `pruned`));
  lutimesSync(path.join(folder, `pruned`), before(7), before(7));

  await pruneEvidence(configuration, now);
  expect(readFileSync(others, `utf8`)).toBe(`precious`);
  expect(list()).toEqual([`others.txt`]);
});

it(`should do nothing where there is no store`, async () => {
  const {configuration, folder} = await makeStore();
  await pruneEvidence(configuration, now);
  expect(existsSync(folder)).toBe(false);
});
