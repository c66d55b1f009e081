import path           from 'node:path';

import {fetchPackage} from './fetchPackage';

export type NodeVersion = `20` | `22` | `24`;

const folder = path.resolve(__dirname, `../../.yarn/node`);

/**
 * The executable of a Node release: this process's own where the major version
 * is the same, else the newest one from the npm package `node`, which is
 * fetched on first use and stays in `.yarn/node` for later runs.
 */
export async function getNodePath(version: NodeVersion): Promise<string> {
  if (process.versions.node.startsWith(`${version}.`))
    return process.execPath;

  // The package is a shell whose install script fetches the build for this
  // platform; users may have turned such scripts off.
  const installed = path.join(folder, version);
  await fetchPackage(`node@${version}`, installed, {runScripts: true});

  return path.join(installed, `node_modules/node/bin`, process.platform === `win32` ? `node.exe` : `node`);
}
