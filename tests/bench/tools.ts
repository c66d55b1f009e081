import {execFile}                    from 'node:child_process';
import {mkdir, readFile, rename, rm} from 'node:fs/promises';
import {existsSync}                  from 'node:fs';
import path                          from 'node:path';
import {promisify}                   from 'node:util';

const folder = path.resolve(import.meta.dirname, `../../.yarn/bench/tools`);

type Tool = {
  /** The script that Node runs. */
  script: string;
  version: string;
};

/** A release of another package manager; fetched on first use, and kept. */
export async function getTool(name: `npm` | `pnpm`, version: string): Promise<Tool> {
  const installed = path.join(folder, `${name}-${version}`);
  if (!existsSync(installed))
    await install(`${name}@${version}`, installed);

  const packageFolder = path.join(installed, `node_modules`, name);
  const {bin, version: exact} = JSON.parse(await readFile(path.join(packageFolder, `package.json`), `utf8`));

  return {script: path.join(packageFolder, bin[name]), version: exact};
}

async function install(spec: string, destination: string): Promise<void> {
  const temporary = `${destination}.tmp`;
  await rm(temporary, {recursive: true, force: true});
  await mkdir(temporary, {recursive: true});

  const npm = process.platform === `win32` ? `npm.cmd` : `npm`;
  await promisify(execFile)(npm, [`install`, `--no-save`, `--no-audit`, `--no-fund`, `--loglevel=error`, `--ignore-scripts`, `--prefix`, temporary, spec], {cwd: temporary, shell: process.platform === `win32`});

  await rename(temporary, destination);
}
