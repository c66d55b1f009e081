import {spawn}                             from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import path                                from 'node:path';

import {workFolder}                        from './workFolder';

export type Command = {
  /** The executable of Node. */
  node: string;
  args: ReadonlyArray<string>;
  cwd: string;
  env: NodeJS.ProcessEnv;
};

/** What one process cost, from its start to its end. */
export type Cost = {
  /** Milliseconds. */
  wall: number;
  /** Milliseconds of processor time, of all its threads. */
  cpu: number;
  /** Peak resident memory, in bytes. */
  memory: number;
};

export type Run = Cost & {code: number, stdout: string, stderr: string};

const preload = path.resolve(import.meta.dirname, `reportUsage.cjs`);

/** Runs one process of Node to its end; any exit code is a result. */
export async function measure({node, args, cwd, env}: Command): Promise<Run> {
  const folder = mkdtempSync(path.join(workFolder, `run-`));
  const usagePath = path.join(folder, `usage.json`);

  try {
    const start = performance.now();
    const child = spawn(node, [`--require`, preload, ...args], {cwd, env: {...env, BENCH_USAGE: usagePath}, stdio: [`ignore`, `pipe`, `pipe`]});

    const [stdout, stderr, code] = await Promise.all([
      readText(child.stdout),
      readText(child.stderr),
      new Promise<number | null>((resolve, reject) => child.on(`error`, reject).on(`close`, resolve)),
    ]);

    const wall = performance.now() - start;
    if (code === null)
      throw new Error(`${args.join(` `)} was killed\n${stdout}${stderr}`);

    const {cpu, memory} = JSON.parse(readFileSync(usagePath, `utf8`));
    return {code, stdout, stderr, wall, cpu, memory};
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

/** The same for what has to succeed: what failed has not been measured. */
export async function measureSuccess(command: Command): Promise<Run> {
  const run = await measure(command);
  if (run.code !== 0)
    throw new Error(`${command.args.join(` `)} ended with code ${run.code}\n${run.stdout}${run.stderr}`);

  return run;
}

async function readText(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Array<Buffer> = [];
  for await (const chunk of stream)
    chunks.push(chunk as Buffer);

  return Buffer.concat(chunks).toString();
}
