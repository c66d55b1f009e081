import {getPluginConfiguration}                from '@yarnpkg/cli';
import {Configuration}                         from '@yarnpkg/core';
import {npath, ppath, xfs, type PortablePath}  from '@yarnpkg/fslib';
import {onTestFinished, vi}                    from 'vitest';

import {stringifyLockfile, type LockfileEntry} from './lockfile';

export type ProjectDescription = {
  /** Manifests by folder, `.` for the project itself. */
  manifests: Record<string, Record<string, unknown>>;
  /** Entries by key (`foo@npm:^1.0.0`), or the very text; null for no lockfile. */
  lockfile: Record<string, LockfileEntry> | string | null;
  lockfileVersion?: number;
  yarnrc?: string;
};

/** Writes a project into a folder that goes away with the test. */
export async function writeProject({manifests, lockfile, lockfileVersion = 8, yarnrc = ``}: ProjectDescription): Promise<PortablePath> {
  const folder = await xfs.mktempPromise();
  onTestFinished(() => xfs.removePromise(folder));

  for (const [relativeCwd, manifest] of Object.entries(manifests)) {
    const cwd = ppath.join(folder, relativeCwd as PortablePath);
    await xfs.mkdirPromise(cwd, {recursive: true});
    await xfs.writeJsonPromise(ppath.join(cwd, `package.json`), manifest);
  }

  await xfs.writeFilePromise(ppath.join(folder, `.yarnrc.yml`), yarnrc);

  if (lockfile !== null) {
    const content = typeof lockfile === `string` ? lockfile : stringifyLockfile(lockfile, lockfileVersion);
    await xfs.writeFilePromise(ppath.join(folder, `yarn.lock`), content);
  }

  return folder;
}

/** The configuration that Yarn's own plugins give, with nothing of this machine's. */
export async function findConfiguration(cwd: PortablePath): Promise<Configuration> {
  for (const name of Object.keys(process.env).filter(name => /^yarn_/i.test(name)))
    vi.stubEnv(name, undefined);

  vi.stubEnv(`HOME`, npath.fromPortablePath(cwd));
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });

  return await Configuration.find(cwd, getPluginConfiguration());
}
