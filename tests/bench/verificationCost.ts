import path                    from 'node:path';

import {getNodePath}           from '../support/node';
import type {NodeVersion}      from '../support/node';

import {measure}               from './measure';
import type {VerificationCost} from './verificationProcess';

export async function measureVerification({node, size, rounds}: {node: NodeVersion, size: number, rounds: number}): Promise<VerificationCost> {
  const args = [`--import`, `tsx`, path.join(import.meta.dirname, `verificationProcess.ts`), String(size), String(rounds)];
  const {code, stdout, stderr} = await measure({node: await getNodePath(node), args, cwd: path.resolve(import.meta.dirname, `../..`), env: process.env});

  if (code !== 0)
    throw new Error(`The bundles could not be measured\n${stderr}`);

  return JSON.parse(stdout);
}
