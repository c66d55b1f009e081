import {describe, expect, it} from 'vitest';

import {makeClosing}          from '../support/closingLine';

describe(`The end of a test run`, () => {
  it.each([
    [{passed: 3, failed: 0, skipped: 0}, [], [`3 passed, 0 failed`]],
    [{passed: 3, failed: 1, skipped: 0}, [`real evidence (../shared/evidence absent)`], [`not run here: real evidence (../shared/evidence absent)`, `3 passed, 1 failed`]],
    [{passed: 3, failed: 0, skipped: 2}, [`real evidence (absent)`, `the browser (absent)`], [`not run here: real evidence (absent), the browser (absent), 2 tests skipped`, `3 passed, 0 failed`]],
  ])(`it should say what did not run, and count nothing else as passed: %j`, (counts, absent, lines) => {
    expect(makeClosing(counts, absent)).toEqual(lines);
  });
});
