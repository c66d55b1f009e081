import {structUtils}                     from '@yarnpkg/core';
import {createHash}                      from 'node:crypto';
import {describe, expect, it}            from 'vitest';

import {readTarballContent}              from '../../../sources/archives/archiveContent';
import {makeTar, makeTgz, type TarEntry} from '../../support/hostileTarball';

const locator = structUtils.makeLocator(structUtils.makeIdent(`acme`, `pkg`), `npm:1.0.0`);
const manifest: TarEntry = {path: `package/package.json`, content: `{}`};

const sha256 = (content: string) => createHash(`sha256`).update(content).digest(`hex`);
const file = (content: string, executable = false) => ({type: `file`, executable, size: content.length, sha256: sha256(content)});

describe(`readTarballContent`, () => {
  it(`should list what Yarn would unpack`, async () => {
    const entries = await readTarballContent(makeTgz([
      manifest,
      {path: `package/`, type: `Directory`},
      {path: `package/empty`},
      {path: `package/bin/run.js`, content: `run`, mode: 0o755},
      {path: `package/old.js`, type: `OldFile`, content: `old`},
      {path: `package/link`, type: `SymbolicLink`, linkpath: `bin/run.js`},
      {path: `other-folder/index.js`, content: `1`},
      {path: `./package/./dotted.js`, content: `2`},
      {path: `top-level`, content: `3`},
    ]), locator);

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

  it(`should take the last of several entries`, async () => {
    const entries = await readTarballContent(makeTgz([manifest, {path: `package/a`, content: `first`}, {path: `package/a`, content: `second`}]), locator);
    expect(entries.get(`a`)).toEqual(file(`second`));
  });

  it(`should write through links, as Yarn does`, async () => {
    const entries = await readTarballContent(makeTgz([
      {path: `package/lib/a`, content: `a`},
      {path: `package/soft`, type: `SymbolicLink`, linkpath: `lib`},
      {path: `package/soft/b`, content: `b`},
    ]), locator);

    expect([...entries.keys()].sort()).toEqual([`lib/a`, `lib/b`, `soft`]);
  });

  it(`should read a tarball that is not compressed`, async () => {
    expect((await readTarballContent(makeTar([manifest]), locator)).get(`package.json`)).toEqual(file(`{}`));
  });

  it(`should throw at what Yarn cannot unpack`, async () => {
    await expect(readTarballContent(makeTgz([{path: `package/a`, content: `a`}, {path: `package/a/`, type: `Directory`}]), locator)).rejects.toThrow(`EEXIST`);
  });
});
