import {copyFileSync, readFileSync}                                from 'node:fs';
import path                                                        from 'node:path';
import {gzipSync}                                                  from 'node:zlib';
import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest';

import {startLab, type Lab}                                        from '../lab/lab';
import {makeTarball}                                               from '../lab/tarball';
import {listArchives}                                              from '../support/cacheArchives';
import {makeGatedProject}                                          from '../support/gatedProject';
import {makeTar}                                                   from '../support/hostileTarball';
import type {YarnProjectOptions}                                   from '../support/yarnProject';
import {yarnVersions}                                              from '../support/yarn';

const version = `1.0.0`;

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});

afterAll(async () => {
  await lab.stop();
});

const makeProject = (dependencies: Record<string, string>, options?: YarnProjectOptions) => makeGatedProject(lab, dependencies, options);

/** A package whose install script leaves a mark in the project's folder; `replace` puts another tarball under its name. */
function addMarking(name: string) {
  const manifest = {scripts: {postinstall: `node mark.js`}};
  const published = lab.registry.add({name, version, manifest, files: {'mark.js': ``}});
  const honest = published.tarball;

  const evil = makeTarball({
    'package.json': JSON.stringify({name, version, ...manifest}),
    'mark.js': `require('fs').writeFileSync(require('path').join(process.env.PROJECT_CWD, 'marker'), '')`,
  });

  return {
    tamper: () => {
      published.tarball = evil;
    },
    restore: () => {
      published.tarball = honest;
    },
  };
}

describe(`The gate`, () => {
  it(`should ask for evidence while the tarball is on its way`, async () => {
    const name = `slow-tarball`;
    lab.registry.add({name, version, provenance: true});

    // A gate that waited for the tarball would wait until the request times out.
    const asked = new Promise<null>(resolve => lab.registry.override(`/-/npm/v1/attestations/${name}@${version}`, () => (resolve(null), null)));
    lab.registry.override(`/${name}/-/${name}-${version}.tgz`, () => asked);

    const {exitCode, stdout} = await makeProject({[name]: version}, {settings: {httpTimeout: 5000, httpRetry: 0}}).run(`install`);
    expect(exitCode, stdout).toBe(0);
  });

  it.each(yarnVersions)(`should keep a replaced tarball out of everything in Yarn %s`, async yarn => {
    const name = `tampered-${yarn.replaceAll(`.`, `-`)}`;
    const bystander = `honest-${yarn.replaceAll(`.`, `-`)}`;
    lab.registry.add({name: bystander, version, provenance: true});

    const {tamper, restore} = addMarking(name);
    tamper();

    const project = makeProject({[name]: version, [bystander]: version}, {yarn});
    const refused = await project.run(`install`);

    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain(`integrity-mismatch`);
    expect(project.hasMarker()).toBe(false);
    expect(listArchives(project, name)).toEqual([]);
    expect(listArchives(project, name, `.yarn/global/cache`)).toEqual([]);

    restore();
    await project.install();
    expect(listArchives(project, name)).toHaveLength(1);
    expect(listArchives(project, bystander)).toHaveLength(1);
  });

  it.each([`pnp`, `pnpm`, `node-modules`])(`should come before linking and scripts (%s)`, async nodeLinker => {
    const name = `marking-${nodeLinker}`;
    const {tamper} = addMarking(name);
    tamper();

    const guarded = makeProject({[name]: version}, {settings: {nodeLinker}});
    expect((await guarded.run(`install`)).exitCode).toBe(1);
    expect(guarded.hasMarker()).toBe(false);

    // Otherwise the marker would prove nothing.
    const unguarded = makeProject({[name]: version}, {settings: {nodeLinker, npmAttestationGate: `off`}});
    expect((await unguarded.run(`install`)).exitCode).toBe(0);
    expect(unguarded.hasMarker()).toBe(true);
  });

  it(`should refuse what has no signature`, async () => {
    lab.registry.add({name: `unsigned`, version, signedBy: []});
    const project = makeProject({unsigned: version});

    expect(await project.run(`install`)).toMatchObject({exitCode: 1, stdout: expect.stringContaining(`signature-missing`)});
  });

  it(`should refuse a scoped package, of which Yarn knows two spellings`, async () => {
    addMarking(`@scope/tampered`).tamper();
    const project = makeProject({'@scope/tampered': version});

    expect(await project.run(`install`)).toMatchObject({exitCode: 1, stdout: expect.stringContaining(`integrity-mismatch`)});
    expect(listArchives(project, `@scope/tampered`)).toEqual([]);
  });

  it(`should not take the bytes of one package for another's`, async () => {
    const good = lab.registry.add({name: `good`, version});
    lab.registry.add({name: `alike`, version});
    lab.registry.override(`/shared.tgz`, {body: good.tarball});
    for (const name of [`good`, `alike`]) {
      lab.registry.tamper(name, version, document => {
        document.dist.tarball = `${lab.registry.url}/shared.tgz`;
      });
    }

    // Yarn asks for the URL once.
    const project = makeProject({good: version, alike: version});
    expect(await project.run(`install`)).toMatchObject({exitCode: 1, stdout: expect.stringMatching(/alike@.*integrity-mismatch/)});
    expect(listArchives(project, `good`)).toHaveLength(1);
    expect(listArchives(project, `alike`)).toEqual([]);
  });

  it(`should report at the end and go on with "warn"`, async () => {
    const {tamper} = addMarking(`warned`);
    tamper();
    const project = makeProject({warned: version}, {settings: {npmAttestationGate: `warn`}});
    const {exitCode, stdout} = await project.run(`install`);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Link step[^]*warned@npm:1\.0\.0[^]*integrity-mismatch/);
    expect(listArchives(project, `warned`)).toHaveLength(1);
  });

  it.each([
    [`add`, [`add`, `added@1.0.0`]],
    [`up`, [`up`, `older@1.0.1`]],
  ])(`should guard %s`, async (_, args) => {
    lab.registry.add({name: `older`, version});
    lab.registry.add({name: `older`, version: `1.0.1`, signedBy: []});
    lab.registry.add({name: `added`, version, signedBy: []});

    const project = makeProject({older: version});
    await project.install();
    expect(await project.run(...args)).toMatchObject({exitCode: 1, stdout: expect.stringContaining(`signature-missing`)});
  });

  it(`should guard dlx with the settings of the project that it was started from`, async () => {
    const files = {'cli.js': `#!/usr/bin/env node\nconsole.log('ran')`};
    lab.registry.add({name: `tool`, version, manifest: {bin: `cli.js`}, files});
    lab.registry.add({name: `unsigned-tool`, version, manifest: {bin: `cli.js`}, files, signedBy: []});

    const project = makeProject({}, {settings: {npmSigstoreTufRoot: `./root.json`}});
    copyFileSync(project.files.tufRoot, path.join(project.folder, `root.json`));

    expect(await project.run(`dlx`, `tool`)).toMatchObject({exitCode: 0, stdout: expect.stringContaining(`ran`)});

    const refused = await project.run(`dlx`, `unsigned-tool`);
    expect(refused).toMatchObject({exitCode: 1, stdout: expect.stringContaining(`signature-missing`)});
    expect(refused.stdout).not.toContain(`ran`);
  });

  it(`should refuse what cannot be checked, and say how to go on`, async () => {
    lab.registry.add({name: `unreachable`, version});
    onTestFinished(lab.registry.override(`/unreachable/1.0.0`, {status: 503}));
    const project = makeProject({unreachable: version});
    const {exitCode, stdout} = await project.run(`install`);

    expect(exitCode).toBe(1);
    expect(stdout).toContain(`registry-unreachable`);
    expect(stdout).toContain(`set npmAttestationGate to warn`);
  });

  it(`should obey the severities`, async () => {
    lab.registry.add({name: `tolerated`, version, signedBy: []});
    const project = makeProject({tolerated: version}, {settings: {npmAttestationSeverities: {'signature-missing': `warning`}}});

    expect((await project.run(`install`)).exitCode).toBe(0);
  });

  it(`should not ask about packages of the cache, nor need the network for them`, async () => {
    lab.registry.add({name: `cached`, version});
    const project = makeProject({cached: version});
    await project.install();

    lab.registry.server.forgetRequests();
    expect((await project.run(`install`, `--immutable`, `--immutable-cache`)).exitCode).toBe(0);
    expect(lab.registry.server.requests).toEqual([]);
  });

  it(`should find out once that a registry has nothing to offer`, async () => {
    const registry = await lab.addRegistry({keys: []});
    const names = Array.from({length: 10}, (_, index) => `plain-${index}`);
    for (const name of names)
      registry.add({name, version});

    const project = makeProject(Object.fromEntries(names.map(name => [name, version])), {settings: {npmRegistryServer: registry.url}});
    expect((await project.run(`install`)).exitCode).toBe(0);

    const asked = registry.server.requests.map(({path}) => path).filter(path => path.endsWith(`/-/npm/v1/keys`) || /plain-\d\/1\.0\.0$/.test(path));
    expect(asked).toHaveLength(2);
  });

  it(`should ask nobody for evidence in offline mode`, async () => {
    lab.registry.add({name: `not-asked`, version});
    const first = makeProject({'not-asked': version}, {settings: {npmAttestationGate: `off`}});
    await first.install();

    const project = makeProject({'not-asked': version}, {settings: {enableOfflineMode: true, npmSigstoreTrustedRoot: first.files.trustedRoot}});
    copyFileSync(path.join(first.folder, `yarn.lock`), path.join(project.folder, `yarn.lock`));

    lab.registry.server.forgetRequests();
    lab.tufServer.forgetRequests();
    expect(await project.run(`install`)).toMatchObject({exitCode: 1, stdout: expect.stringContaining(`registry-unreachable`)});
    expect(lab.registry.server.requests.filter(({path}) => !path.endsWith(`.tgz`))).toEqual([]);
    expect(lab.tufServer.requests).toEqual([]);
  });

  it(`should refuse npm bytes of which nobody knows the package`, async () => {
    lab.registry.add({name: `stray`, version});
    const project = makeProject({});
    project.write(`stray.cjs`, `
      module.exports = {name: 'plugin-stray', factory: require => {
        const {Command} = require('clipanion');
        const {Configuration} = require('@yarnpkg/core');
        const {npmHttpUtils} = require('@yarnpkg/plugin-npm');
        return {commands: [class extends Command {
          static paths = [['stray']];
          async execute() {
            const configuration = await Configuration.find(this.context.cwd, this.context.plugins);
            await npmHttpUtils.get('/stray/-/stray-1.0.0.tgz', {configuration, registry: configuration.get('npmRegistryServer')});
          }
        }]};
      }};
    `);

    const rc = JSON.parse(readFileSync(path.join(project.folder, `.yarnrc.yml`), `utf8`));
    project.write(`.yarnrc.yml`, {...rc, plugins: [...rc.plugins, `./stray.cjs`]});
    expect(await project.run(`stray`)).toMatchObject({exitCode: 1, stdout: expect.stringContaining(`nobody said of which package`)});

    project.write(`.yarnrc.yml`, {...rc, npmAttestationGate: `off`, plugins: [...rc.plugins, `./stray.cjs`]});
    expect((await project.run(`stray`)).exitCode).toBe(0);
  });

  it.each([
    [`compressed`, gzipSync],
    [`not compressed`, (tar: Buffer) => tar],
  ])(`should refuse a tarball that a dependency names by its URL on a registry: %s`, async (_, pack) => {
    const published = lab.registry.add({name: `by-url`, version});
    published.tarball = pack(makeTar([{path: `package/package.json`, content: `{"name": "by-url", "version": "1.0.0"}`}]));

    const project = makeProject({'by-url': `${lab.registry.url}/by-url/-/by-url-1.0.0.tgz`});
    expect(await project.run(`install`)).toMatchObject({exitCode: 1, stdout: expect.stringContaining(`nobody said of which package`)});
  });

  it(`should refuse to work where something else downloads npm packages`, async () => {
    lab.registry.add({name: `hijacked`, version});
    const project = makeProject({hijacked: version});
    project.write(`hijack.cjs`, `
      module.exports = {name: 'plugin-hijack', factory: require => {
        const plugin = require('@yarnpkg/plugin-npm').default;
        plugin.fetchers = plugin.fetchers.map(Fetcher => Object.getPrototypeOf(Fetcher));
        return {};
      }};
    `);

    const rc = JSON.parse(readFileSync(path.join(project.folder, `.yarnrc.yml`), `utf8`));
    project.write(`.yarnrc.yml`, {...rc, plugins: [...rc.plugins, `./hijack.cjs`]});
    expect(await project.run(`install`)).toMatchObject({exitCode: 1, stdout: expect.stringContaining(`npmAttestationGate can't be kept`)});
  });

  it(`should name a value that it does not know`, async () => {
    const project = makeProject({}, {settings: {npmAttestationGate: `eror`}});
    expect(await project.run(`install`)).toMatchObject({exitCode: 1, stdout: expect.stringContaining(`off, warn, error`)});
  });

  it(`should let the audit of what it let in pass without downloads`, async () => {
    const published = lab.registry.add({name: `let-in`, version, provenance: true});
    const project = makeProject({'let-in': version});
    await project.install();

    const {exitCode, records} = await project.audit();
    expect(exitCode).toBe(0);
    expect(records.find(({name}) => name === `let-in`).archive).toMatchObject({status: `verified`, how: `recorded`, integrity: published.integrity});

    expect((await project.audit(`--refresh`)).exitCode).toBe(0);
  });
});
