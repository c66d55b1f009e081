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

/** Of the file that every Yarn command loads. In bytes. */
const MAX_SIZE = 450_000;

/** Whatever else gets into the bundle was not meant to. */
const libraries = [
  `@sigstore/bundle`,
  `@sigstore/core`,
  `@sigstore/protobuf-specs`,
  `@sigstore/sign`,
  `@sigstore/tuf`,
  `@sigstore/verify`,
  `@tufjs/canonical-json`,
  `@tufjs/models`,
  `balanced-match`,
  `brace-expansion`,
  `hosted-git-info`,
  `hpagent`,
  `minimatch`,
  `tuf-js`,
];

/** Builds a copy of the repository in a folder of its own. */
async function build(): Promise<{bundle: Buffer, libraries: Array<string>}> {
  const base = await mkdtemp(path.join(tmpdir(), `npm-attestations-build-`));
  onTestFinished(() => rm(base, {recursive: true, force: true}));

  // Deeper than the repository: a path that got into the bundle would show.
  const folder = path.join(base, path.basename(base), `copy`);
  await mkdir(folder, {recursive: true});

  for (const name of [`sources`, `package.json`, `tsconfig.json`, `yarn.lock`, `.yarnrc.yml`])
    await cp(path.join(root, name), path.join(folder, name), {recursive: true});
  await symlink(path.join(root, `node_modules`), path.join(folder, `node_modules`), `junction`);

  await run(process.execPath, [path.join(root, `node_modules/@yarnpkg/builder/lib/cli.js`), `build`, `plugin`, `--metafile`], {cwd: folder});

  const copy = path.join(folder, path.relative(root, bundlePath));
  const {outputs} = JSON.parse(await readFile(copy.replace(/\.js$/, `.meta.json`), `utf8`));
  const inputs = Object.values<{inputs: object}>(outputs).flatMap(({inputs}) => Object.keys(inputs));
  const names = inputs.flatMap(input => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []);

  return {bundle: await readFile(copy), libraries: [...new Set(names)].sort()};
}

describe(`The bundle`, () => {
  it(`should be the same bytes wherever and whenever it is built`, async () => {
    const shipped = await readFile(bundlePath);
    const built = await build();

    expect(built.bundle.equals(shipped)).toBe(true);
    expect(built.libraries).toEqual(libraries);
  });

  it(`should be small, because every command of Yarn loads it`, async () => {
    expect((await readFile(bundlePath)).length).toBeLessThanOrEqual(MAX_SIZE);
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
