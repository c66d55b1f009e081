import {mkdir, writeFile}                                          from 'node:fs/promises';
import path                                                        from 'node:path';
import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest';

import {startLab, type Lab}                                        from '../../lab/lab';
import {makeAuditProject, runAudit}                                from '../../support/auditProject';
import {snapshotTree}                                              from '../../support/snapshotTree';

const version = `1.0.0`;

type BadInput = {
  args?: Array<string>;
  yarnrc?: Record<string, unknown>;
  files?: Record<string, string>;
  env?: Record<string, string>;
  /** Below the project. */
  cwd?: string;
  /** What the error has to name. */
  named: Array<string>;
};

const cases: Record<string, BadInput> = {
  'an empty lockfile': {files: {'yarn.lock': ``}, named: [`project/yarn.lock`, `yarn install`]},
  'a lockfile that is no YAML': {files: {'yarn.lock': `"a@npm:1.0.0: {\n`}, named: [`project/yarn.lock`]},
  'a lockfile with merge conflicts': {files: {'yarn.lock': `<<<<<<< HEAD\n__metadata:\n  version: 8\n=======\n__metadata:\n  version: 9\n>>>>>>> other\n`}, named: [`project/yarn.lock`, `conflict`]},
  'a lockfile of Yarn 1': {files: {'yarn.lock': `# yarn lockfile v1\n\n\na@^1.0.0:\n  version "1.0.0"\n`}, named: [`project/yarn.lock`]},
  'a lockfile of Yarn 3': {files: {'yarn.lock': `__metadata:\n  version: 6\n  cacheKey: 8\n`}, named: [`project/yarn.lock`, `Yarn 3`]},
  'a lockfile without the dependencies of the manifest': {files: {'yarn.lock': `__metadata:\n  version: 8\n  cacheKey: 10c0\n`}, named: [`project/yarn.lock`, `yarn install`]},
  'a folder that is no workspace': {files: {'stray/package.json': `{"name": "stray"}`}, cwd: `stray`, named: [`project`, `stray`]},

  'an unknown environment': {args: [`--environment`, `staging`], named: [`--environment`, `staging`]},
  'contradicting options': {args: [`--offline`, `--refresh`], named: [`--offline`, `--refresh`]},
  'an unknown workspace': {args: [`--workspace`, `nobody-*`], named: [`nobody-*`]},
  'a pattern that matches nothing': {args: [`a`, `absent`], named: [`absent`]},
  'a pattern whose range matches nothing': {args: [`a@^2.0.0`], named: [`a@^2.0.0`]},
  'a pattern whose range is none': {args: [`a@one`], named: [`a@one`]},
  'options that select nothing': {args: [`--environment`, `development`], named: [`--environment development`]},

  'a TUF root that does not exist': {yarnrc: {npmSigstoreTufRoot: `./absent.json`}, named: [`npmSigstoreTufRoot`, `project/absent.json`]},
  'a TUF root that is no JSON': {yarnrc: {npmSigstoreTufRoot: `./bad.json`}, files: {'bad.json': `{`}, named: [`npmSigstoreTufRoot`, `project/bad.json`]},
  'a TUF root that is none': {yarnrc: {npmSigstoreTufRoot: `./bad.json`}, files: {'bad.json': `{"signed": {"_type": "root"}}`}, named: [`npmSigstoreTufRoot`, `project/bad.json`]},
  'a TUF mirror that is no URL': {yarnrc: {npmSigstoreTufMirror: `tuf.example.org`}, named: [`npmSigstoreTufMirror`, `tuf.example.org`]},
  'a trusted root that does not exist': {yarnrc: {npmSigstoreTrustedRoot: `./absent.json`}, named: [`npmSigstoreTrustedRoot`, `project/absent.json`]},
  'a trusted root that is a folder': {yarnrc: {npmSigstoreTrustedRoot: `./folder`}, files: {'folder/file': ``}, named: [`npmSigstoreTrustedRoot`, `project/folder`]},
  'a trusted root that is none': {yarnrc: {npmSigstoreTrustedRoot: `./bad.json`}, files: {'bad.json': `[]`}, named: [`npmSigstoreTrustedRoot`, `project/bad.json`]},
  'a trusted root by the environment': {env: {YARN_NPM_SIGSTORE_TRUSTED_ROOT: `./absent.json`}, named: [`npmSigstoreTrustedRoot`, `project/absent.json`]},
  'keys that do not exist': {yarnrc: {npmSigstoreRegistryKeys: {'https://registry.example.org': `./absent.json`}}, named: [`npmSigstoreRegistryKeys`, `https://registry.example.org`, `project/absent.json`]},
  'keys that are none': {yarnrc: {npmSigstoreRegistryKeys: {'https://registry.example.org': `./bad.json`}}, files: {'bad.json': `{"keys": [{"keyid": 1}]}`}, named: [`npmSigstoreRegistryKeys`, `https://registry.example.org`, `project/bad.json`]},
  'an empty list of keys': {yarnrc: {npmSigstoreRegistryKeys: {'https://registry.example.org': `./bad.json`}}, files: {'bad.json': `{"keys": []}`}, named: [`npmSigstoreRegistryKeys`, `project/bad.json`, `empty`]},
  'keys of no registry': {yarnrc: {npmSigstoreRegistryKeys: {nowhere: `./bad.json`}}, files: {'bad.json': `{"keys": []}`}, named: [`npmSigstoreRegistryKeys`, `nowhere`]},

  'a severity of an unknown finding': {yarnrc: {npmAttestationSeverities: {'signature-mising': `off`}}, named: [`npmAttestationSeverities`, `signature-mising`, `signature-missing`]},
  'an unknown severity': {yarnrc: {npmAttestationSeverities: {'signature-missing': `fatal`}}, named: [`npmAttestationSeverities`, `signature-missing`, `fatal`]},
};

/** Yarn itself refuses these, before there is a command: in its own words, also under --json. */
const casesOfYarn: Record<string, BadInput> = {
  'severities that are no map': {yarnrc: {npmAttestationSeverities: [`off`]}, named: [`npmAttestationSeverities`, `project/.yarnrc.yml`]},
  'a path that is none': {yarnrc: {npmSigstoreTrustedRoot: {path: `a`}}, named: [`npmSigstoreTrustedRoot`, `project/.yarnrc.yml`]},
  'an excluded package that is no text': {yarnrc: {npmAuditAttestationsExcludePackages: [{name: `a`}]}, named: [`npmAuditAttestationsExcludePackages`, `project/.yarnrc.yml`]},
};

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
  lab.registry.add({name: `a`, version});
});

afterAll(() => lab.stop());

async function makeCase({yarnrc, files, cwd = `.`, env, args = []}: BadInput) {
  const project = await makeAuditProject(lab, {dependencies: {a: version}, yarnrc, files});
  onTestFinished(project.remove);

  const before = await snapshotTree(project.cwd);
  const options = {env, cwd: path.join(project.cwd, cwd)};

  return {
    runJson: () => runAudit(project, {...options, args}),
    runText: () => project.yarn([`npm`, `audit-attestations`, ...args], options),
    expectNothingWritten: async () => {
      expect(await snapshotTree(project.cwd)).toEqual(before);
    },
  };
}

function expectNamed(text: string, named: Array<string>) {
  for (const part of named) {
    expect(text).toContain(part);
  }
}

describe(`Bad input`, () => {
  it.each(Object.entries(cases))(`should be refused, and named: %s`, async (_, badInput) => {
    const {runJson, expectNothingWritten} = await makeCase(badInput);
    const {code, errors, summary, packages, stdout} = await runJson();

    expect(code).toBe(1);
    expect(errors, stdout).toHaveLength(1);
    expectNamed(errors[0]!, badInput.named);
    expect({summary, packages: [...packages]}).toEqual({summary: null, packages: []});
    await expectNothingWritten();
  });

  // All go the same ways: one of each.
  it.each([
    `a lockfile with merge conflicts`,
    `an unknown environment`,
    `a pattern that matches nothing`,
    `a trusted root that does not exist`,
    `an unknown severity`,
  ])(`should be told to people in one line: %s`, async name => {
    const {runText, expectNothingWritten} = await makeCase(cases[name]!);
    const {code, stdout, stderr} = await runText();

    expect({code, stderr}).toEqual({code: 1, stderr: ``});
    expect(stdout.trimEnd().split(`\n`)).toHaveLength(1);
    expectNamed(stdout, cases[name]!.named);
    await expectNothingWritten();
  });

  it.each(Object.entries(casesOfYarn))(`should be refused by Yarn itself, and named: %s`, async (_, badInput) => {
    const {runText, expectNothingWritten} = await makeCase(badInput);

    const {code, stdout} = await runText();
    expect(code).toBe(1);
    expectNamed(stdout, badInput.named);
    await expectNothingWritten();
  });

  it(`should be said where there is no project at all`, async () => {
    const project = await makeAuditProject(lab, {dependencies: {a: version}});
    onTestFinished(project.remove);

    const folder = path.join(path.dirname(project.cwd), `empty`);
    await mkdir(folder);
    await writeFile(path.join(folder, `.yarnrc.yml`), `plugins:\n  - path: ../project/.yarn/plugins/@yarnpkg/plugin-npm-attestations.cjs\n    spec: "@yarnpkg/plugin-npm-attestations"\n`);

    const {code, errors} = await runAudit(project, {cwd: folder});
    expect(code).toBe(1);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(folder);
  });
});
