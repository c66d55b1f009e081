import {ppath}                                                               from '@yarnpkg/fslib';
import type {Filename}                                                       from '@yarnpkg/fslib';
import {cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import path                                                                  from 'node:path';
import {afterAll, beforeAll, describe, expect, it, onTestFinished}           from 'vitest';

import {startLab, type Lab}                                                  from '../lab/lab';
import type {LabPackage}                                                     from '../lab/registry';
import {getIntegrity, makeTarball}                                           from '../lab/tarball';
import {changeArchive, listArchives, replaceArchive, type ArchiveChange}     from '../support/cacheArchives';
import {makeBomb, makeTgz, type TarEntry}                                    from '../support/hostileTarball';
import {YarnProject, type YarnProjectOptions}                                from '../support/yarnProject';

const version = `1.0.0`;

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});

afterAll(async () => {
  await lab.stop();
});

function makeProject(dependencies: Record<string, string>, options?: YarnProjectOptions) {
  const project = new YarnProject(lab, {dependencies}, options);
  onTestFinished(() => project.remove());
  return project;
}

async function installProject(name: string, options?: YarnProjectOptions) {
  const project = makeProject({[name]: version}, options);
  await project.install();
  return project;
}

/** What an audit says about one package. */
async function audit(project: YarnProject, name: string, ...args: Array<string>) {
  const {records, exitCode, stdout, stderr} = await project.audit(...args);
  const record = records.find(record => record.type === `package` && record.name === name);
  if (!record)
    throw new Error(`No record of ${name}\n${stdout}${stderr}`);

  return {
    exitCode,
    verdict: record.verdict,
    archive: record.archive,
    findings: record.findings.map(({id}: {id: string}) => id),
    details: record.findings.map(({found}: {found: string}) => found).join(`\n`),
    severities: record.findings.map(({severity}: {severity: string}) => severity),
  };
}

const editFile: ArchiveChange = (archive, folder) => archive.writeFileSync(ppath.join(folder, `index.js` as Filename), `evil()`);

describe(`Archives`, () => {
  it(`should not let a folder in the place of an archive hide the other packages`, async () => {
    for (const name of [`beside-folder`, `replaced-by-folder`])
      lab.registry.add({name, version});

    const project = makeProject({[`beside-folder`]: version, [`replaced-by-folder`]: version});
    await project.install();

    const cache = path.join(project.folder, `.yarn/cache`);
    const archive = readdirSync(cache).find(file => file.startsWith(`replaced-by-folder-`))!;
    rmSync(path.join(cache, archive));
    mkdirSync(path.join(cache, archive));

    expect(await audit(project, `replaced-by-folder`)).toMatchObject({exitCode: 2, verdict: `incomplete`, archive: {status: `unavailable`}, findings: [`archive-absent`]});
    expect(await audit(project, `beside-folder`)).toMatchObject({verdict: `verified`, archive: {status: `verified`}});
  });

  it.each([`pnp`, `pnpm`, `node-modules`])(`should know from the installation what an archive was made of (%s)`, async nodeLinker => {
    const name = `honest-${nodeLinker}`;
    const published = lab.registry.add({name, version, provenance: true, files: {'index.js': `module.exports = 1`}});
    const project = await installProject(name, {settings: {nodeLinker}});

    lab.registry.server.forgetRequests();
    const {verdict, archive, findings, exitCode} = await audit(project, name);

    expect({verdict, findings, exitCode}).toEqual({verdict: `verified`, findings: [], exitCode: 0});
    expect(archive).toMatchObject({status: `verified`, how: `recorded`, integrity: published.integrity});
    expect(readFileSync(path.join(project.folder, `yarn.lock`), `utf8`)).toContain(archive.checksum);
    expect(lab.registry.server.requests.filter(({path}) => path.endsWith(`.tgz`))).toEqual([]);
  });

  it.each([
    [`a committed cache`, {enableGlobalCache: false}],
    [`the global cache`, {enableGlobalCache: true}],
    [`a cache without a mirror`, {enableGlobalCache: false, enableMirror: false}],
  ])(`should download the tarball where there is no record (%s)`, async (_, settings) => {
    lab.registry.add({name: `unrecorded`, version, files: {'index.js': `1`, 'bin/run.js': `2`}});
    const project = await installProject(`unrecorded`, {settings});
    rmSync(path.join(project.folder, `.yarn/global/attestations`), {recursive: true});

    expect((await audit(project, `unrecorded`)).archive).toMatchObject({status: `verified`, how: `downloaded`});
    expect((await audit(project, `unrecorded`)).archive).toMatchObject({status: `verified`, how: `recorded`});
    expect((await audit(project, `unrecorded`, `--refresh`)).archive).toMatchObject({status: `verified`, how: `downloaded`});
    expect((await audit(project, `unrecorded`, `--strict`)).archive).toMatchObject({status: `verified`, how: `downloaded`});
  });

  it(`should notice a tarball that was replaced before the installation`, async () => {
    const published = lab.registry.add({name: `replaced-before`, version});
    published.tarball = makeTarball({'package.json': JSON.stringify({name: `replaced-before`, version}), 'index.js': `evil()`});

    const project = await installProject(`replaced-before`);
    expect(await audit(project, `replaced-before`)).toMatchObject({exitCode: 1, verdict: `failed`, findings: [`integrity-mismatch`], archive: {status: `mismatch`, how: `recorded`}});
  });

  it(`should notice a tarball that was replaced since`, async () => {
    const published = lab.registry.add({name: `replaced-since`, version});
    const project = await installProject(`replaced-since`);
    published.tarball = makeTarball({'package.json': JSON.stringify({name: `replaced-since`, version}), 'index.js': `evil()`});

    expect(await audit(project, `replaced-since`, `--refresh`)).toMatchObject({exitCode: 1, findings: [`integrity-mismatch`], archive: {status: `mismatch`, how: `downloaded`}});
  });

  it(`should notice metadata that were replaced with the tarball`, async () => {
    const published = lab.registry.add({name: `replaced-both`, version});
    published.tarball = makeTarball({'package.json': JSON.stringify({name: `replaced-both`, version}), 'index.js': `evil()`});
    published.integrity = getIntegrity(published.tarball);

    const project = await installProject(`replaced-both`);
    expect(await audit(project, `replaced-both`)).toMatchObject({exitCode: 1, verdict: `failed`, findings: [`signature-invalid`]});
  });

  it.each<[how: string, found: string, change: ArchiveChange]>([
    [`content`, `index.js: other content`, editFile],
    [`content of the same size`, `index.js: other content`, (archive, folder) => archive.writeFileSync(ppath.join(folder, `index.js` as Filename), `0`)],
    [`mode`, `index.js: another mode`, (archive, folder) => archive.chmodSync(ppath.join(folder, `index.js` as Filename), 0o755)],
    [`missing`, `index.js: missing`, (archive, folder) => archive.unlinkSync(ppath.join(folder, `index.js` as Filename))],
    [`extra`, `binding.gyp: extra`, (archive, folder) => archive.writeFileSync(ppath.join(folder, `binding.gyp` as Filename), ``)],
    [`extra beside the package`, `/node_modules/other/index.js: extra`, (archive, folder) => {
      archive.mkdirpSync(ppath.join(folder, `../other`));
      archive.writeFileSync(ppath.join(folder, `../other/index.js`), ``);
    }],
  ])(`should name the entry in which an altered archive differs, whatever yarn.lock says (%s)`, async (_, found, change) => {
    lab.registry.add({name: `altered`, version, files: {'index.js': `1`}});
    const project = await installProject(`altered`);
    replaceArchive(project, `altered`, change);

    const result = await audit(project, `altered`);
    expect(result).toMatchObject({exitCode: 1, verdict: `failed`, findings: [`archive-mismatch`], archive: {status: `mismatch`, how: `downloaded`}});
    expect(result.details).toContain(found);
  });

  it(`should notice that an archive alone was altered`, async () => {
    lab.registry.add({name: `altered-alone`, version, files: {'index.js': `1`}});
    const project = await installProject(`altered-alone`);
    changeArchive(project, `altered-alone`, editFile);

    expect(await audit(project, `altered-alone`)).toMatchObject({exitCode: 1, findings: [`checksum-mismatch`, `archive-mismatch`], archive: {status: `mismatch`}});
  });

  it(`should tell an altered checksum from an altered archive`, async () => {
    lab.registry.add({name: `other-checksum`, version});
    const project = await installProject(`other-checksum`, {settings: {enableGlobalCache: true}});
    const lockfile = path.join(project.folder, `yarn.lock`);
    writeFileSync(lockfile, readFileSync(lockfile, `utf8`).replace(/(checksum: 10c0\/)[0-9a-f]{8}/, `$100000000`));

    expect(await audit(project, `other-checksum`)).toMatchObject({exitCode: 1, findings: [`checksum-mismatch`], archive: {status: `mismatch`}});
  });

  it(`should report an archive that cannot be read`, async () => {
    lab.registry.add({name: `garbage`, version});
    const project = await installProject(`garbage`);
    writeFileSync(listArchives(project, `garbage`)[0]!, `not a zip`);

    expect(await audit(project, `garbage`)).toMatchObject({exitCode: 1, findings: [`checksum-mismatch`, `archive-mismatch`]});
  });

  it.each([`4.0.2`, `4.5.3`, `4.9.4`, `4.12.0`, `4.18.1`] as const)(`should compare an archive of another compression level entry by entry (Yarn %s)`, async yarn => {
    lab.registry.add({name: `compressed`, version, manifest: {bin: `run.js`}, files: {'index.js': `x`.repeat(10_000), 'run.js': `y`}});
    const compressed = await installProject(`compressed`, {yarn, settings: {compressionLevel: 9}});
    const project = makeProject({compressed: version}, {yarn});
    copyCommitted(compressed, project);

    expect(await audit(project, `compressed`)).toMatchObject({exitCode: 0, findings: [], archive: {status: `verified`, how: `downloaded`}});

    replaceArchive(project, `compressed`, editFile);
    expect(await audit(project, `compressed`)).toMatchObject({exitCode: 1, findings: [`archive-mismatch`]});
  });

  it(`should audit a cache made by the oldest Yarn under the newest`, async () => {
    lab.registry.add({name: `old-cache`, version, files: {'index.js': `1`}});
    const old = await installProject(`old-cache`, {yarn: `4.0.2`});
    expect((await audit(old, `old-cache`)).archive).toMatchObject({status: `verified`, how: `recorded`});

    const project = makeProject({[`old-cache`]: version});
    copyCommitted(old, project);

    expect(await audit(project, `old-cache`)).toMatchObject({exitCode: 0, findings: [], archive: {status: `verified`, how: `downloaded`}});
  });

  it(`should not look at the bytes with --no-archives`, async () => {
    lab.registry.add({name: `unwatched`, version, files: {'index.js': `1`}});
    const project = await installProject(`unwatched`);
    changeArchive(project, `unwatched`, editFile);

    expect(await audit(project, `unwatched`, `--no-archives`)).toMatchObject({exitCode: 0, verdict: `verified`, archive: {status: `skipped`}});
  });

  it(`should say what it could not check offline`, async () => {
    lab.registry.add({name: `offline`, version});
    const project = await installProject(`offline`);
    await project.audit();

    lab.registry.server.forgetRequests();
    expect(await audit(project, `offline`, `--offline`)).toMatchObject({exitCode: 0, archive: {status: `verified`, how: `recorded`}});

    rmSync(path.join(project.folder, `.yarn/global/attestations/archives`), {recursive: true});
    expect(await audit(project, `offline`, `--offline`)).toMatchObject({exitCode: 2, verdict: `incomplete`, findings: [`registry-unreachable`], archive: {status: `unavailable`}});
    expect(lab.registry.server.requests).toEqual([]);
  });

  it(`should call a tarball that cannot be had unchecked, not tampered with`, async () => {
    lab.registry.add({name: `broken`, version});
    const project = await installProject(`broken`);
    onTestFinished(lab.registry.override(/broken.*\.tgz$/, {status: 503}));

    expect(await audit(project, `broken`, `--refresh`)).toMatchObject({exitCode: 2, verdict: `incomplete`, findings: [`registry-unreachable`], archive: {status: `unavailable`}});
  });

  it(`should say when an archive is not there`, async () => {
    lab.registry.add({name: `absent`, version});
    const project = await installProject(`absent`, {settings: {enableMirror: false}});
    rmSync(listArchives(project, `absent`)[0]!);

    expect(await audit(project, `absent`)).toMatchObject({exitCode: 2, verdict: `incomplete`, findings: [`archive-absent`], archive: {status: `absent`}});
  });

  it(`should not miss packages of other platforms`, async () => {
    lab.registry.add({name: `elsewhere`, version, manifest: {os: [`aix`]}});
    lab.registry.add({name: `portable`, version, manifest: {optionalDependencies: {elsewhere: version}}});
    const project = await installProject(`portable`);

    expect(await audit(project, `elsewhere`)).toMatchObject({exitCode: 0, verdict: `verified`, findings: [`archive-absent`], severities: [`info`], archive: {status: `absent`}});
  });

  it(`should check packages of other platforms that are in the cache`, async () => {
    lab.registry.add({name: `cached-elsewhere`, version, manifest: {os: [`aix`]}});
    lab.registry.add({name: `carrier`, version, manifest: {optionalDependencies: {'cached-elsewhere': version}}});
    const project = await installProject(`carrier`, {settings: {supportedArchitectures: {os: [`aix`, `current`]}}});

    expect(await audit(project, `cached-elsewhere`)).toMatchObject({exitCode: 0, archive: {status: `verified`, how: `recorded`}});
  });

  it(`should check the source of a patched package`, async () => {
    lab.registry.add({name: `patched`, version, files: {'index.js': `1\n`}});
    const project = makeProject({patched: `patch:patched@npm%3A1.0.0#./patched.patch`});
    project.write(`patched.patch`, `diff --git a/index.js b/index.js\n--- a/index.js\n+++ b/index.js\n@@ -1,1 +1,1 @@\n-1\n+2\n`);
    await project.install();

    const {records} = await project.audit();
    expect(records.find(({name}) => name === `patched`)).toMatchObject({patched: true, verdict: `verified`, archive: {status: `verified`, how: `recorded`}});
  });

  it(`should download from an unusual place, and keep the token at home`, async () => {
    const registry = await lab.addRegistry({authorization: `Bearer secret`});
    const cdn = await lab.addRegistry();
    const published = registry.add({name: `@scope/elsewhere`, version});
    registry.tamper(`@scope/elsewhere`, version, document => {
      document.dist.tarball = `${cdn.url}/files/elsewhere.tgz`;
    });
    cdn.override(`/files/elsewhere.tgz`, {body: published.tarball});

    const project = await installProject(`@scope/elsewhere`, {settings: {npmScopes: {scope: {npmRegistryServer: registry.url, npmAuthToken: `secret`}}}});
    expect(readFileSync(path.join(project.folder, `yarn.lock`), `utf8`)).toContain(`__archiveUrl`);

    cdn.server.forgetRequests();
    expect(await audit(project, `@scope/elsewhere`, `--refresh`)).toMatchObject({exitCode: 0, findings: [], archive: {status: `verified`, how: `downloaded`}});
    expect(cdn.server.requests.map(({path, headers}) => [path, headers.authorization])).toEqual([[`/files/elsewhere.tgz`, undefined]]);
  });

  it(`should send the token to its own registry`, async () => {
    const registry = await lab.addRegistry({authorization: `Bearer secret`, path: `/repository/npm`});
    registry.add({name: `@private/own`, version});
    registry.add({name: `@private/unusual`, version});
    registry.tamper(`@private/unusual`, version, document => {
      document.dist.tarball = `${registry.server.url}/download/unusual.tgz`;
    });
    registry.override(`/download/unusual.tgz`, ({headers}) => headers.authorization === `Bearer secret` ? {body: registry.packages.get(`@private/unusual`)!.get(version)!.tarball} : {status: 401});

    const project = makeProject({'@private/own': version, '@private/unusual': version}, {settings: {npmScopes: {private: {npmRegistryServer: registry.url, npmAuthToken: `secret`}}}});
    await project.install();

    for (const name of [`@private/own`, `@private/unusual`]) {
      expect(await audit(project, name, `--refresh`)).toMatchObject({exitCode: 0, archive: {status: `verified`, how: `downloaded`}});
    }
  });

  it(`should notice a dependency that only the metadata name`, async () => {
    lab.registry.add({name: `injected`, version});
    lab.registry.add({name: `victim`, version, manifest: {dependencies: {}, peerDependencies: {peer: `^1.0.0`}, bin: `cli.js`}, files: {'cli.js': ``}});
    lab.registry.tamper(`victim`, version, document => {
      document.dependencies = {injected: `^1.0.0`};
    });

    const project = await installProject(`victim`);
    const result = await audit(project, `victim`);

    expect(result).toMatchObject({exitCode: 0, verdict: `verified`, findings: [`manifest-mismatch`], severities: [`warning`]});
    expect(result.details).toContain(`dependency injected npm:^1.0.0`);
    expect(await audit(project, `victim`, `--strict`)).toMatchObject({exitCode: 1, severities: [`error`]});
  });

  it(`should notice an archive that holds another package`, async () => {
    lab.registry.add({name: `impostor`, version, manifest: {name: `somebody-else`}});
    const project = await installProject(`impostor`);

    expect(await audit(project, `impostor`)).toMatchObject({exitCode: 1, verdict: `failed`, findings: [`manifest-mismatch`], severities: [`error`]});
  });

  it(`should stop at a bomb of 1 GB in 1 MB`, async () => {
    const published = lab.registry.add({name: `bomb`, version});
    const project = await installProject(`bomb`);
    publishSigned(published, makeBomb({name: `bomb`, version}, 1024));

    const result = await audit(project, `bomb`, `--refresh`);
    expect(result).toMatchObject({exitCode: 1, verdict: `failed`, findings: [`archive-mismatch`]});
    expect(result.details).toContain(`unpack to more than`);
  });

  it.each<[string, TarEntry]>([
    [`absolute path`, {path: `/tmp/npm-attestations-evil`, content: `evil`}],
    [`path that leads out`, {path: `package/../../../evil`, content: `evil`}],
    [`link that leads out`, {path: `package/soft`, type: `SymbolicLink`, linkpath: `../../../evil`}],
    [`hard link`, {path: `package/hard`, type: `Link`, linkpath: `package/package.json`}],
    [`character device`, {path: `package/tty`, type: `CharacterDevice`}],
  ])(`should report a signed tarball with an entry that does not belong there (%s)`, async (reason, entry) => {
    const published = lab.registry.add({name: `hostile`, version});
    publishSigned(published, makeTgz([{path: `package/package.json`, content: JSON.stringify({name: `hostile`, version})}, entry]));
    const project = await installProject(`hostile`);

    const result = await audit(project, `hostile`, `--refresh`);
    expect(result).toMatchObject({exitCode: 1, verdict: `failed`, findings: [`archive-mismatch`]});
    expect(result.details).toContain(reason);
  });

  it(`should compare a tarball of 50,000 files`, async () => {
    const published = lab.registry.add({name: `many`, version});
    publishSigned(published, makeTgz([
      {path: `package/package.json`, content: JSON.stringify({name: `many`, version})},
      ...Array.from({length: 50_000}, (_, index) => ({path: `package/${index % 100}/${index}.js`, content: `${index}`})),
    ]));

    const project = await installProject(`many`, {settings: {compressionLevel: 0}});
    expect(await audit(project, `many`, `--refresh`)).toMatchObject({exitCode: 0, archive: {status: `verified`, how: `downloaded`}});

    replaceArchive(project, `many`, (archive, folder) => archive.writeFileSync(ppath.join(folder, `7/4907.js`), `evil`));
    const altered = await audit(project, `many`);
    expect(altered).toMatchObject({exitCode: 1, findings: [`archive-mismatch`]});
    expect(altered.details).toContain(`7/4907.js`);
  });
});

/** What version control would hand on. */
function copyCommitted(from: YarnProject, to: YarnProject) {
  for (const name of [`yarn.lock`, `.yarn/cache`]) {
    cpSync(path.join(from.folder, name), path.join(to.folder, name), {recursive: true});
  }
}

/** Has the registry sign another tarball than the one that it packed itself. */
function publishSigned(published: LabPackage, tarball: Buffer) {
  published.tarball = tarball;
  published.integrity = getIntegrity(tarball);
  published.signatures = [lab.registry.keys[0]!.sign(published)];
}
