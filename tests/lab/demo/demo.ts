import {bundlePath}                                  from '../../support/bundle';
import type {TestProject}                            from '../../support/makeProject';
import type {YarnResult}                             from '../../support/yarn';
import {startLab}                                    from '../lab';

import {untouched, type Attack, type Expectation}    from './attacks';
import {getTrustSettings, makeDemoProject, populate} from './project';

type DemoOptions = {
  attacks: Array<Attack>;
  print: (text: string) => void;
};

/** Tells the whole story; resolves to whether everything was as expected. */
export async function runDemo({attacks, print}: DemoOptions): Promise<boolean> {
  const lab = await startLab();
  let project: TestProject | null = null;

  try {
    print(`A lab on this machine stands in for the registry, for Sigstore and for its TUF\nrepository. Keys, certificates and logs are real, and nobody else trusts them.\n`);
    const demoLab = await populate(lab);
    project = await makeDemoProject(demoLab);
    const {yarn} = project;

    const run = async (args: Array<string>) => {
      print(`  $ yarn ${args.join(` `)}`);
      const result = await yarn(args);
      print(`${indent(result.stdout + result.stderr)}\n`);
      return result;
    };

    const prepare = async (...args: Array<string>) => {
      const {code} = await run(args);
      if (code !== 0) {
        throw new Error(`yarn ${args.join(` `)} ended with exit code ${code}`);
      }
    };

    print(title(`A project of two workspaces`));
    print(`One needs a package with provenance and one of a registry that signs nothing;\nthe other needs a signed package under an alias.\n`);
    await prepare(`plugin`, `import`, bundlePath);

    for (const [setting, value] of Object.entries(getTrustSettings(demoLab)))
      await prepare(`config`, `set`, setting, value);

    await prepare(`install`);

    const audit = async (expectation: Expectation) => {
      // Stored evidence of the day is believed otherwise: what is tampered with
      // in between would not be seen.
      const result = await run([`npm`, `audit-attestations`, `--refresh`]);
      return compare(result, expectation, print);
    };

    print(title(`Nothing is tampered with`));
    const outcomes = [await audit(untouched)];

    for (const attack of attacks) {
      print(title(attack.title));
      print(`${attack.story}\n`);

      const restore = attack.tamper(demoLab);
      outcomes.push(await audit(attack));
      restore();
    }

    print(title(`Everything is as it was`));
    outcomes.push(await audit(untouched));

    const right = outcomes.filter(outcome => outcome).length;
    print(`${right} of ${outcomes.length} audits were as expected.`);
    return right === outcomes.length;
  } finally {
    await project?.remove();
    await lab.stop();
  }
}

function compare({code, stdout}: YarnResult, {exitCode, finding}: Expectation, print: (text: string) => void): boolean {
  const isExpected = code === exitCode && stdout.includes(`${finding}: `);

  print(isExpected
    ? `  As expected: exit code ${code}, ${finding}.\n`
    : `  NOT AS EXPECTED: this should end with exit code ${exitCode} and ${finding}; the exit code is ${code}.\n`);

  return isExpected;
}

const title = (text: string) => `${text}\n${`-`.repeat(text.length)}`;
const indent = (text: string) => text.trimEnd().split(`\n`).map(line => `    ${line}`.trimEnd()).join(`\n`);
