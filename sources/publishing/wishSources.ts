import type {Workspace}              from '@yarnpkg/core';
import {npath, ppath, xfs}           from '@yarnpkg/fslib';
import type {Filename, PortablePath} from '@yarnpkg/fslib';
import {UsageError}                  from 'clipanion';


import type {Environment}            from './ciEnvironment';
import {findNpmrcValue}              from './npmrc';
import type {StatedWish}             from './provenanceWish';

const NPMRC = `.npmrc` as Filename;
const SETTING = `npmPublishProvenance`;

/**
 * Takes the setting out of Yarn's hands and returns it, so that Yarn itself
 * does not sign too: later versions do so before anything is checked, and in
 * dry runs. Only what is in memory changes, the packed manifest does not.
 */
export function takeOverSetting({manifest, project: {configuration}}: Workspace): StatedWish | null {
  const {publishConfig} = manifest as {publishConfig?: {provenance?: unknown}};
  delete publishConfig?.provenance;

  const source = configuration.sources.get(SETTING);
  const value = configuration.values.get(SETTING);
  configuration.values.set(SETTING, false);

  // Without source it is the default, which is nobody's wish.
  return source ? {source: `setting`, name: `${SETTING} (${source})`, value} : null;
}

type WishContext = {
  workspace: Workspace;
  option: boolean | undefined;
  setting: StatedWish | null;
  env: Environment;
};

/** Everything that was said for or against provenance, in the order of precedence. */
export async function listWishes({workspace, option, setting, env}: WishContext): Promise<Array<StatedWish>> {
  const wishes: Array<StatedWish> = [];

  if (typeof option !== `undefined`)
    wishes.push({source: `option`, name: option ? `--provenance` : `--no-provenance`, value: option});

  // Null is a wish here: whoever writes it there means no.
  const {publishConfig} = workspace.manifest.raw;
  if (typeof publishConfig === `object` && publishConfig !== null && Object.hasOwn(publishConfig, `provenance`))
    wishes.push({source: `publishConfig`, name: `publishConfig.provenance`, value: publishConfig.provenance});

  if (setting !== null)
    wishes.push(setting);

  for (const [name, value] of Object.entries(env))
    if (name.toUpperCase() === `NPM_CONFIG_PROVENANCE` && typeof value !== `undefined`)
      wishes.push({source: `environment`, name, value});

  const folders: Array<[StatedWish[`source`], PortablePath]> = [[`workspaceNpmrc`, workspace.cwd], [`projectNpmrc`, workspace.project.cwd]];
  for (const [source, folder] of folders) {
    const path = ppath.join(folder, NPMRC);
    const value = findNpmrcValue(await readIfPresent(path), `provenance`, env);
    if (typeof value !== `undefined`) {
      wishes.push({source, name: npath.fromPortablePath(path), value});
    }
  }

  return wishes;
}

async function readIfPresent(path: PortablePath): Promise<string> {
  try {
    return await xfs.readFilePromise(path, `utf8`);
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === `ENOENT`)
      return ``;

    throw new UsageError(`${npath.fromPortablePath(path)} can't be read, so that what it says about provenance is not known (${code ?? `unknown error`})`);
  }
}
