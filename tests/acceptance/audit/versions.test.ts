import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest';

import {attacks}                                                   from '../../lab/demo/attacks';
import {getTrustSettings, makeDemoProject, populate}               from '../../lab/demo/project';
import {startLab}                                                  from '../../lab/lab';
import {runAudit}                                                  from '../../support/auditProject';
import {bundlePath}                                                from '../../support/bundle';
import type {YarnOptions}                                          from '../../support/makeProject';
import {yarnVersions}                                              from '../../support/yarn';

const hosts = [
  ...yarnVersions.map(version => ({version, node: `20` as const})),
  {version: `4.18.1` as const, node: `22` as const},
  {version: `4.18.1` as const, node: `24` as const},
];

let demoLab: Awaited<ReturnType<typeof populate>>;

beforeAll(async () => {
  demoLab = await populate(await startLab());
});

afterAll(async () => {
  await demoLab.lab.stop();
});

describe(`Every host`, () => {
  it.each(hosts)(`should pass what is sound and catch a forged signature, with Yarn $version on Node $node`, async (host: YarnOptions) => {
    const project = await makeDemoProject(demoLab);
    onTestFinished(project.remove);

    const prepare = async (...args: Array<string>) => {
      const {code, stdout, stderr} = await project.yarn(args, host);
      expect(code, `${stdout}${stderr}`).toBe(0);
    };

    await prepare(`plugin`, `import`, bundlePath);
    for (const [setting, value] of Object.entries(getTrustSettings(demoLab)))
      await prepare(`config`, `set`, setting, value);

    await project.install(host);

    const passed = await runAudit(project, host);
    expect(passed.code).toBe(0);
    expect(passed.header).toMatchObject({yarn: host.version, trust: {source: `tuf`}});
    expect(passed.summary!.verdicts).toMatchObject({verified: 2, unverifiable: 1, failed: 0, incomplete: 0});
    expect(passed.packages.get(`attested@npm:1.0.0`)!.provenance).toMatchObject({status: `verified`, sourceRepository: `https://github.com/acme/widgets`});

    const restore = attacks[0]!.tamper(demoLab);
    const failed = await project.yarn([`npm`, `audit-attestations`, `--no-archives`, `--refresh`], host);
    restore();

    expect(failed).toMatchObject({code: 1, stderr: ``});
    expect(failed.stdout).toMatch(/^ {2}signature-invalid \(error\): signed@npm:1\.0\.0$/m);
    expect(failed.stdout).toMatch(/^Failed: 1 error; 1 package verified\.$/m);
  });
});
