import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest';

import {getMissingSettings}                                        from '../../../sources/settings';
import {startLab, type Lab}                                        from '../../lab/lab';
import {auditProject}                                              from '../../support/auditProject';
import {makeProject}                                               from '../../support/makeProject';
import {yarnVersions}                                              from '../../support/yarn';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
  lab.registry.add({name: `widgets`, version: `1.0.0`});
});

afterAll(async () => {
  await lab.stop();
});

/** Without those that some hosts declare themselves. */
const ownSettings = Object.entries(getMissingSettings({})).filter(([name]) => name !== `npmPublishProvenance`);

const exception = {package: `widgets`, finding: `provenance-missing`, reason: `Published by hand`};

const rows: Array<[what: string, yarnrc: Record<string, unknown>, place: string]> = [
  [`a value that is none`, {npmAttestationPolicies: {'@acme/*': {provenance: `requried`}}}, `npmAttestationPolicies["@acme/*"].provenance`],
  [`a finding that is none`, {npmAttestationExceptions: [exception, {...exception, finding: `provenance-mising`}]}, `npmAttestationExceptions[1].finding`],
  [`no reason`, {npmAttestationExceptions: [{...exception, reason: undefined}]}, `npmAttestationExceptions[0]`],
  [`a date that is none`, {npmAttestationExceptions: [{...exception, until: `next year`}]}, `npmAttestationExceptions[0].until`],
  [`a severity for a finding that is none`, {npmAttestationSeverities: {'policy-work-flow': `error`}}, `policy-workflow`],
];

describe(`Settings with mistakes`, () => {
  it.each(rows)(`should be refused with their place: %s`, async (_, yarnrc, place) => {
    const audit = await auditProject(lab, {dependencies: {widgets: `1.0.0`}, yarnrc});

    expect(audit.code).toBe(1);
    expect(audit.summary).toBeNull();
    expect(audit.errors.join()).toContain(place);
  });

  it.each([
    [{npmAttestationPolicies: {'@acme/*': {work_flow: `x.yml`}}}, `npmAttestationPolicies['@acme/*'].work_flow`],
    [{npmAttestationExceptions: [{...exception, untill: `2027-01-01`}]}, `npmAttestationExceptions[0].untill`],
    [{npmAttestationPolicies: {'@acme/*': `required`}}, `npmAttestationPolicies['@acme/*']`],
  ])(`should be refused by Yarn with their place: %j`, async (yarnrc, place) => {
    const project = await makeProject({yarnrc});
    onTestFinished(project.remove);

    const {code, stdout, stderr} = await project.yarn([`npm`, `audit-attestations`, `--no-archives`]);
    expect(code).toBe(1);
    expect(stdout + stderr).toContain(place);
  });
});

describe(`yarn config`, () => {
  it.each([yarnVersions[0], yarnVersions.at(-1)!])(`should show the settings with their descriptions in Yarn %s`, async version => {
    const project = await makeProject({yarnrc: {
      npmAttestationPolicies: {'@acme/*': {provenance: `required`}},
      npmAttestationExceptions: [exception],
    }});
    onTestFinished(project.remove);

    const {code, stdout} = await project.yarn([`config`], {version});
    expect(code).toBe(0);

    expect(stdout).toMatch(/npmAttestationPolicies\n.*Description: Package globs and the rules/);
    expect(stdout).toMatch(/@acme\/\*\n/);
    expect(stdout).toContain(`provenance: 'required'`);

    for (const [name, definition] of ownSettings)
      expect(stdout).toContain(`─ ${name}\n│  ├─ Description: ${definition!.description}\n`);

    expect(stdout).toMatch(/npmAttestationExceptions\n.*Description: Array of accepted findings/);
    expect(stdout).toContain(`'finding' => 'provenance-missing'`);
  });
});
