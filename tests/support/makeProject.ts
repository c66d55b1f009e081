import {stringifySyml}                                     from '@yarnpkg/parsers';
import {copyFile, mkdir, mkdtemp, realpath, rm, writeFile} from 'node:fs/promises';
import {tmpdir}                                            from 'node:os';
import path                                                from 'node:path';

import {bundlePath}                                        from './bundle';
import {runYarn, type YarnResult, type YarnRun}            from './yarn';

export type Manifest = Record<string, unknown>;

export type ProjectOptions = {
  /** The project's own package.json. */
  manifest?: Manifest;
  /** Manifests of further workspaces by folder: `packages/a`. */
  workspaces?: Record<string, Manifest>;
  /** Settings of `.yarnrc.yml`. */
  yarnrc?: Record<string, unknown>;
  /** Other files by path. */
  files?: Record<string, string>;
  /** Whether `.yarnrc.yml` names the built plugin; true when absent. */
  plugin?: boolean;
};

export type YarnOptions = Partial<Pick<YarnRun, `version` | `node` | `env` | `cwd`>>;

export type TestProject = {
  /** The project's folder. */
  cwd: string;
  /** The home folder of everything that runs in it. */
  home: string;
  yarn: (args: ReadonlyArray<string>, options?: YarnOptions) => Promise<YarnResult>;
  /** Installs without running scripts; throws with Yarn's output when that fails. */
  install: (options?: YarnOptions) => Promise<void>;
  remove: () => Promise<void>;
};

const pluginPath = `.yarn/plugins/@yarnpkg/plugin-npm-attestations.cjs`;

/** Writes a project and its home folder into a temporary place that nothing else shares. */
export async function makeProject({manifest = {}, workspaces = {}, yarnrc = {}, files = {}, plugin = true}: ProjectOptions = {}): Promise<TestProject> {
  // Yarn prints real paths; tests compare them with these.
  const base = await realpath(await mkdtemp(path.join(tmpdir(), `npm-attestations-`)));
  const cwd = path.join(base, `project`);
  const home = path.join(base, `home`);

  await mkdir(home);

  const write = async (file: string, content: string) => {
    await mkdir(path.dirname(path.join(cwd, file)), {recursive: true});
    await writeFile(path.join(cwd, file), content);
  };

  const folders = Object.keys(workspaces);
  await write(`package.json`, JSON.stringify({
    name: `root`,
    private: true,
    ...folders.length > 0 ? {workspaces: folders} : {},
    ...manifest,
  }));

  for (const [folder, workspaceManifest] of Object.entries(workspaces))
    await write(`${folder}/package.json`, JSON.stringify(workspaceManifest));

  const settings = {
    // Lab and test registries are plain http.
    unsafeHttpWhitelist: [`127.0.0.1`, `localhost`],
    // A test that forgets its registry must not find the public one.
    npmRegistryServer: `http://127.0.0.1:9`,
    ...yarnrc,
    ...plugin ? {plugins: [{path: pluginPath, spec: `@yarnpkg/plugin-npm-attestations`}]} : {},
  };

  await write(`.yarnrc.yml`, stringifySyml(settings));

  // Marks the root: Yarn would go on looking for a project further up.
  await write(`yarn.lock`, ``);

  for (const [file, content] of Object.entries(files))
    await write(file, content);

  if (plugin) {
    await mkdir(path.dirname(path.join(cwd, pluginPath)), {recursive: true});
    await copyFile(bundlePath, path.join(cwd, pluginPath));
  }

  const yarn: TestProject[`yarn`] = (args, options) => runYarn({args, cwd, home, ...options});

  const install: TestProject[`install`] = async options => {
    const {code, stdout, stderr} = await yarn([`install`, `--mode=skip-build`], options);
    if (code !== 0) {
      throw new Error(`The installation failed\n${stdout}${stderr}`);
    }
  };

  return {cwd, home, yarn, install, remove: () => rm(base, {recursive: true, force: true})};
}
