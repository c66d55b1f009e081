import type {NodeVersion} from '../support/node';
import {getNodePath}      from '../support/node';

import {getDataset}       from './dataset';
import {measureSuccess}   from './measure';
import {getMedian}        from './medians';
import {makeYarnProject}  from './projects';

/** What the plugin adds to a command that has nothing to do with it. In milliseconds, medians. */
export type StartupRow = {command: string, node: NodeVersion, without: number, with: number, added: number};

const COMMANDS: ReadonlyArray<ReadonlyArray<string>> = [
  [`--version`],
  [`config`, `get`, `nodeLinker`],
  [`workspaces`, `list`],
  [`config`],
];

/** With and without in turn, and the difference within each pair: what else the machine does is in both. */
export async function runStartups({node, rounds}: {node: NodeVersion, rounds: number}): Promise<Array<StartupRow>> {
  const dataset = await getDataset(100);
  const tuf = {tufUrl: `http://127.0.0.1:9`, tufRoot: `{}`};
  const executable = await getNodePath(node);

  const bare = await makeYarnProject(dataset, tuf, {plugin: false});
  const extended = await makeYarnProject(dataset, tuf);

  const rows: Array<StartupRow> = [];

  for (const args of COMMANDS) {
    const pairs: Array<{without: number, with: number}> = [];

    for (let round = 0; round < rounds; round += 1) {
      const [first, second] = [await measureSuccess(bare.run(executable, args)), await measureSuccess(extended.run(executable, args))];
      pairs.push({without: first.wall, with: second.wall});
    }

    rows.push({
      command: `yarn ${args.join(` `)}`,
      node,
      without: getMedian(pairs.map(pair => pair.without)),
      with: getMedian(pairs.map(pair => pair.with)),
      added: getMedian(pairs.map(pair => pair.with - pair.without)),
    });
  }

  return rows;
}
