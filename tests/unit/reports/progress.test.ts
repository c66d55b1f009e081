import {Configuration, StreamReport} from '@yarnpkg/core';
import {npath}                       from '@yarnpkg/fslib';
import {tmpdir}                      from 'node:os';
import {PassThrough}                 from 'node:stream';
import {setImmediate}                from 'node:timers/promises';
import {describe, expect, it}        from 'vitest';

import {withProgress}                from '../../../sources/reports/progress';

async function run({isTTY, json}: {isTTY: boolean, json: boolean}, total: number) {
  const cwd = npath.toPortablePath(tmpdir());
  const configuration = Configuration.create(cwd);
  configuration.use(`<test>`, {enableProgressBars: true, enableColors: false}, cwd);

  const stdout = Object.assign(new PassThrough(), {isTTY, columns: 80});
  let result: string | undefined;

  await StreamReport.start({configuration, stdout, json, includeFooter: false}, async report => {
    result = await withProgress(report, done => `${done} of ${total} done`, async tick => {
      for (let step = 0; step < total; ++step) {
        await setImmediate();
        tick();
      }

      await setImmediate();
      return `done`;
    });
  });

  return {result, output: stdout.read()?.toString() ?? ``};
}

describe(`withProgress`, () => {
  it.each([0, 1, 50])(`it should hand back the result of work of %d steps`, async total => {
    expect((await run({isTTY: true, json: false}, total)).result).toEqual(`done`);
  });

  it(`it should say on a terminal how far it is`, async () => {
    expect((await run({isTTY: true, json: false}, 5)).output).toContain(`1 of 5 done`);
  });

  it.each([
    {isTTY: false, json: false},
    {isTTY: true, json: true},
    {isTTY: false, json: true},
  ])(`it should be quiet with %j`, async options => {
    expect((await run(options, 5)).output).toEqual(``);
  });
});
