import {execFile}                                  from 'node:child_process';
import {cp, mkdir, mkdtemp, readFile, rm, symlink} from 'node:fs/promises';
import {tmpdir}                                    from 'node:os';
import path                                        from 'node:path';
import {promisify}                                 from 'node:util';
import {describe, expect, it, onTestFinished}      from 'vitest';

import {bundlePath}                                from '../support/bundle';
import {getDefaultRegistry}                        from '../support/defaultRegistry';

const root = path.resolve(__dirname, `../..`);
const run = promisify(execFile);

/** Builds a copy of the repository in a folder of its own. */
async function build(): Promise<Buffer> {
  const base = await mkdtemp(path.join(tmpdir(), `npm-attestations-build-`));
  onTestFinished(() => rm(base, {recursive: true, force: true}));

  // Deeper than the repository: a path that got into the bundle would show.
  const folder = path.join(base, path.basename(base), `copy`);
  await mkdir(folder, {recursive: true});

  for (const name of [`sources`, `package.json`, `tsconfig.json`, `yarn.lock`, `.yarnrc.yml`])
    await cp(path.join(root, name), path.join(folder, name), {recursive: true});
  await symlink(path.join(root, `node_modules`), path.join(folder, `node_modules`), `junction`);

  await run(process.execPath, [path.join(root, `node_modules/@yarnpkg/builder/lib/cli.js`), `build`, `plugin`], {cwd: folder});
  return await readFile(path.join(folder, path.relative(root, bundlePath)));
}

describe(`The bundle`, () => {
  it(`should be the same bytes wherever and whenever it is built`, async () => {
    const shipped = await readFile(bundlePath);
    expect((await build()).equals(shipped)).toBe(true);
  });

  it(`should name no path of the machine that built it`, async () => {
    expect(await readFile(bundlePath, `utf8`)).not.toContain(root);
  });

  // The trust that is built in names one, but base64 encoded.
  it(`should know registries by what is configured alone`, async () => {
    const {host} = new URL(getDefaultRegistry());
    expect(await readFile(bundlePath, `utf8`)).not.toContain(host);
  });

  it(`should not be committed, nor any registry be named in what is`, async () => {
    const {stdout: bundles} = await run(`git`, [`ls-files`, `bundles`], {cwd: root});
    expect(bundles.trim()).toBe(`bundles/README.md`);

    // Exits with 1 when nothing is found.
    const {host} = new URL(getDefaultRegistry());
    await expect(run(`git`, [`grep`, `--files-with-matches`, `--fixed-strings`, host], {cwd: root})).rejects.toMatchObject({code: 1, stdout: ``});
  });
});
