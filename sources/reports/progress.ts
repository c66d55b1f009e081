import {Report} from '@yarnpkg/core';

/**
 * Runs `work` under a progress bar of `total` steps or bytes; `work` calls
 * `tick` after each, or with how many there were. Yarn draws it on terminals alone, never under `--json`.
 */
export async function withProgress<T>(report: Report, total: number, work: (tick: (amount?: number) => void) => Promise<T>): Promise<T> {
  return await report.startProgressPromise(Report.progressViaCounter(total), async progress => {
    let done = 0;
    return await work((amount = 1) => progress.set(done += amount));
  });
}
