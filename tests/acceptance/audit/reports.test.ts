import Ajv2020                                     from 'ajv/dist/2020';
import {readFile, readdir, writeFile}              from 'node:fs/promises';
import path                                        from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import recordSchema                                from '../../../docs/schema/audit-attestations.schema.json';
import reportSchema                                from '../../../docs/schema/audit-report.schema.json';
import {startLab, type Lab}                        from '../../lab/lab';
import {makeAuditProject, type AuditProject}       from '../../support/auditProject';

const validate = new Ajv2020({allErrors: true, strictTypes: true}).addSchema(recordSchema, `audit-attestations.schema.json`).compile(reportSchema);

describe(`Reports of an audit that fails`, () => {
  let lab: Lab;
  let project: AuditProject;

  beforeAll(async () => {
    lab = await startLab();
    lab.registry.add({name: `attested`, version: `1.0.0`, provenance: true});
    lab.registry.add({name: `unsigned`, version: `1.0.0`, signedBy: []});
    project = await makeAuditProject(lab, {dependencies: {attested: `1.0.0`, unsigned: `1.0.0`}});
  });

  afterAll(async () => {
    await project.remove();
    await lab.stop();
  });

  const read = (file: string) => readFile(path.join(project.cwd, file), `utf8`);
  const audit = (args: Array<string>, options = {}) => project.yarn([`npm`, `audit-attestations`, `--no-archives`, ...args], options);

  it.each([`4.0.2`, `4.18.1`] as const)(`it should write all of them with Yarn %s`, async version => {
    const {code} = await audit([`report.json`, `report.md`, `report.sarif`, `report.html`].flatMap(file => [`--report`, `reports/${file}`]), {version});
    expect(code).toEqual(1);
    expect((await readdir(path.join(project.cwd, `reports`))).sort()).toEqual([`report.html`, `report.json`, `report.md`, `report.sarif`]);

    const report = JSON.parse(await read(`reports/report.json`));
    expect(validate(report), JSON.stringify(validate.errors)).toEqual(true);
    expect(report.summary).toMatchObject({outcome: `failed`, packages: 2});

    const [{ruleId, locations}] = JSON.parse(await read(`reports/report.sarif`)).runs[0].results;
    const lockfile = (await read(`yarn.lock`)).split(`\n`);
    expect(ruleId).toEqual(`signature-missing`);
    expect(lockfile[locations[0].physicalLocation.region.startLine - 1]).toContain(`unsigned@npm:1.0.0`);

    expect(await read(`reports/report.md`)).toContain(`### \`signature-missing\` (error): \`unsigned@npm:1.0.0\``);
    expect(await read(`reports/report.html`)).toContain(`Content-Security-Policy`);
  });

  it(`it should append to the summary of a GitHub step`, async () => {
    const summary = path.join(project.cwd, `summary.md`);
    await writeFile(summary, `Before\n`);
    await audit([`--report`, `github-step-summary`], {env: {GITHUB_STEP_SUMMARY: summary}});

    expect(await read(`summary.md`)).toMatch(/^Before\n# Attestations: failed\n/);
  });

  it.each([
    [`report.txt`, `.json, .md, .sarif, .html`],
    [`report`, `.json, .md, .sarif, .html`],
    [`github-step-summary`, `GITHUB_STEP_SUMMARY`],
  ])(`it should refuse --report %s before anything is asked`, async (value, hint) => {
    const before = lab.registry.server.requests.length;
    const {code, stdout} = await audit([`--json`, `--report`, value]);

    expect(code).toEqual(1);
    expect(JSON.parse(stdout)).toMatchObject({type: `error`, data: expect.stringContaining(hint)});
    expect(lab.registry.server.requests.length).toEqual(before);
  });

  it(`it should say which report could not be written, and print the result nevertheless`, async () => {
    const {code, stdout} = await audit([`--report`, `package.json/report.md`]);
    expect(code).toEqual(1);
    expect(stdout).toContain(`report.md could not be written`);
    expect(stdout).toContain(`signature-missing (error)`);
  });

  it(`it should annotate on GitHub Actions, and keep NDJSON clean of it`, async () => {
    const env = {GITHUB_ACTIONS: `true`};
    const {stdout} = await audit([], {env});
    expect(stdout).toMatch(/^::error file=yarn\.lock,line=\d+,title=signature-missing::unsigned@npm:1\.0\.0: /m);

    expect((await audit([`--json`], {env})).stdout).not.toContain(`::error`);
    expect((await audit([])).stdout).not.toContain(`::error`);
  });
});
