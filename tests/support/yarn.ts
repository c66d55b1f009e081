import {spawn}                         from 'node:child_process';
import path                            from 'node:path';

import {getNodePath, type NodeVersion} from './node';

/** The oldest and the newest release, and some on the way where the host changed. */
export const yarnVersions = [`4.0.2`, `4.5.3`, `4.9.4`, `4.12.0`, `4.18.1`] as const;

export type YarnVersion = typeof yarnVersions[number];

export type YarnResult = {
  code: number;
  stdout: string;
  stderr: string;
};

export type YarnRun = {
  args: ReadonlyArray<string>;
  cwd: string;
  /** Stands in for the user's home folder, and holds the global folder. */
  home: string;
  version?: YarnVersion;
  /** The Node of this process when absent. */
  node?: NodeVersion;
  /** On top of the few variables that every run gets. */
  env?: Record<string, string>;
};

/** More than any test needs: a process that takes longer hangs. */
const TIMEOUT = 110_000;

/**
 * Runs a real release of Yarn in an environment made from scratch: nothing that
 * this machine or the process that started the tests has set can change the
 * outcome. Any exit code is a result.
 */
export async function runYarn({args, cwd, home, version = `4.18.1`, node, env = {}}: YarnRun): Promise<YarnResult> {
  const nodePath = node ? await getNodePath(node) : process.execPath;
  const yarnPath = path.resolve(__dirname, `../../node_modules/yarn-${version}/bin/yarn.js`);

  const child = spawn(nodePath, [yarnPath, ...args], {
    cwd,
    env: {...makeEnvironment(nodePath, home), ...env},
    stdio: [`ignore`, `pipe`, `pipe`],
    timeout: TIMEOUT,
    killSignal: `SIGKILL`,
  });

  const stdout = readText(child.stdout);
  const stderr = readText(child.stderr);

  const code = await new Promise<number | null>((resolve, reject) => {
    child.on(`error`, reject);
    child.on(`close`, resolve);
  });

  const result = {stdout: await stdout, stderr: await stderr};
  if (code === null)
    throw new Error(`yarn ${args.join(` `)} was killed\n${result.stdout}${result.stderr}`);

  return {code, ...result};
}

export function makeEnvironment(nodePath: string, home: string): NodeJS.ProcessEnv {
  return {
    PATH: [path.dirname(nodePath), process.env.PATH].join(path.delimiter),
    // Windows starts no process without it.
    SystemRoot: process.env.SystemRoot,
    HOME: home,
    USERPROFILE: home,
    YARN_GLOBAL_FOLDER: path.join(home, `.yarn/global`),
    // Otherwise the release under test hands over to the one of the project.
    YARN_IGNORE_PATH: `1`,
    YARN_ENABLE_TELEMETRY: `0`,
    // Otherwise the output differs from run to run, and on a terminal.
    YARN_ENABLE_TIMERS: `0`,
    YARN_ENABLE_PROGRESS_BARS: `0`,
    YARN_ENABLE_COLORS: `0`,
    YARN_ENABLE_HYPERLINKS: `0`,
  };
}

async function readText(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Array<Buffer> = [];
  for await (const chunk of stream)
    chunks.push(chunk as Buffer);

  return Buffer.concat(chunks).toString();
}
