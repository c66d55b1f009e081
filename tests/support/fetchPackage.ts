import {execFile}                   from 'node:child_process';
import {mkdir, mkdtemp, rename, rm} from 'node:fs/promises';
import {existsSync}                 from 'node:fs';
import path                         from 'node:path';
import {promisify}                  from 'node:util';

const isWindows = process.platform === `win32`;

/**
 * Has npm install one package into a folder of its own, unless the folder is
 * there already. Several processes may ask for the same at once.
 *
 * @param options.runScripts whether install scripts run, whatever the user's settings say
 */
export async function fetchPackage(spec: string, destination: string, {runScripts}: {runScripts: boolean}): Promise<void> {
  if (existsSync(destination))
    return;

  await mkdir(path.dirname(destination), {recursive: true});
  const temporary = await mkdtemp(path.join(path.dirname(destination), `.fetching-`));

  await promisify(execFile)(isWindows ? `npm.cmd` : `npm`, [
    `install`, `--no-save`, `--no-audit`, `--no-fund`, `--loglevel=error`, `--ignore-scripts=${!runScripts}`, `--prefix`, temporary, spec,
  ], {cwd: temporary, shell: isWindows});

  try {
    await rename(temporary, destination);
  } catch (error) {
    await rm(temporary, {recursive: true});

    // Another process was faster.
    if (!existsSync(destination)) {
      throw error;
    }
  }
}
