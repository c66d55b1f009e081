import {npath}                from '@yarnpkg/fslib';
import {describe, expect, it} from 'vitest';

import {parseReportTarget}    from '../../../sources/reports/reportTarget';

const cwd = npath.toPortablePath(`/project`);

describe(`parseReportTarget`, () => {
  it.each([
    [`a.json`, `json`],
    [`./reports/a.md`, `markdown`],
    [`/elsewhere/a.sarif`, `sarif`],
    [`a.b.html`, `html`],
  ])(`it should read %s as %s`, (value, format) => {
    expect(parseReportTarget(value, {cwd, env: {}})).toMatchObject({format, append: false});
  });

  it.each([`a`, `a.txt`, `.json`, `a.JSON`, `__proto__`, `a.constructor`, `github-step-summary`])(`it should refuse %s`, value => {
    expect(() => parseReportTarget(value, {cwd, env: {}})).toThrow(/--report/);
  });
});
