import {readFile}     from 'node:fs/promises';
import path           from 'node:path';

import {fetchPackage} from '../support/fetchPackage';

const folder = path.resolve(import.meta.dirname, `../../.yarn/bench/tools`);

/** The newest of a major: what is measured is what people install. */
const RELEASES = {npm: `11`, pnpm: `11`};

type Tool = {
  /** The script that Node runs. */
  script: string;
  version: string;
};

/** Another package manager; fetched on first use, and kept. */
export async function getTool(name: keyof typeof RELEASES): Promise<Tool> {
  const installed = path.join(folder, `${name}-${RELEASES[name]}`);
  await fetchPackage(`${name}@${RELEASES[name]}`, installed, {runScripts: false});

  const packageFolder = path.join(installed, `node_modules`, name);
  const {bin, version} = JSON.parse(await readFile(path.join(packageFolder, `package.json`), `utf8`));

  return {script: path.join(packageFolder, bin[name]), version};
}
