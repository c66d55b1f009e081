import path               from 'node:path';

import {getNodePath}      from '../support/node';
import type {NodeVersion} from '../support/node';

import type {BundleCost}  from './bundleProcess';
import {measure}          from './measure';

export async function measureBundles({node, size, rounds}: {node: NodeVersion, size: number, rounds: number}): Promise<BundleCost> {
  const args = [`--import`, `tsx`, path.join(import.meta.dirname, `bundleProcess.ts`), String(size), String(rounds)];
  const {code, stdout, stderr} = await measure({node: await getNodePath(node), args, cwd: path.resolve(import.meta.dirname, `../..`), env: process.env});

  if (code !== 0)
    throw new Error(`The bundles could not be measured\n${stderr}`);

  return JSON.parse(stdout);
}
