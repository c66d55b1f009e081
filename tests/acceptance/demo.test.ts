import {execFile}             from 'node:child_process';
import path                   from 'node:path';
import {describe, expect, it} from 'vitest';

import {attacks, untouched}   from '../lab/demo/attacks';
import {runDemo}              from '../lab/demo/demo';

const root = path.resolve(__dirname, `../..`);

describe(`The demo`, () => {
  it(`should show each attack being caught`, async () => {
    const {code, output} = await new Promise<{code: number, output: string}>(resolve => {
      const tsx = path.join(root, `node_modules/tsx/dist/cli.mjs`);
      execFile(process.execPath, [tsx, `tests/lab/demo.ts`], {cwd: root}, (error, stdout, stderr) => {
        resolve({code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr});
      });
    });

    expect(code, output).toBe(0);
    expect(output).not.toContain(`NOT AS EXPECTED`);
    expect(output.match(/^ {2}As expected: .*/gm)).toEqual([untouched, ...attacks, untouched].map(({exitCode, finding}) => {
      return `  As expected: exit code ${exitCode}, ${finding}.`;
    }));
  });

  it(`should not pass when an attack is not caught`, async () => {
    const printed: Array<string> = [];
    const harmless = {...attacks[0]!, tamper: () => () => {}};

    expect(await runDemo({attacks: [harmless], print: text => void printed.push(text)})).toBe(false);
    expect(printed.join(`\n`)).toContain(`NOT AS EXPECTED`);
    expect(printed.at(-1)).toBe(`2 of 3 audits were as expected.`);
  });
});
