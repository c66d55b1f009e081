import {execFile}                                          from 'node:child_process';
import {mkdir, mkdtemp, readFile, realpath, rm, writeFile} from 'node:fs/promises';
import {existsSync}                                        from 'node:fs';
import {tmpdir}                                            from 'node:os';
import path                                                from 'node:path';
import {promisify}                                         from 'node:util';

import type {Lab}                                          from '../lab/lab';
import {makeTarball}                                       from '../lab/tarball';

import {stringifyLockfile}                                 from './lockfile';
import {makeProject, type TestProject}                     from './makeProject';

const version = `1.0.0`;

/** No machine is one: packages for it are never in the cache. */
const FOREIGN_PLATFORM = {os: [`aix`], cpu: [`mips`]};

const PATCH = `diff --git a/package.json b/package.json
--- a/package.json
+++ b/package.json
@@ -1,4 +1,5 @@
 {
+  "patched": true,
   "name": "patched",
   "version": "1.0.0"
 }
`;

export type EverySource = {
  /** Writes a project of two workspaces that depends on packages of every source. */
  makeProject: (yarnrc: Record<string, unknown>) => Promise<TestProject>;
  remove: () => Promise<void>;
};

/** Packages from everywhere that a lockfile can name. */
export async function prepareEverySource(lab: Lab): Promise<EverySource> {
  const {registry} = lab;
  registry.add({name: `leaf`, version});
  registry.add({name: `leaf`, version: `2.0.0`});
  registry.add({name: `direct`, version, manifest: {dependencies: {leaf: `^1.0.0`}, optionalDependencies: {foreign: `^1.0.0`}}});
  registry.add({name: `foreign`, version, manifest: FOREIGN_PLATFORM});
  registry.add({name: `@scope/peer-user`, version, manifest: {peerDependencies: {leaf: `*`}}, provenance: true});
  registry.add({name: `patched`, version});

  // An address that does not follow from name and version: Yarn binds it to the locator.
  const archived = registry.add({name: `archived`, version});
  registry.tamper(`archived`, version, ({dist}) => {
    dist.tarball = `${registry.url}/archives/some-archive.tgz`;
  });
  registry.override(`/archives/some-archive.tgz`, {headers: {'content-type': `application/octet-stream`}, body: archived.tarball});
  registry.override(`/plain/from-http.tgz`, {
    headers: {'content-type': `application/octet-stream`},
    body: makeTarball({'package.json': JSON.stringify({name: `from-http`, version})}),
  });

  const folder = await realpath(await mkdtemp(path.join(tmpdir(), `npm-attestations-sources-`)));
  const repository = await makeGitRepository(folder);
  registry.override(`/git/from-git.git/*`, async ({path: requested}) => {
    const file = path.join(repository, requested.replace(`/git/from-git.git/`, ``));
    return existsSync(file) ? {body: await readFile(file)} : {status: 404};
  });

  return {
    makeProject: yarnrc => makeProject({
      workspaces: {
        [`packages/a`]: {name: `a`, version, dependencies: {direct: version, '@scope/peer-user': version, leaf: version, b: `workspace:^`}},
        [`packages/b`]: {name: `b`, version, dependencies: {'@scope/peer-user': version, leaf: `2.0.0`, alias: `npm:leaf@1.0.0`}},
      },
      manifest: {
        dependencies: {
          archived: version,
          patched: `patch:patched@npm%3A${version}#./patched.patch`,
          'from-git': `${registry.url}/git/from-git.git`,
          'from-http': `${registry.url}/plain/from-http.tgz`,
          'from-file': `file:./sources/from-file`,
          'from-portal': `portal:./sources/from-portal`,
          'from-link': `link:./sources/from-link`,
        },
      },
      files: {
        'tuf-root.json': lab.tuf.initialRoot.toString(),
        'patched.patch': PATCH,
        ...Object.fromEntries([`from-file`, `from-portal`, `from-link`].map(name => [`sources/${name}/package.json`, JSON.stringify({name, version})])),
      },
      yarnrc: {
        npmRegistryServer: registry.url,
        npmSigstoreTufMirror: lab.tufServer.url,
        npmSigstoreTufRoot: `./tuf-root.json`,
        httpRetry: 0,
        // Later versions of Yarn fetch from no others.
        approvedGitRepositories: [`**`],
        ...yarnrc,
      },
    }),
    remove: () => rm(folder, {recursive: true, force: true}),
  };
}

async function makeGitRepository(folder: string): Promise<string> {
  const source = path.join(folder, `source`);
  const bare = path.join(folder, `from-git.git`);

  await mkdir(source);
  await writeFile(path.join(source, `package.json`), JSON.stringify({name: `from-git`, version}));

  // Yarn packs what it cloned, with the package manager that this looks like.
  await writeFile(path.join(source, `yarn.lock`), stringifyLockfile({
    [`from-git@workspace:.`]: {resolution: `from-git@workspace:.`, version: `0.0.0-use.local`, linkType: `soft`},
  }));

  const git = (...args: Array<string>) => promisify(execFile)(`git`, [`-c`, `user.name=Lab`, `-c`, `user.email=lab@example.org`, ...args], {cwd: source});
  await git(`init`, `--quiet`, `--initial-branch=main`);
  await git(`add`, `.`);
  await git(`commit`, `--quiet`, `--message=Initial`);
  await git(`clone`, `--quiet`, `--bare`, source, bare);

  // What servers without any knowledge of git need.
  await git(`--git-dir`, bare, `update-server-info`);

  return bare;
}
