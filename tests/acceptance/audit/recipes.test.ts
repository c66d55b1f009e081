import {spawn}                                                     from 'node:child_process';
import {mkdir, readFile, writeFile}                                from 'node:fs/promises';
import path                                                        from 'node:path';
import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest';

import {startLab, type Lab}                                        from '../../lab/lab';
import {getIds, makeAuditProject, type AuditProjectOptions}        from '../../support/auditProject';
import {makeEnvironment, type YarnResult}                          from '../../support/yarn';

const root = path.resolve(__dirname, `../../..`);

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
  const {registry} = lab;

  registry.add({name: `@acme/widgets`, version: `1.0.0`, provenance: true});
  registry.add({name: `@acme/widgets`, version: `1.1.0`, provenance: {claims: {ref: `refs/heads/main`}}});
  registry.add({name: `@acme/widgets`, version: `1.2.0`});
  registry.add({name: `unsigned`, version: `1.0.0`, signedBy: []});
  registry.add({name: `unsigned`, version: `1.0.1`, signedBy: []});
});

afterAll(async () => {
  await lab.stop();
});

/** The commands below a heading of the README, as a reader would paste them. */
async function readCommands(heading: string): Promise<string> {
  const text = await readFile(path.join(root, `README.md`), `utf8`);
  const section = text.split(/^#{2,3} /m).find(section => section.startsWith(`${heading}\n`))!;

  return /```sh\n(.*?)```/s.exec(section)![1]!;
}

async function makeRecipeProject(options: AuditProjectOptions) {
  const project = await makeAuditProject(lab, options);
  onTestFinished(project.remove);

  const bin = path.join(project.home, `bin`);
  await mkdir(bin);
  // Nothing is installed here, so that there are no archives to look at.
  const withoutArchives = `[ "$2" = audit-attestations ] && set -- "$@" --no-archives`;
  await writeFile(path.join(bin, `yarn`), `#!/bin/sh\n${withoutArchives}\nexec node ${JSON.stringify(path.join(root, `node_modules/yarn-4.18.1/bin/yarn.js`))} "$@"\n`, {mode: 0o755});

  const runCommands = async (heading: string): Promise<YarnResult> => {
    const environment = makeEnvironment(process.execPath, project.home);
    const child = spawn(`sh`, [`-e`, `-c`, await readCommands(heading)], {cwd: project.cwd, env: {...environment, PATH: `${bin}${path.delimiter}${environment.PATH}`}});

    const output = {stdout: ``, stderr: ``};
    for (const name of [`stdout`, `stderr`] as const)
      child[name].on(`data`, chunk => output[name] += chunk);

    const code = await new Promise<number>(resolve => child.on(`close`, resolve));
    return {code, ...output};
  };

  return {...project, runCommands};
}

describe(`Start today`, () => {
  it(`should make a project pass, and notice new trouble`, async () => {
    const until = `2999-12-31`;
    const project = await makeRecipeProject({
      dependencies: {'@acme/widgets': `1.0.0`, unsigned: `1.0.0`},
      yarnrc: {
        npmAttestationSeverities: {'provenance-missing': `warning`},
        npmAttestationExceptions: [{package: `uns*`, finding: `provenance-missing`, reason: `Never had any`, until}],
      },
    });
    expect((await project.audit()).code).toBe(1);

    const {code, stdout, stderr} = await project.runCommands(`Recipe: start today`);
    expect(stderr).toBe(``);
    expect(code).toBe(0);
    expect(stdout).toContain(`Accepted by npmAttestationExceptions`);
    expect(await readFile(path.join(project.cwd, `.yarn/attestations.yml`), `utf8`)).toContain(`"@acme/widgets":`);

    const accepted = (await project.audit()).packages.get(`unsigned@npm:1.0.0`)!.findings.map(({id, accepted}) => [id, accepted?.reason]);
    expect(accepted.sort()).toEqual([[`provenance-missing`, `Never had any`], [`signature-missing`, `Baseline, to be reviewed`]]);

    // The same findings, another version.
    const lockfile = path.join(project.cwd, `yarn.lock`);
    const manifest = path.join(project.cwd, `package.json`);
    for (const file of [lockfile, manifest])
      await writeFile(file, (await readFile(file, `utf8`)).replace(/(unsigned.*\D1\.0\.)0/g, `$11`).replace(/(version: )1\.0\.0(\n {2}resolution: "unsigned)/, `$11.0.1$2`));

    const audit = await project.audit();
    expect(audit.errors).toEqual([]);
    expect(audit.code).toBe(1);
    expect(getIds(audit)).toEqual([`exception-unused`, `exception-unused`]);
  });
});

describe(`A company scope`, () => {
  it.each([
    [`1.0.0`, 0],
    [`1.1.0`, 1],
    [`1.2.0`, 1],
  ])(`should judge %s: exit code %d`, async (version, expected) => {
    const project = await makeRecipeProject({dependencies: {'@acme/widgets': version}});
    expect((await project.audit()).code).toBe(0);

    const {code, stderr} = await project.runCommands(`Recipe: a company scope`);
    expect(stderr).toBe(``);
    expect(code).toBe(expected);
  });
});

describe(`A release pipeline`, () => {
  it(`should pass only what was reviewed`, async () => {
    const pins = `"other":\n  - range: "*"\n    sourceRepository: "https://github.com/acme/other"\n`;
    const project = await makeRecipeProject({dependencies: {'@acme/widgets': `1.0.0`}, files: {'.yarn/attestations.yml': pins}});

    expect((await project.runCommands(`Recipe: a release pipeline`)).stdout).toContain(`identity-unpinned (error)`);
    expect((await project.audit({args: [`--pin`]})).code).toBe(0);
    expect((await project.runCommands(`Recipe: a release pipeline`)).code).toBe(0);
  });

  it(`should not pass a release without the evidence of those before it`, async () => {
    const project = await makeRecipeProject({dependencies: {'@acme/widgets': `1.2.0`}});
    const {code, stdout} = await project.runCommands(`Recipe: a release pipeline`);

    expect(code).toBe(1);
    expect(stdout).toContain(`trust-downgrade (error)`);
  });
});
