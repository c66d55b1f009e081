import {readFile}                                 from 'node:fs/promises';
import path                                       from 'node:path';
import {describe, expect, it, onTestFinished, vi} from 'vitest';

import {bundlePath}                               from '../support/bundle';
import {makeProject, type ProjectOptions}         from '../support/makeProject';
import {yarnVersions}                             from '../support/yarn';

async function makeDisposableProject(options?: ProjectOptions) {
  const project = await makeProject(options);
  onTestFinished(project.remove);

  return project;
}

function getPluginNames(stdout: string) {
  return stdout.trim().split(`\n`).map(line => JSON.parse(line).name);
}

describe(`Hosts`, () => {
  it.each(yarnVersions)(`should load the plugin in Yarn %s`, async version => {
    const project = await makeDisposableProject();

    expect(await project.yarn([`--version`], {version})).toEqual({code: 0, stdout: `${version}\n`, stderr: ``});

    const {code, stdout} = await project.yarn([`plugin`, `runtime`, `--json`], {version});
    expect(code).toBe(0);
    expect(getPluginNames(stdout)).toContain(`@yarnpkg/plugin-npm-attestations`);
  });

  it.each([`20`, `22`, `24`] as const)(`should load the plugin on Node %s`, async node => {
    const project = await makeDisposableProject();
    await project.install({node});

    const version = await project.yarn([`exec`, `node`, `--version`], {node});
    expect(version.stdout).toMatch(new RegExp(`^v${node}\\.`));

    const {code, stdout} = await project.yarn([`plugin`, `runtime`, `--json`], {node});
    expect(code).toBe(0);
    expect(getPluginNames(stdout)).toContain(`@yarnpkg/plugin-npm-attestations`);
  });

  it(`should be imported by Yarn itself`, async () => {
    const project = await makeDisposableProject({plugin: false});
    const {code} = await project.yarn([`plugin`, `import`, bundlePath]);
    expect(code).toBe(0);

    const {stdout} = await project.yarn([`plugin`, `runtime`, `--json`]);
    expect(getPluginNames(stdout)).toContain(`@yarnpkg/plugin-npm-attestations`);
  });

  it(`should not see the settings of the machine that runs the tests`, async () => {
    vi.stubEnv(`YARN_NPM_REGISTRY_SERVER`, `https://registry.example.org`);
    vi.stubEnv(`HTTPS_PROXY`, `http://proxy.example.org`);
    vi.stubEnv(`npm_config_registry`, `https://registry.example.org`);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });

    const project = await makeDisposableProject();
    await project.install();

    const {stdout: environment} = await project.yarn([`exec`, `node`, `-p`, `JSON.stringify(process.env)`]);
    expect(Object.keys(JSON.parse(environment)).filter(name => /proxy|^npm_config_registry/i.test(name))).toEqual([]);

    const {stdout: registry} = await project.yarn([`config`, `get`, `npmRegistryServer`]);
    expect(registry).not.toContain(`registry.example.org`);
  });

  it(`should install a project of several workspaces`, async () => {
    const project = await makeDisposableProject({
      manifest: {dependencies: {a: `workspace:^`}},
      workspaces: {[`packages/a`]: {name: `a`, version: `1.0.0`}},
    });

    await project.install();
    expect(await readFile(path.join(project.cwd, `yarn.lock`), `utf8`)).toContain(`a@workspace:packages/a`);
  });

  it(`should say why an installation failed`, async () => {
    const project = await makeDisposableProject({manifest: {dependencies: {absent: `file:./absent.tgz`}}});
    await expect(project.install()).rejects.toThrow(`absent.tgz`);
  });
});
