import {afterAll, beforeAll, describe, expect, it}                        from 'vitest';

import {startLab, type Lab}                                               from '../lab/lab';
import type {LabPackage}                                                  from '../lab/registry';
import {NpmProject, type NpmAudit}                                        from '../support/npmProject';
import {startVerdictLab, verdictCases, type NpmVerdict, type VerdictCase} from '../support/verdictCases';
import {YarnProject}                                                      from '../support/yarnProject';

const toId = ({name, version}: {name: string, version: string}) => `${name}@${version}`;

// npm judges packages one by one, but for some defects it gives up at once:
// these are each in a project of their own.
const isJudged = ({npm}: VerdictCase) => [`verified`, `missing`, `invalid`].includes(npm);
const judged = verdictCases.filter(isJudged);
const stopping = verdictCases.filter(testCase => !isJudged(testCase));

let lab: Lab;
let packages: Map<VerdictCase, LabPackage>;

beforeAll(async () => {
  lab = await startVerdictLab();
  packages = new Map(verdictCases.map(testCase => [testCase, testCase.make(lab, testCase.name)]));
});

afterAll(async () => {
  await lab.stop();
});

async function audit(cases: Array<VerdictCase>): Promise<NpmAudit> {
  const project = new NpmProject(lab, Object.fromEntries(cases.map(({name}) => [name, `1.0.0`])));

  try {
    await project.install();

    const locked = project.readLockfile();
    for (const testCase of cases)
      expect(locked.get(toId(packages.get(testCase)!))).toBe(packages.get(testCase)!.integrity);

    return await project.auditSignatures();
  } finally {
    project.remove();
  }
}

function getVerdict({missing, invalid, stoppedBy}: NpmAudit, id: string): NpmVerdict {
  if (stoppedBy !== null)
    return stoppedBy;

  return missing.includes(id) ? `missing` : invalid.has(id) ? `invalid` : `verified`;
}

describe(`stock npm, auditing the lab`, () => {
  let result: NpmAudit;

  beforeAll(async () => {
    result = await audit(judged);
  });

  it.each(judged)(`says $npm of $name`, testCase => {
    const published = packages.get(testCase)!;
    const verdict = getVerdict(result, toId(published));

    expect(verdict, `npm and the lab disagree about ${testCase.name}:\n${result.output}`).toBe(testCase.npm);

    if (result.attested) {
      expect(result.attested.includes(toId(published))).toBe(testCase.npm === `verified` && published.attestations.length > 0);
    }
  });

  it(`has read the attestations of all packages that have some`, () => {
    const asked = lab.registry.server.requests.map(({path}) => path);
    const expected = judged.filter(testCase => packages.get(testCase)!.attestations.length > 0).map(testCase => `/-/npm/v1/attestations/${toId(packages.get(testCase)!)}`);

    expect(expected.length).toBeGreaterThan(0);
    expect(asked).toEqual(expect.arrayContaining(expected));
  });

  it(`counts no package that was not asked for`, () => {
    expect(result.missing.length + result.invalid.size).toBe(judged.filter(({npm}) => npm !== `verified`).length);
    expect(result.exitCode).toBe(1);
  });

  it.each(stopping)(`gives up with $npm at $name`, async testCase => {
    const {stoppedBy, output} = await audit([testCase]);
    expect(stoppedBy, `npm and the lab disagree about ${testCase.name}:\n${output}`).toBe(testCase.npm);
  });

  it(`takes the keys from the lab's TUF repository`, async () => {
    const stranger = await startLab();
    const testCase = verdictCases[0]!;
    lab.vouch(lab.registry, stranger.registry.keys);

    try {
      expect(getVerdict(await audit([testCase]), toId(packages.get(testCase)!))).toBe(`EMISSINGSIGNATUREKEY`);
    } finally {
      lab.vouch(lab.registry);
      await stranger.stop();
    }
  });
});

describe(`the plugin, auditing the same packages`, () => {
  let records: Map<string, any>;

  beforeAll(async () => {
    const project = new YarnProject(lab, {dependencies: Object.fromEntries(verdictCases.map(({name}) => [name, `1.0.0`]))});

    try {
      await project.install();
      const audit = await project.audit();
      records = new Map(audit.records.filter(({type}) => type === `package`).map(record => [record.name, record]));
    } finally {
      project.remove();
    }
  });

  it.each(verdictCases)(`calls $name $plugin.verdict`, ({name, plugin, npm, difference}) => {
    const {verdict, findings} = records.get(name);

    expect(verdict, `The plugin and the lab disagree about ${name} (npm: ${npm}${difference ? `, ${difference}` : ``}):\n${JSON.stringify(findings, null, 2)}`).toBe(plugin.verdict);
    expect(findings.map(({id}: any) => id)).toEqual(expect.arrayContaining(plugin.findings));
  });
});

describe(`the table`, () => {
  it.each(verdictCases)(`gives a reason where npm and the plugin differ about $name`, ({npm, plugin, difference}) => {
    expect(difference !== undefined).toBe((npm === `verified`) !== (plugin.verdict === `verified`));
  });
});
