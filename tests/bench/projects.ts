import {stringifySyml}                          from '@yarnpkg/parsers';
import {copyFile, mkdir, rm, utimes, writeFile} from 'node:fs/promises';
import path                                     from 'node:path';

import {bundlePath}                             from '../support/bundle';
import {stringifyLockfile}                      from '../support/lockfile';
import {makeEnvironment}                        from '../support/yarn';
import type {YarnVersion}                       from '../support/yarn';

import {REGISTRY_URL}                           from './dataset';
import type {Dataset, DatasetPackage}           from './dataset';
import type {Command}                           from './measure';
import {workFolder}                             from './workFolder';

/** Where trust comes from. */
export type TufMirror = {tufUrl: string, tufRoot: string};

/** One project for one package manager. */
export type BenchProject = {
  cwd: string;
  run: (node: string, args: ReadonlyArray<string>) => Command;
  /** As on a machine that has never audited anything; what is installed stays. */
  forget: () => Promise<void>;
};

export const YARN_VERSION: YarnVersion = `4.18.1`;

const PLUGIN = `.yarn/plugins/@yarnpkg/plugin-npm-attestations.cjs`;

const npmPreload = path.resolve(import.meta.dirname, `../support/npmTufMirror.cjs`);

const isDirect = (dataset: Dataset, {name}: DatasetPackage) => dataset.direct.includes(name);
const getManifest = (dataset: Dataset) => ({
  name: `root`,
  version: `1.0.0`,
  private: true,
  dependencies: Object.fromEntries(dataset.packages.filter(pkg => isDirect(dataset, pkg)).map(({name, version}) => [name, version])),
});

/** Yarn needs the lockfile alone. */
export async function makeYarnProject(dataset: Dataset, {tufUrl, tufRoot}: TufMirror, {plugin = true, yarnrc = {}}: {plugin?: boolean, yarnrc?: Record<string, unknown>} = {}): Promise<BenchProject> {
  const {cwd, home} = await makeFolders(`yarn`);
  const manifest = getManifest(dataset);
  const bind = (dependencies: Record<string, string>) => Object.fromEntries(Object.entries(dependencies).map(([name, version]) => [name, `npm:${version}`]));

  await writeFile(path.join(cwd, `package.json`), JSON.stringify(manifest));
  await writeFile(path.join(cwd, `tuf-root.json`), tufRoot);
  await writeFile(path.join(cwd, `yarn.lock`), stringifyLockfile({
    'root@workspace:.': {resolution: `root@workspace:.`, version: `0.0.0-use.local`, dependencies: bind(manifest.dependencies), linkType: `soft`},
    ...Object.fromEntries(dataset.packages.map(({name, version, dependencies}) => [`${name}@npm:${version}`, {
      version,
      resolution: `${name}@npm:${version}`,
      ...Object.keys(dependencies).length > 0 && {dependencies: bind(dependencies)},
    }])),
  }));

  if (plugin) {
    await mkdir(path.dirname(path.join(cwd, PLUGIN)), {recursive: true});
    await copyFile(bundlePath, path.join(cwd, PLUGIN));
  }

  await writeFile(path.join(cwd, `.yarnrc.yml`), stringifySyml({
    unsafeHttpWhitelist: [`127.0.0.1`],
    npmRegistryServer: REGISTRY_URL,
    ...yarnrc,
    ...plugin && {
      npmSigstoreTufMirror: tufUrl,
      npmSigstoreTufRoot: `./tuf-root.json`,
      plugins: [{path: PLUGIN, spec: `@yarnpkg/plugin-npm-attestations`}],
    },
  }));

  const script = path.resolve(import.meta.dirname, `../../node_modules/yarn-${YARN_VERSION}/bin/yarn.js`);

  return {
    cwd,
    run: (node, args) => ({node, args: [script, ...args], cwd, env: makeEnvironment(node, home)}),
    forget: () => rm(path.join(home, `.yarn/global/attestations`), {recursive: true, force: true}),
  };
}

/** npm reads the installed tree: its manifests, and the lockfile hidden among them. */
export async function makeNpmProject(dataset: Dataset, {tufUrl, tufRoot}: TufMirror, script: string): Promise<BenchProject> {
  const {cwd, home} = await makeFolders(`npm`);
  const manifest = getManifest(dataset);
  const cache = path.join(home, `cache`);

  const locked = Object.fromEntries(dataset.packages.map(({name, version, integrity, dependencies}) => [`node_modules/${name}`, {
    version,
    resolved: `${REGISTRY_URL}/${name}/-/${name.replace(/^.*\//, ``)}-${version}.tgz`,
    integrity,
    ...Object.keys(dependencies).length > 0 && {dependencies},
  }]));

  await writeFile(path.join(cwd, `package.json`), JSON.stringify(manifest));
  await writeFile(path.join(cwd, `package-lock.json`), JSON.stringify({name: manifest.name, version: manifest.version, lockfileVersion: 3, requires: true, packages: {'': manifest, ...locked}}));

  for (const {name, version, dependencies} of dataset.packages) {
    const folder = path.join(cwd, `node_modules`, name);
    await mkdir(folder, {recursive: true});
    await writeFile(path.join(folder, `package.json`), JSON.stringify({name, version, dependencies}));
  }

  // npm believes it only while it is newer than everything beside it.
  const hidden = path.join(cwd, `node_modules/.package-lock.json`);
  await writeFile(hidden, JSON.stringify({name: manifest.name, version: manifest.version, lockfileVersion: 3, requires: true, packages: locked}));
  await utimes(hidden, Date.now() / 1000 + 5, Date.now() / 1000 + 5);

  const forget = async () => {
    const tufFolder = path.join(cache, `_tuf`, encodeURIComponent(new URL(tufUrl).host));

    await rm(cache, {recursive: true, force: true});
    await mkdir(tufFolder, {recursive: true});
    await writeFile(path.join(tufFolder, `root.json`), tufRoot);
  };

  return {
    cwd,
    forget,
    run: (node, args) => ({node, cwd, args: [`--require`, npmPreload, script, ...args], env: {
      ...makePlainEnvironment(node, home),
      LAB_TUF_MIRROR: tufUrl,
      npm_config_registry: REGISTRY_URL,
      npm_config_cache: cache,
      npm_config_update_notifier: `false`,
    }}),
  };
}

/** pnpm needs the lockfile alone. */
export async function makePnpmProject(dataset: Dataset, script: string): Promise<BenchProject> {
  const {cwd, home} = await makeFolders(`pnpm`);
  const manifest = getManifest(dataset);

  await writeFile(path.join(cwd, `package.json`), JSON.stringify(manifest));
  await writeFile(path.join(cwd, `pnpm-lock.yaml`), JSON.stringify({
    lockfileVersion: `9.0`,
    settings: {autoInstallPeers: true, excludeLinksFromLockfile: false},
    importers: {'.': {dependencies: Object.fromEntries(Object.entries(manifest.dependencies).map(([name, version]) => [name, {specifier: version, version}]))}},
    packages: Object.fromEntries(dataset.packages.map(({name, version, integrity}) => [`${name}@${version}`, {resolution: {integrity}}])),
    snapshots: Object.fromEntries(dataset.packages.map(({name, version, dependencies}) => [`${name}@${version}`, Object.keys(dependencies).length > 0 ? {dependencies} : {}])),
  }));

  return {
    cwd,
    forget: () => rm(path.join(home, `cache`), {recursive: true, force: true}),
    run: (node, args) => ({node, cwd, args: [script, ...args], env: {
      ...makePlainEnvironment(node, home),
      XDG_CACHE_HOME: path.join(home, `cache`),
      XDG_DATA_HOME: path.join(home, `data`),
      XDG_STATE_HOME: path.join(home, `state`),
      XDG_CONFIG_HOME: path.join(home, `config`),
      npm_config_registry: REGISTRY_URL,
      pnpm_config_registry: REGISTRY_URL,
      // Otherwise it would fetch the version of itself that the project wants, or look for a newer one.
      npm_config_manage_package_manager_versions: `false`,
      npm_config_update_notifier: `false`,
    }}),
  };
}

async function makeFolders(name: string) {
  const base = path.join(workFolder, `${name}-${Math.random().toString(36).slice(2)}`);
  const cwd = path.join(base, `project`);
  const home = path.join(base, `home`);

  await mkdir(cwd, {recursive: true});
  await mkdir(home);
  return {cwd, home};
}

/** Nothing that this machine has set reaches the process. */
function makePlainEnvironment(node: string, home: string): NodeJS.ProcessEnv {
  return {
    PATH: [path.dirname(node), process.env.PATH].join(path.delimiter),
    SystemRoot: process.env.SystemRoot,
    HOME: home,
    USERPROFILE: home,
    npm_config_userconfig: path.join(home, `.npmrc`),
    npm_config_globalconfig: path.join(home, `.npmrc-global`),
  };
}
