import {execFile}                   from 'node:child_process';
import {mkdir, mkdtemp, rename, rm} from 'node:fs/promises';
import {existsSync}                 from 'node:fs';
import path                         from 'node:path';
import {promisify}                  from 'node:util';

export type NodeVersion = `20` | `22` | `24`;

const folder = path.resolve(__dirname, `../../.yarn/node`);
const isWindows = process.platform === `win32`;

/**
 * The executable of a Node release: this process's own where the major version
 * is the same, else the newest one from the npm package `node`, which is
 * fetched on first use and stays in `.yarn/node` for later runs.
 */
export async function getNodePath(version: NodeVersion): Promise<string> {
  if (process.versions.node.startsWith(`${version}.`))
    return process.execPath;

  const installed = path.join(folder, version);
  const executable = path.join(installed, `node_modules/node/bin`, isWindows ? `node.exe` : `node`);

  if (!existsSync(executable))
    await install(version, installed);

  return executable;
}

async function install(version: NodeVersion, destination: string) {
  await mkdir(folder, {recursive: true});
  const temporary = await mkdtemp(path.join(folder, `.${version}-`));

  // The package is a shell whose install script fetches the build for this
  // platform; users may have turned such scripts off.
  await promisify(execFile)(isWindows ? `npm.cmd` : `npm`, [
    `install`, `--no-save`, `--no-audit`, `--no-fund`, `--loglevel=error`, `--ignore-scripts=false`, `--prefix`, temporary, `node@${version}`,
  ], {cwd: temporary, shell: isWindows});

  try {
    await rename(temporary, destination);
  } catch (error) {
    await rm(temporary, {recursive: true});

    // Another test file was faster.
    if (!existsSync(destination)) {
      throw error;
    }
  }
}
