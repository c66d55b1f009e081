import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest';

import {startLab, type Lab}                                        from '../../lab/lab';
import {makeAuditProject, type AuditProject}                       from '../../support/auditProject';
import type {LockfileEntry}                                        from '../../support/lockfile';
import {makeProject}                                               from '../../support/makeProject';

const version = `1.0.0`;

let lab: Lab;
let project: AuditProject;

function entry(name: string, entryVersion: string, dependencies: Record<string, string> = {}): [string, LockfileEntry] {
  return [`${name}@npm:${entryVersion}`, {version: entryVersion, resolution: `${name}@npm:${entryVersion}`, dependencies: toRanges(dependencies)}];
}

function workspace(name: string, folder: string, dependencies: Record<string, string>): [string, LockfileEntry] {
  return [`${name}@workspace:${folder}`, {version: `0.0.0-use.local`, resolution: `${name}@workspace:${folder}`, dependencies: toRanges(dependencies), linkType: `soft`}];
}

const toRanges = (dependencies: Record<string, string>) => Object.fromEntries(Object.entries(dependencies).map(([name, range]) => [name, range.includes(`:`) ? range : `npm:${range}`]));

// app: @s/server (needs @s/core), test-tool (for development); library: @s/core 2, local.
const packages: Array<[string, string, Record<string, string>?]> = [
  [`@s/core`, `1.0.0`],
  [`@s/core`, `2.0.0`],
  [`@s/server`, version, {'@s/core': `1.0.0`}],
  [`assert-all`, version],
  [`test-tool`, version, {'assert-all': version}],
];

const locators = {
  core1: `@s/core@npm:1.0.0`,
  core2: `@s/core@npm:2.0.0`,
  server: `@s/server@npm:1.0.0`,
  assertAll: `assert-all@npm:1.0.0`,
  testTool: `test-tool@npm:1.0.0`,
};

const all = Object.values(locators);

beforeAll(async () => {
  lab = await startLab();
  for (const [name, packageVersion, dependencies] of packages)
    lab.registry.add({name, version: packageVersion, manifest: {dependencies}, provenance: name === `@s/server` ? true : undefined});

  const app = {dependencies: {'@s/server': version}, devDependencies: {'test-tool': version}};
  const library = {dependencies: {'@s/core': `2.0.0`}};

  project = await makeAuditProject(lab, {
    workspaces: {
      [`packages/app`]: {name: `app`, ...app},
      [`packages/library`]: {name: `@local/library`, ...library},
    },
    lockfile: Object.fromEntries([
      ...packages.map(([name, packageVersion, dependencies]) => entry(name, packageVersion, dependencies)),
      workspace(`app`, `packages/app`, {...app.dependencies, ...app.devDependencies}),
      workspace(`@local/library`, `packages/library`, library.dependencies),
    ]),
  });
});

afterAll(async () => {
  await project.remove();
  await lab.stop();
});

describe(`The selection`, () => {
  it.each([
    [[], all],
    [[`-AR`], all],
    [[`--all`, `--recursive`], all],
    [[`@s/core`], [locators.core1, locators.core2]],
    [[`@s/core@^1.0.0`], [locators.core1]],
    [[`test-*`, `@s/server`], [locators.server, locators.testTool]],
    [[`-W`, `app`], [locators.core1, locators.server, locators.assertAll, locators.testTool]],
    [[`--workspace`, `packages/library`], [locators.core2]],
    [[`--workspace`, `@local/*`, `--workspace`, `app`], all],
    [[`--direct`], [locators.core2, locators.server, locators.testTool]],
    [[`--environment`, `production`], [locators.core1, locators.core2, locators.server]],
    [[`--environment`, `development`], [locators.assertAll, locators.testTool]],
    [[`@s/*`, `--workspace`, `app`, `--environment`, `production`, `--direct`], [locators.server]],
  ])(`should be what the options say, and everything else be counted: %j`, async (args, selected) => {
    const {code, packages, summary} = await project.audit({args});

    expect(code).toBe(0);
    expect([...packages.keys()]).toEqual(selected);
    expect(summary).toMatchObject({packages: selected.length, outOfScope: all.length - selected.length, verdicts: {verified: selected.length}});
  });

  it(`should count what is excluded, by options and by settings, and ask nothing of it`, async () => {
    lab.registry.server.forgetRequests();
    const {code, packages, summary} = await project.audit({
      args: [`--refresh`, `--exclude`, `@s/core`, `--exclude`, `test-*`],
      env: {YARN_NPM_AUDIT_ATTESTATIONS_EXCLUDE_PACKAGES: `assert-*`},
    });

    expect(code).toBe(0);
    expect(summary).toMatchObject({packages: 5, outOfScope: 0, verdicts: {verified: 1, excluded: 4}});
    expect(Array.from(packages.values(), ({verdict}) => verdict)).toEqual([`excluded`, `excluded`, `verified`, `excluded`, `excluded`]);
    expect(lab.registry.server.requests.map(({path}) => path)).toEqual([`/@s/server/1.0.0`, `/-/npm/v1/attestations/@s/server@1.0.0`]);
  });

  it(`should not pass with everything excluded`, async () => {
    const {code, findings, summary} = await project.audit({args: [`--exclude`, `*`]});

    expect(code).toBe(1);
    expect(findings.map(({id}) => id)).toEqual([`nothing-verified`]);
    expect(summary!.verdicts.excluded).toBe(5);
  });

  it(`should be in the header`, async () => {
    const {header} = await project.audit({args: [`@s/*`, `--workspace`, `app`, `--direct`, `--environment`, `production`, `--exclude`, `@s/core`]});
    expect(header!.scope).toEqual({patterns: [`@s/*`], workspaces: [`app`], direct: true, environment: `production`, exclude: [`@s/core`], offline: false, refresh: false, strict: false, archives: false});
  });

  it(`should be in the header with what is looked at and believed`, async () => {
    const {header} = await project.audit({args: [`--archives`, `--refresh`, `--strict`]});
    expect(header!.scope).toEqual({patterns: [], workspaces: [], direct: false, environment: `all`, exclude: [], offline: false, refresh: true, strict: true, archives: true});
  });
});

describe(`What is shown`, () => {
  it(`should be problems alone, and every package with its source under --verbose`, async () => {
    const quiet = await project.yarn([`npm`, `audit-attestations`, `--no-archives`]);
    expect(quiet).toMatchObject({code: 0, stderr: ``});
    expect(quiet.stdout).not.toContain(locators.server);
    expect(quiet.stdout).toMatch(/^Passed: 5 packages verified\.$/m);

    const verbose = await project.yarn([`npm`, `audit-attestations`, `--no-archives`, `--verbose`]);
    for (const locator of all)
      expect(verbose.stdout).toContain(locator);
    expect(verbose.stdout).toContain(`https://github.com/acme/widgets/commit/0123456789abcdef0123456789abcdef01234567`);
  });

  it(`should hold the bundles with --include-attestations`, async () => {
    const {packages} = await project.audit({args: [`--include-attestations`]});
    expect(packages.get(locators.server)!.bundles).toHaveLength(2);
    expect(packages.get(locators.core1)!.bundles).toBeUndefined();
  });
});

describe(`The words of other package managers`, () => {
  it(`should do the same: yarn npm audit signatures`, async () => {
    const result = await project.yarn([`npm`, `audit`, `signatures`, `--no-archives`, `@s/core`]);
    const own = await project.yarn([`npm`, `audit-attestations`, `--no-archives`, `@s/core`]);

    expect(result).toEqual(own);
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/^Passed: 2 packages verified\.$/m);
  });

  it(`should leave plain yarn npm audit alone`, async () => {
    const installed = await makeProject({manifest: {dependencies: {'@s/server': version}}, yarnrc: {npmRegistryServer: lab.registry.url}});
    onTestFinished(installed.remove);
    await installed.install();

    lab.registry.override(`/-/npm/v1/security/*`, {body: {}});
    const result = await installed.yarn([`npm`, `audit`, `-AR`]);

    expect(result.code, result.stdout).toBe(0);
    expect(result.stdout).toContain(`No audit suggestions`);
    expect(lab.registry.server.requests.map(({path}) => path)).toContainEqual(expect.stringMatching(/^\/-\/npm\/v1\/security\//));
  });
});
