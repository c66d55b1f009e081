import {copyFile, rm}       from 'node:fs/promises';
import path                 from 'node:path';

import {getNodePath}        from '../support/node';
import type {NodeVersion}   from '../support/node';

import {startBenchRegistry} from './benchRegistry';
import {getDataset}         from './dataset';
import {measureSuccess}     from './measure';
import type {Cost}          from './measure';
import {takeMedians}        from './medians';
import {makeYarnProject}    from './projects';
import type {BenchProject}  from './projects';

export type InstallRow = Cost & {what: `install without the plugin` | `install with the gate` | `audit without archives` | `audit with archive records`, requests: number};

/**
 * An installation of everything, with nothing in any cache; then audits of
 * what was installed, by the records that the installation left.
 */
export async function runInstalls({size, latency, node, rounds}: {size: number, latency: number, node: NodeVersion, rounds: number}): Promise<Array<InstallRow>> {
  const dataset = await getDataset(size);
  const registry = await startBenchRegistry(size);
  const executable = await getNodePath(node);

  try {
    const tuf = await registry.order();
    const bare = await makeYarnProject(dataset, tuf, {plugin: false});
    const gated = await makeYarnProject(dataset, tuf, {yarnrc: {npmAttestationGate: `error`}});
    const samples = new Map<string, Array<InstallRow>>();

    const run = async (project: BenchProject, what: InstallRow[`what`], args: Array<string>, delay: number) => {
      await registry.order({latency: delay});
      const {wall, cpu, memory} = await measureSuccess(project.run(executable, args));
      const {requests} = await registry.order();

      samples.set(what, [...samples.get(what) ?? [], {what, wall, cpu, memory, requests}]);
    };

    // The lockfile that Yarn itself makes of it is what projects have: complete, with checksums.
    await measureSuccess(bare.run(executable, [`install`]));
    for (const {cwd} of [bare, gated])
      await copyFile(path.join(bare.cwd, `yarn.lock`), path.join(cwd, `../yarn.lock`));

    for (let round = 0; round < rounds; round += 1) {
      for (const [project, what] of [[bare, `install without the plugin`], [gated, `install with the gate`]] as const) {
        await resetInstallation(project);
        await run(project, what, [`install`], latency);
      }

      for (const [what, args] of [[`audit without archives`, [`--no-archives`]], [`audit with archive records`, []]] as const) {
        await run(gated, what, [`npm`, `audit-attestations`, ...args], 0);
      }
    }

    return [...samples.values()].map(takeMedians);
  } finally {
    await registry.stop();
  }
}

async function resetInstallation({cwd}: BenchProject) {
  for (const file of [`.yarn/cache`, `.yarn/unplugged`, `.yarn/install-state.gz`, `.pnp.cjs`, `.pnp.loader.mjs`, `../home/.yarn`])
    await rm(path.join(cwd, file), {recursive: true, force: true});

  await copyFile(path.join(cwd, `../yarn.lock`), path.join(cwd, `yarn.lock`));
}
