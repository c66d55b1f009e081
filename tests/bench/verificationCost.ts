import path                    from 'node:path';

import {getNodePath}           from '../support/node';
import type {NodeVersion}      from '../support/node';

import {measureSuccess}        from './measure';
import type {VerificationCost} from './verificationProcess';

export async function measureVerification({node, size, rounds}: {node: NodeVersion, size: number, rounds: number}): Promise<VerificationCost> {
  const args = [`--import`, `tsx`, path.join(import.meta.dirname, `verificationProcess.ts`), String(size), String(rounds)];
  const {stdout} = await measureSuccess({node: await getNodePath(node), args, cwd: path.resolve(import.meta.dirname, `../..`), env: process.env});

  return JSON.parse(stdout);
}
