import {mkdtempSync, rmSync}                                       from 'node:fs';
import {tmpdir}                                                    from 'node:os';
import path                                                        from 'node:path';
import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest';

import type {AttestOptions}                                        from '../lab/attest';
import {startLab, type Lab}                                        from '../lab/lab';
import {makeTarball}                                               from '../lab/tarball';
import {listArchives}                                              from '../support/cacheArchives';
import {getRefusal, makeGatedProject, type GatedProject}           from '../support/gatedProject';
import type {YarnProject, YarnProjectOptions}                      from '../support/yarnProject';

const repository = `https://github.com/acme/widgets`;
const workflow = `.github/workflows/release.yml`;

const workflowRef = `acme/widgets/${workflow}@refs/tags/v1.0.0`;
const otherWorkflowRef = `acme/widgets/.github/workflows/other.yml@refs/tags/v1.0.0`;

/** What is trusted is 1.0.0, of which 1.1.0 is an upgrade: by the same hands, or different in one respect. */
const upgrades = {
  honest: {claims: {ref: `refs/tags/v1.1.0`}},
  renamed: {claims: {repository: `acme-corp/widgets`}},
  'other-repository': {claims: {repository: `mallory/widgets`, repository_id: `666`, job_workflow_ref: workflowRef}},
  'other-workflow': {claims: {workflow_ref: otherWorkflowRef, job_workflow_ref: workflowRef}},
  'other-signer': {claims: {job_workflow_ref: otherWorkflowRef}},
  'other-trigger': {claims: {event_name: `workflow_dispatch`}},
  'other-forge': {kind: `gitlab`},
  'from-branch': {claims: {ref: `refs/heads/main`}},
  'self-hosted': {claims: {runner_environment: `self-hosted`}},
  'without-provenance': undefined,
} satisfies Record<string, AttestOptions | undefined>;

type Upgrade = keyof typeof upgrades;

const allRules = {
  signature: `required`,
  sourceRepository: repository,
  workflow,
  sourceRef: `refs/tags/*`,
  trigger: `push`,
  runner: `github-hosted`,
  issuer: `https://token.actions.githubusercontent.com`,
  signer: `${repository}/${workflow}@*`,
};

const rules = (policy: Record<string, string>) => ({npmAttestationPolicies: {'@acme/*': policy}});
const downgrade = {npmAttestationSeverities: {'trust-downgrade': `error`}};

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();

  for (const [name, provenance] of Object.entries(upgrades)) {
    lab.registry.add({name: `@acme/${name}`, version: `1.0.0`, provenance: true});
    lab.registry.add({name: `@acme/${name}`, version: `1.1.0`, provenance, ...marking});
  }
});

afterAll(async () => {
  await lab.stop();
});

/** Leaves a mark where its scripts run. */
const marking = {
  manifest: {scripts: {postinstall: `node mark.js`}},
  files: {'mark.js': `require('fs').writeFileSync(require('path').join(process.env.PROJECT_CWD, 'marker'), '')`},
};

const makeProject = (dependencies: Record<string, string>, options?: YarnProjectOptions) => makeGatedProject(lab, dependencies, options);

const listUpgrades = (project: YarnProject, name: string) => [
  ...listArchives(project, name),
  ...listArchives(project, name, `.yarn/global/cache`),
].filter(file => file.includes(`-npm-1.1.0-`));

async function refuseUpgrade(project: GatedProject, name: string, id: string) {
  const {exitCode, stdout} = await project.run(`up`, `${name}@1.1.0`);

  expect(getRefusal(stdout)).toEqual({pkg: `${name}@npm:1.1.0`, ids: [id]});
  expect(exitCode).toBe(1);
  expect(project.hasMarker()).toBe(false);
  expect(listUpgrades(project, name)).toEqual([]);
}

async function acceptUpgrade(project: GatedProject, name: string) {
  const {exitCode, stdout} = await project.run(`up`, `${name}@1.1.0`);

  expect(stdout).not.toContain(`Refused`);
  expect(exitCode).toBe(0);
  expect(project.hasMarker()).toBe(true);
  expect(listUpgrades(project, name)).not.toEqual([]);
}

type Row = [id: string, upgrade: Upgrade, settings: Record<string, unknown>, options?: YarnProjectOptions];

const refused: Array<Row> = [
  [`policy-source-repository`, `other-repository`, rules(allRules)],
  [`policy-workflow`, `other-workflow`, rules(allRules)],
  [`policy-signer`, `other-signer`, rules(allRules)],
  [`policy-trigger`, `other-trigger`, rules(allRules)],
  [`policy-source-ref`, `from-branch`, rules(allRules), {yarn: `4.0.2`}],
  [`policy-runner`, `self-hosted`, rules(allRules)],
  [`policy-issuer`, `other-forge`, rules({issuer: allRules.issuer})],
  [`provenance-missing`, `without-provenance`, rules(allRules)],
  [`trust-downgrade`, `without-provenance`, downgrade],
];

describe(`With the gate on "error"`, () => {
  it.each(refused)(`should refuse %s (%s) until an exception accepts it`, async (finding, upgrade, settings, options) => {
    const name = `@acme/${upgrade}`;
    const project = makeProject({[name]: `1.0.0`}, {...options, settings});

    await project.install();
    await refuseUpgrade(project, name, finding);

    // That the marker appears now is what makes its absence mean something.
    project.set({npmAttestationExceptions: [{package: `${name}@1.1.0`, finding, reason: `Reviewed`, until: `2999-12-31`}]});
    await acceptUpgrade(project, name);
  });

  it.each([
    [`other-repository`, {}],
    [`other-workflow`, {}],
    [`other-forge`, {}],
    [`from-branch`, {}],
    [`without-provenance`, {yarn: `4.0.2`}],
  ] satisfies Array<[Upgrade, YarnProjectOptions]>)(`should refuse a changed identity (%s) until it is accepted`, async (upgrade, options) => {
    const name = `@acme/${upgrade}`;
    const project = makeProject({[name]: `1.0.0`}, options);

    await project.install();
    expect((await project.audit(`--pin`)).exitCode).toBe(0);
    await refuseUpgrade(project, name, `identity-changed`);

    project.set({npmAttestationExceptions: [{package: `@acme/*`, finding: `identity-changed`, reason: `Reviewed`}]});
    await acceptUpgrade(project, name);
  });

  it.each([`honest`, `renamed`] satisfies Array<Upgrade>)(`should let an upgrade pass that breaks nothing (%s)`, async upgrade => {
    const name = `@acme/${upgrade}`;
    const rest = upgrade === `honest` ? rules(allRules) : {};
    const project = makeProject({[name]: `1.0.0`}, {settings: {...rest, ...downgrade}});

    await project.install();
    expect((await project.audit(`--pin`)).exitCode).toBe(0);
    await acceptUpgrade(project, name);
  });

  it(`should not go on with an exception that has ended`, async () => {
    const name = `@acme/self-hosted`;
    const project = makeProject({[name]: `1.0.0`}, {settings: {
      ...rules(allRules),
      npmAttestationExceptions: [{package: name, finding: `policy-runner`, reason: `Reviewed`, until: `2020-12-31`}],
    }});

    await project.install();
    await refuseUpgrade(project, name, `policy-runner`);
  });

  it(`should let nothing in while the pins cannot be read`, async () => {
    const project = makeProject({'@acme/honest': `1.0.0`});
    await project.install();

    project.write(`.yarn/attestations.yml`, `<<<<<<< ours\n"@acme/honest": []\n`);
    const {exitCode, stdout} = await project.run(`up`, `@acme/honest@1.1.0`);

    expect(exitCode).toBe(1);
    expect(stdout).toContain(`attestations.yml`);
    expect(project.hasMarker()).toBe(false);
    expect(listUpgrades(project, `@acme/honest`)).toEqual([]);
  });
});

describe(`Parallel installations that share a global cache`, () => {
  it(`should both end, and both keep the bad one out`, async () => {
    const globalFolder = mkdtempSync(path.join(tmpdir(), `attestations-global-`));
    onTestFinished(() => rmSync(globalFolder, {recursive: true, force: true}));

    const good = Array.from({length: 8}, (_, index) => `shared-${index}`);
    for (const name of good)
      lab.registry.add({name, version: `1.0.0`, provenance: true});

    const bad = lab.registry.add({name: `shared-bad`, version: `1.0.0`});
    const honest = bad.tarball;
    bad.tarball = makeTarball({'package.json': JSON.stringify(bad.manifest), 'evil.js': ``});

    const dependencies = Object.fromEntries([...good, `shared-bad`].map(name => [name, `1.0.0`]));
    const projects = [1, 2].map(() => makeProject(dependencies, {settings: {enableGlobalCache: true, globalFolder}}));

    const list = (name: string) => listArchives({folder: globalFolder} as YarnProject, name, `cache`);
    const installAll = () => Promise.all(projects.map(project => project.run(`install`)));

    for (const {exitCode, stdout} of await installAll()) {
      expect(getRefusal(stdout)).toEqual({pkg: `shared-bad@npm:1.0.0`, ids: [`integrity-mismatch`]});
      expect(exitCode).toBe(1);
    }

    expect(list(`shared-bad`)).toEqual([]);
    for (const name of good)
      expect(list(name)).toHaveLength(1);

    bad.tarball = honest;
    expect(await installAll()).toMatchObject([{exitCode: 0}, {exitCode: 0}]);
    expect(list(`shared-bad`)).toHaveLength(1);
  });
});

describe(`dlx`, () => {
  const tool = {manifest: {bin: `cli.js`}, files: {'cli.js': `#!/usr/bin/env node\nconsole.log('the tool ran')`}};

  it(`should keep to the pins of the project that it was started from`, async () => {
    lab.registry.add({name: `pinned-tool`, version: `1.0.0`, provenance: true, ...tool});
    lab.registry.add({name: `pinned-tool`, version: `1.1.0`, provenance: upgrades[`other-repository`], ...tool});

    const project = makeProject({});
    project.write(`.yarn/attestations.yml`, `"pinned-tool":\n  - range: "*"\n    sourceRepository: "${repository}"\n    sourceRepositoryId: "4711"\n`);

    expect(await project.run(`dlx`, `pinned-tool@1.0.0`)).toMatchObject({exitCode: 0, stdout: expect.stringContaining(`the tool ran`)});

    const {exitCode, stdout} = await project.run(`dlx`, `pinned-tool@1.1.0`);
    expect(getRefusal(stdout)).toEqual({pkg: `pinned-tool@npm:1.1.0`, ids: [`identity-changed`]});
    expect(exitCode).toBe(1);
    expect(stdout).not.toContain(`the tool ran`);
  });

  it(`should not do without the project that it was started from`, async () => {
    lab.registry.add({name: `stray-tool`, version: `1.0.0`, ...tool});
    const project = makeProject({});

    // A plugin that puts Yarn's own command back.
    project.addPlugin(`restore.cjs`, `
      module.exports = {name: 'plugin-restore', factory: require => {
        const plugin = require('@yarnpkg/plugin-dlx').default;
        plugin.commands = plugin.commands.map(Command => Command.paths.some(([word, ...rest]) => word === 'dlx' && rest.length === 0) ? Object.getPrototypeOf(Command) : Command);
        return {};
      }};
    `);

    const {exitCode, stdout} = await project.run(`dlx`, `stray-tool`);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`The project that this was started from cannot be found`);
    expect(stdout).not.toContain(`the tool ran`);
  });
});
