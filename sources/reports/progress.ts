import {Report} from '@yarnpkg/core';

/**
 * Runs `work` under a line that says how far it is; `work` calls `tick` after
 * each step, or with how many there were. Yarn draws the line on terminals
 * alone, never under `--json`.
 */
export async function withProgress<T>(report: Report, describe: (done: number) => string, work: (tick: (amount?: number) => void) => Promise<T>): Promise<T> {
  let done = 0;

  return await report.startProgressPromise(Report.progressViaTitle(), async ({setTitle}) => {
    return await work((amount = 1) => {
      done += amount;
      setTitle(describe(done));
    });
  });
}
