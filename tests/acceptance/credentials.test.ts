import {readFile}                                  from 'node:fs/promises';
import path                                        from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import * as answers                                from '../lab/answers';
import {startLab, type Lab}                        from '../lab/lab';
import {makeAuditProject, type AuditProject}       from '../support/auditProject';
import {makeGatedProject}                          from '../support/gatedProject';
import {makePublishBench}                          from '../support/publishBench';

/** Encoded as a URL wants it: neither form may show up. */
const withCredentials = (url: string) => url.replace(`//`, `//somebody:hunter%2F2@`);
const credentials = /somebody|hunter/;

describe(`Credentials within the URL of a registry`, () => {
  let lab: Lab;
  let project: AuditProject;

  beforeAll(async () => {
    lab = await startLab();
    lab.registry.add({name: `attested`, version: `1.0.0`, provenance: true});
    lab.registry.add({name: `unsigned`, version: `1.0.0`, signedBy: []});
    lab.registry.add({name: `unreachable`, version: `1.0.0`});
    lab.registry.add({name: `gated`, version: `1.0.0`, signedBy: []});
    lab.registry.server.override(/unreachable/, answers.reset());

    project = await makeAuditProject(lab, {
      dependencies: {attested: `1.0.0`, unsigned: `1.0.0`, unreachable: `1.0.0`, absent: `1.0.0`},
      yarnrc: {npmRegistryServer: withCredentials(lab.registry.url)},
    });
  });

  afterAll(async () => {
    await project.remove();
    await lab.stop();
  });

  it(`should be used`, async () => {
    await project.audit();

    const expected = `Basic ${Buffer.from(`somebody:hunter/2`).toString(`base64`)}`;
    expect(new Set(lab.registry.server.requests.map(({headers}) => headers.authorization))).toEqual(new Set([expected]));
  });

  it.each([
    `audit-attestations`,
    `audit-attestations --verbose --no-archives`,
    `audit-attestations --json --include-attestations`,
    `attestations attested`,
    `attestations unsigned --json`,
    `attestations absent`,
    `attestations attested@9.0.0 --json`,
    `attestations unreachable --json`,
  ])(`should not be printed by yarn npm %s`, async command => {
    const {stdout, stderr} = await project.yarn([`npm`, ...command.split(` `)], {env: {GITHUB_ACTIONS: `true`}});

    expect(stdout).not.toEqual(``);
    expect(`${stdout}${stderr}`).not.toMatch(credentials);
  });

  it.each([`report.json`, `report.md`, `report.sarif`, `report.html`])(`should not be written into %s`, async report => {
    await project.yarn([`npm`, `audit-attestations`, `--report`, report]);
    expect(await readFile(path.join(project.cwd, report), `utf8`)).not.toMatch(credentials);
  });

  it(`should not be printed by the gate`, async () => {
    const gated = makeGatedProject(lab, {gated: `1.0.0`}, {settings: {npmRegistryServer: withCredentials(lab.registry.url)}});
    const {exitCode, stdout} = await gated.run(`install`);

    expect(exitCode).toBe(1);
    expect(stdout).toContain(`signature-missing`);
    expect(stdout).not.toMatch(credentials);
  });
});

describe(`Credentials within the URL of a registry that is published to`, () => {
  // Stock Yarn names the registry as it is spelled, in a line or in its last record.
  const isYarnsOwn = (line: string) => line.includes(`Publishing to `) || line.includes(`"registry":`);

  it.each([`--provenance`, `--provenance --json`])(`should not be printed by what the plugin adds to yarn npm publish %s`, async options => {
    const bench = await makePublishBench({});
    const project = await bench.makeProject({yarnrc: {npmRegistryServer: withCredentials(bench.lab.registry.url)}});

    for (let attempt = 0; attempt < 2; attempt++) {
      const {stdout} = await project.publish({args: options.split(` `), env: bench.lab.startGithubJob()});
      const lines = stdout.split(`\n`).filter(line => !isYarnsOwn(line));

      expect(lines.join(`\n`)).toContain(attempt === 0 ? `provenance` : `already has version`);
      expect(lines.join(`\n`)).not.toMatch(credentials);
    }
  });
});
