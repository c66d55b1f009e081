import {stat}                     from 'node:fs/promises';
import {cpus, totalmem, release}  from 'node:os';
import path                       from 'node:path';
import {parseArgs}                from 'node:util';

import {bundlePath, ensureBundle} from '../support/bundle';

import {judgeAims}                from './aims';
import {runAudits}                from './auditRuns';
import type {AuditPlan, AuditRow} from './auditRuns';
import type {BenchResult}         from './benchResult';
import {formatResult}             from './formatResult';
import {runInstalls}              from './installRuns';
import {YARN_VERSION}             from './projects';
import {runStartups}              from './startupRuns';
import {getTool}                  from './tools';
import {measureVerification}      from './verificationCost';
import {workFolder}               from './workFolder';

type Plan = {audits: Array<AuditPlan>, startupRounds: number, bundleRounds: number, installs: {size: number, rounds: number}};

const PLANS: Record<`full` | `quick`, Plan> = {
  full: {
    audits: [
      {size: 100, latencies: [0, 30], nodes: [`20`, `22`], rounds: 3, proven: true},
      {size: 1267, latencies: [0, 30], nodes: [`20`, `22`], rounds: 5, proven: true},
      {size: 10_000, latencies: [0], nodes: [`20`], rounds: 1, proven: false},
    ],
    startupRounds: 15,
    bundleRounds: 11,
    installs: {size: 1267, rounds: 3},
  },
  quick: {
    audits: [
      {size: 100, latencies: [0], nodes: [`20`], rounds: 1, proven: true},
      {size: 1267, latencies: [0], nodes: [`20`, `22`], rounds: 1, proven: true},
    ],
    startupRounds: 5,
    bundleRounds: 5,
    installs: {size: 100, rounds: 1},
  },
};

async function main() {
  const {values} = parseArgs({options: {quick: {type: `boolean`, default: false}, json: {type: `boolean`, default: false}}});
  const plan = PLANS[values.quick ? `quick` : `full`];

  // Progress is for people; standard output is for the result.
  const log = (text: string) => process.stderr.write(`${text}\n`);

  await ensureBundle();

  const audits: Array<AuditRow> = [];
  for (const audit of plan.audits)
    audits.push(...await runAudits(audit, log));

  const startups = await runStartups({node: `20`, rounds: plan.startupRounds});
  log(`other commands: done`);

  const verification = await measureVerification({node: `20`, size: 1267, rounds: plan.bundleRounds});
  log(`bundles: done`);

  const installs = await runInstalls({...plan.installs, latency: 30, node: `20`});
  log(`installations: done`);

  const result: BenchResult = {
    machine: {cpu: cpus()[0]!.model, cores: cpus().length, memory: totalmem(), system: `${process.platform} ${release()}`, folder: path.dirname(workFolder)},
    versions: {yarn: YARN_VERSION, npm: (await getTool(`npm`)).version, pnpm: (await getTool(`pnpm`)).version},
    audits,
    startups,
    verification,
    bundleBytes: (await stat(bundlePath)).size,
    installs,
  };

  const aims = judgeAims(result);
  process.stdout.write(values.json ? `${JSON.stringify({...result, aims})}\n` : formatResult(result, aims));
}

void main();
