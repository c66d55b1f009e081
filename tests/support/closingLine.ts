import type {Reporter, TestModule} from 'vitest/node';

/** Ends the output with the one line that machines read: `N passed, N failed`. */
// eslint-disable-next-line arca/no-default-export
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>) {
    let passed = 0;
    let skipped = 0;

    // A file that cannot be loaded, or an error outside of any test, must not
    // leave a line that reads like success.
    let failed = unhandledErrors.length;

    for (const module of modules) {
      failed += module.errors().length;

      for (const test of module.children.allTests()) {
        const {state} = test.result();
        if (state === `passed`) {
          passed += 1;
        } else if (state === `failed`) {
          failed += 1;
        } else {
          skipped += 1;
        }
      }
    }

    const suffix = skipped > 0 ? `, ${skipped} skipped` : ``;
    process.stdout.write(`${passed} passed, ${failed} failed${suffix}\n`);
  }
}
