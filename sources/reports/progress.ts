import {Report} from '@yarnpkg/core';

/**
 * Runs `work` under a progress bar of `total` steps; `work` calls `tick` after
 * each. Yarn draws it on terminals alone, never under `--json`.
 */
export async function withProgress<T>(report: Report, total: number, work: (tick: () => void) => Promise<T>): Promise<T> {
  return await report.startProgressPromise(Report.progressViaCounter(total), async progress => {
    return await work(() => progress.tick());
  });
}
