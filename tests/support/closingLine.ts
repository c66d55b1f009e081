import type {Reporter, TestModule} from 'vitest/node';

import {listAbsent}                from './optionalTests';

type Counts = {passed: number, failed: number, skipped: number};

/** Ends the output with the one line that machines read, `N passed, N failed`, and tells people before that what did not run. */
// eslint-disable-next-line arca/no-default-export
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>) {
    // A file that cannot be loaded, or an error outside of any test, must not
    // leave a line that reads like success.
    const counts: Counts = {passed: 0, failed: unhandledErrors.length, skipped: 0};

    for (const module of modules) {
      counts.failed += module.errors().length;

      for (const test of module.children.allTests()) {
        const {state} = test.result();
        counts[state === `passed` || state === `failed` ? state : `skipped`] += 1;
      }
    }

    process.stdout.write(makeClosing(counts, listAbsent()).map(line => `${line}\n`).join(``));
  }
}

/** @param absent what this machine cannot run at all, of which not every test is counted as skipped */
export function makeClosing({passed, failed, skipped}: Counts, absent: ReadonlyArray<string>): Array<string> {
  const missing = [...absent, ...skipped > 0 ? [`${skipped} tests skipped`] : []];

  return [
    ...missing.length > 0 ? [`not run here: ${missing.join(`, `)}`] : [],
    `${passed} passed, ${failed} failed`,
  ];
}
