import {Report}      from '@yarnpkg/core';

import {formatBytes} from './formatBytes';

export type ProgressOptions = {
  /** How many steps there are. */
  total: number;
  /** How much has come over the wire so far. */
  getBytes: () => number;
};

/**
 * Runs `work` under a line that counts its steps; `work` calls `tick` after
 * each. Yarn draws it on terminals alone, never under `--json`.
 */
export async function withProgress<T>(report: Report, {total, getBytes}: ProgressOptions, work: (tick: () => void) => Promise<T>): Promise<T> {
  let done = 0;

  return await report.startProgressPromise(Report.progressViaTitle(), async ({setTitle}) => {
    return await work(() => {
      done += 1;
      setTitle(`${done} of ${total} packages verified, ${formatBytes(getBytes())} received`);
    });
  });
}
