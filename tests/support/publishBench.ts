import {writeFile}                                          from 'node:fs/promises';
import path                                                 from 'node:path';
import {afterEach}                                          from 'vitest';

import {writeLabFiles}                                      from '../lab/files';
import {startLab, type Lab}                                 from '../lab/lab';
import type {RegistryOptions}                               from '../lab/registry';

import {makeProject, type ProjectOptions, type TestProject} from './makeProject';
import type {YarnVersion}                                   from './yarn';

export const REPOSITORY = `acme/widgets`;
export const NAME = `@acme/widget`;

/** What a registry accepts with provenance from the lab's GitHub jobs. */
export const publishable = {
  name: NAME,
  version: `1.0.0`,
  private: false,
  repository: REPOSITORY,
  publishConfig: {access: `public`},
};

export type PublishResult = {
  code: number;
  stdout: string;
  /** The parsed lines of `--json`; lines that are not JSON fail. */
  records: Array<any>;
};

export type PublishOptions = {
  version?: YarnVersion;
  env?: Record<string, string>;
  args?: Array<string>;
  /** Below the project. */
  cwd?: string;
};

/** A lab, and projects that publish to it; both end with the test. */
export async function makePublishBench(options: RegistryOptions = {publishAuthorization: `Bearer secret`}) {
  const lab = await startLab(options);
  const files = writeLabFiles(lab);
  cleanups.push(() => lab.stop(), async () => files.remove());

  const settings = {
    npmRegistryServer: lab.registry.url,
    npmAuthToken: `secret`,
    httpRetry: 0,
  };

  const pluginSettings = {
    npmSigstoreTrustedRoot: files.trustedRoot,
    npmSigstoreFulcioServer: lab.fulcio.url,
    npmSigstoreRekorServer: lab.rekor.url,
  };

  const makePublishProject = async ({manifest, yarnrc, ...rest}: ProjectOptions = {}): Promise<TestProject & {publish: (options?: PublishOptions) => Promise<PublishResult>}> => {
    const project = await makeProject({
      ...rest,
      manifest: manifest ?? publishable,
      yarnrc: Object.fromEntries(Object.entries({...settings, ...rest.plugin === false ? {} : pluginSettings, ...yarnrc}).filter(([, value]) => value !== null)),
    });

    cleanups.push(project.remove);
    await writeFile(path.join(project.cwd, `yarn.lock`), makeLockfile(manifest ?? publishable, rest.workspaces));

    return {
      ...project,
      publish: async ({version, env = {}, args = [], cwd} = {}) => {
        const {code, stdout, stderr} = await project.yarn([`npm`, `publish`, ...args], {version, env, ...cwd ? {cwd: `${project.cwd}/${cwd}`} : {}});
        return {
          code,
          stdout: `${stdout}${stderr}`,
          records: args.includes(`--json`) ? stdout.trim().split(`\n`).map(line => JSON.parse(line)) : [],
        };
      },
    };
  };

  return {lab, files, makeProject: makePublishProject};
}

export type PublishBench = Awaited<ReturnType<typeof makePublishBench>>;

/** What an installation would write for workspaces without dependencies, in the newest format: older releases read it, newer ones read no older one here. */
function makeLockfile(manifest: Record<string, unknown>, workspaces: Record<string, Record<string, unknown>> = {}): string {
  const entries = Object.entries({[`.`]: manifest, ...workspaces}).map(([folder, {name}]) => {
    return [`"${name}@workspace:${folder}":`, `  version: 0.0.0-use.local`, `  resolution: "${name}@workspace:${folder}"`, `  languageName: unknown`, `  linkType: soft`].join(`\n`);
  });

  return [`__metadata:\n  version: 10`, ...entries.sort(), ``].join(`\n\n`);
}

const cleanups: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) {
    await cleanup();
  }
});

/** What the registry holds of a version; undefined when it was not accepted. */
export function getPublished({registry}: Lab, name = NAME, version = `1.0.0`) {
  return registry.packages.get(name)?.get(version);
}

/** The provenance statement of a published version; null when it has none. */
export function getStatement(lab: Lab, name = NAME, version = `1.0.0`): any {
  const bundle = getPublished(lab, name, version)?.attestations.find(({predicateType}) => predicateType.includes(`provenance`))?.bundle as any;
  return bundle ? JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, `base64`).toString()) : null;
}
