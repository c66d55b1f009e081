import {getNodePath}                   from '../support/node';
import type {NodeVersion}              from '../support/node';

import {startBenchRegistry}            from './benchRegistry';
import type {BenchRegistry}            from './benchRegistry';
import {makeContenders}                from './contenders';
import type {Contender, ContenderName} from './contenders';
import {getDataset}                    from './dataset';
import type {Dataset}                  from './dataset';
import {measure, measureSuccess}       from './measure';
import type {Command, Cost}            from './measure';
import {takeMedians}                   from './medians';
import {makeYarnProject}               from './projects';

export type AuditPlan = {
  size: number;
  /** Milliseconds before each answer. */
  latencies: ReadonlyArray<number>;
  nodes: ReadonlyArray<NodeVersion>;
  rounds: number;
  /** Whether it is first proven that all find the same, which takes as long as two rounds. */
  proven: boolean;
};

type AuditCost = Cost & {requests: number, bytes: number};

/** What one contender took, in the median of all rounds. */
export type AuditRow = AuditCost & {
  size: number;
  latency: number;
  node: NodeVersion;
  /** `empty`: a Yarn command that does nothing, in the same project. */
  state: `cold` | `warm` | `empty`;
  contender: ContenderName | `yarn`;
};

/** Runs all contenders in turn, so that what the machine does meanwhile meets all of them. */
export async function runAudits({size, latencies, nodes, rounds, proven}: AuditPlan, log: (text: string) => void): Promise<Array<AuditRow>> {
  const dataset = await getDataset(size);
  const registry = await startBenchRegistry(size);

  try {
    const tuf = await registry.order();
    const contenders = await makeContenders(dataset, tuf);
    const bare = await makeYarnProject(dataset, tuf, {plugin: false});

    if (proven) {
      await proveSameVerdicts(dataset, contenders, registry);
      log(`${size} packages: all found the same, and the tampered one`);
    }

    const rows: Array<AuditRow> = [];

    for (const latency of latencies) {
      for (const node of nodes) {
        const samples = new Map<string, Array<AuditRow>>();

        const run = async (command: Command, contender: AuditRow[`contender`], state: AuditRow[`state`]) => {
          await registry.order({latency});
          const {wall, cpu, memory} = await measureSuccess(command);
          const {requests, bytes} = await registry.order();

          const key = `${contender} ${state}`;
          samples.set(key, [...samples.get(key) ?? [], {size, latency, node, state, contender, wall, cpu, memory, requests, bytes}]);
        };

        for (let round = 0; round < rounds; round += 1) {
          for (const contender of contenders.filter(({nodes}) => nodes.includes(node))) {
            await contender.forget();
            await run(await contender.makeCommand(node), contender.name, `cold`);
            await run(await contender.makeCommand(node), contender.name, `warm`);
          }

          await run(bare.run(await getNodePath(node), [`workspaces`, `list`]), `yarn`, `empty`);
        }

        rows.push(...[...samples.values()].map(takeMedians));
        log(`${size} packages, Node ${node}, ${latency} ms: done`);
      }
    }

    return rows;
  } finally {
    await registry.stop();
  }
}

/** Whoever is faster because it overlooks something has not won. */
async function proveSameVerdicts({packages}: Dataset, contenders: Array<Contender>, registry: BenchRegistry): Promise<void> {
  const attested = packages.filter(pkg => pkg.attested).length;
  const victim = packages[Math.floor(packages.length / 2)]!.name;

  for (const contender of contenders) {
    for (const tampered of [null, victim]) {
      await contender.forget();
      await registry.order({tampered});

      const run = await measure(await contender.makeCommand(contender.nodes[0]!, true));
      const verdicts = contender.read(run);

      const isRight = verdicts.signed === packages.length - (tampered ? 1 : 0)
        && (verdicts.attested === null || tampered !== null || verdicts.attested === attested)
        && verdicts.bad.join() === (tampered ?? ``)
        && run.code === (tampered ? 1 : 0);

      if (!isRight) {
        throw new Error(`${contender.name} found something else than was there: ${JSON.stringify(verdicts)}, exit code ${run.code}\n${run.stderr}`);
      }
    }
  }

  await registry.order();
}
