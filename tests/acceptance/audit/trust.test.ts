import {readdir, readFile, writeFile}                                                      from 'node:fs/promises';
import path                                                                                from 'node:path';
import {beforeEach, describe, expect, it, onTestFinished}                                  from 'vitest';

import * as answers                                                                        from '../../lab/answers';
import {startLab, type Lab}                                                                from '../../lab/lab';
import {makeKeysTarget, RegistryKey}                                                       from '../../lab/registryKey';
import {TufRepository}                                                                     from '../../lab/tuf';
import {describePackage, unharmed}                                                         from '../../support/attackTable';
import {getIds, makeAuditProject, type Audit, type AuditProject, type AuditProjectOptions} from '../../support/auditProject';
import {startTestServer}                                                                   from '../../support/httpServer';
import {makeShiftedClock}                                                                  from '../../support/shiftedClock';

const past = new Date(Date.now() - 60_000);
const elevenYears = 11 * 365 * 24 * 60 * 60 * 1000;

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
  onTestFinished(lab.stop);
  lab.registry.add({name: `a`, version: `1.0.0`, provenance: true});
});

async function makeDisposableProject(options?: AuditProjectOptions): Promise<AuditProject> {
  const project = await makeAuditProject(lab, {dependencies: {a: `1.0.0`}, ...options});
  onTestFinished(project.remove);
  return project;
}

const getFolder = ({home}: AuditProject) => path.join(home, `.yarn/global/attestations/tuf`);

/** With what is cached the packages are judged as ever. */
function expectCached(audit: Audit) {
  expect(audit.header?.trust.source).toBe(`cache`);
  expect(describePackage(audit.packages.get(`a@npm:1.0.0`)!)).toEqual(unharmed);
}

const attacks: Array<[name: string, attack: (lab: Lab) => void]> = [
  [`a forged root`, ({tuf}) => tuf.rotateRoot({forge: `root`})],
  [`an expired root`, ({tuf}) => tuf.rotateRoot({expires: {root: past}})],
  [`a forged timestamp`, ({tuf}) => tuf.publish({forge: `timestamp`})],
  [`an expired timestamp`, ({tuf}) => tuf.publish({expires: {timestamp: past}})],
  [`a forged snapshot`, ({tuf}) => tuf.publish({forge: `snapshot`})],
  [`an expired snapshot`, ({tuf}) => tuf.publish({expires: {snapshot: past}})],
  [`forged targets`, ({tuf}) => tuf.publish({forge: `targets`})],
  [`expired targets`, ({tuf}) => tuf.publish({expires: {targets: past}})],
  [`keys that the targets do not vouch for`, ({tuf, registry}) => {
    tuf.setTarget(`${registry.tufName}/keys.json`, makeKeysTarget([new RegistryKey()]));
    tuf.publish();
    for (const [file, content] of tuf.files) {
      if (file.startsWith(`targets/`) && file.endsWith(`.keys.json`)) {
        tuf.files.set(file, Buffer.from(content.toString().replace(/SHA256:./, `SHA256:x`)));
      }
    }
  }],
];

describe(`TUF metadata that does not verify`, () => {
  it.each(attacks)(`should be refused and reported: %s`, async (_, attack) => {
    const project = await makeDisposableProject();
    expect((await project.audit()).header?.trust.source).toBe(`tuf`);
    attack(lab);

    const audit = await project.audit();
    expect([audit.code, getIds(audit)]).toEqual([1, [`trust-invalid`]]);
    expectCached(audit);
  });

  it(`should be refused and reported: a rollback`, async () => {
    const project = await makeDisposableProject();
    const before = lab.tuf.save();
    lab.vouch(lab.registry);
    await project.audit();
    lab.tuf.files = before;

    const audit = await project.audit();
    expect([audit.code, getIds(audit)]).toEqual([1, [`trust-invalid`]]);
    expectCached(audit);
  });

  it(`should leave nothing to start from when there is no cache`, async () => {
    lab.tuf.publish({forge: `timestamp`});
    const project = await makeDisposableProject();
    const audit = await project.audit();

    expect([audit.code, getIds(audit), audit.summary]).toEqual([1, [`trust-invalid`], null]);
    expect(audit.errors).toEqual([expect.stringContaining(`npmSigstoreTufMirror`)]);
    expect(audit.packages.size).toBe(0);
  });

  it(`should be refused when the initial root is another repository's`, async () => {
    const project = await makeDisposableProject({files: {'tuf-root.json': new TufRepository().initialRoot.toString()}});
    const audit = await project.audit();

    expect([audit.code, getIds(audit), audit.summary]).toEqual([1, [`trust-invalid`], null]);
  });
});

describe(`a TUF repository that cannot be asked`, () => {
  it.each([
    [`HTML`, () => answers.html()],
    [`half of a file`, (lab: Lab) => ({body: lab.tuf.files.get(`timestamp.json`)!.subarray(0, 100)})],
    [`a connection that breaks`, (lab: Lab) => answers.cutOff(lab.tuf.files.get(`timestamp.json`)!)],
    [`HTTP 500`, () => ({status: 500, body: `{}`})],
    [`HTTP 404`, () => ({status: 404, body: `{}`})],
    [`more than it can be`, () => answers.huge(1024 * 1024)],
  ])(`should not be called forged: %s`, async (_, makeAnswer) => {
    const project = await makeDisposableProject();
    await project.audit();
    lab.tufServer.override(`*`, makeAnswer(lab));

    const audit = await project.audit();
    expect([audit.code, getIds(audit)]).toEqual([0, []]);
    expectCached(audit);
  });

  it(`should not be called forged when there is no cache either`, async () => {
    lab.tufServer.override(`*`, answers.reset());
    const project = await makeDisposableProject();
    const audit = await project.audit();

    expect([audit.code, getIds(audit), audit.errors.length]).toEqual([2, [], 1]);
    expect((await project.audit({args: [`--strict`]})).code).toBe(1);
  });

  it(`should be told about when what is cached is too old`, async () => {
    const project = await makeDisposableProject();
    await project.audit();
    lab.tufServer.override(`*`, {status: 500, body: `{}`});

    const late = {env: makeShiftedClock(elevenYears)};
    const audit = await project.audit(late);
    expect([audit.code, getIds(audit), audit.findings[0]?.severity]).toEqual([0, [`trust-stale`], `warning`]);
    expectCached(audit);

    expect((await project.audit({...late, args: [`--strict`]})).code).toBe(1);
  });

  it(`should be told about when all that it serves has expired`, async () => {
    const project = await makeDisposableProject();
    await project.audit();

    const audit = await project.audit({env: makeShiftedClock(elevenYears)});
    expect([audit.code, getIds(audit)]).toEqual([1, [`trust-invalid`, `trust-stale`]]);
    expectCached(audit);
  });
});

describe(`a poisoned cache`, () => {
  /** Puts a whole repository of somebody else, with somebody else's keys, where the cache is. */
  async function poison(project: AuditProject) {
    const tuf = new TufRepository();
    const key = new RegistryKey();
    tuf.setTarget(`trusted_root.json`, lab.makeStrangeSigstore().getTrustedRoot());
    tuf.setTarget(`${lab.registry.tufName}/keys.json`, makeKeysTarget([key]));
    tuf.rotateRoot();
    tuf.publish();

    const files = Object.fromEntries([...tuf.files].map(([file, bytes]) => {
      const name = file.startsWith(`targets/`) ? file.replace(/[0-9a-f]{64}\./, ``) : file.replace(/^\d+\.(?!root)/, ``);
      return [name, bytes.toString(`base64`)];
    }));

    const folder = getFolder(project);
    const [cache] = await readdir(folder);
    const content = JSON.parse(await readFile(path.join(folder, cache!), `utf8`));
    await writeFile(path.join(folder, cache!), JSON.stringify({...content, files}));
    await writeFile(path.join(folder, `root.json`), tuf.files.get(`1.root.json`)!);

    lab.registry.add({name: `forged`, version: `1.0.0`, signedBy: [key]});
  }

  it(`should vouch for nothing`, async () => {
    const project = await makeDisposableProject({dependencies: {a: `1.0.0`, forged: `1.0.0`}});
    await project.audit();
    await poison(project);

    const audit = await project.audit();
    expect([audit.code, getIds(audit), audit.header?.trust.source]).toEqual([1, [], `tuf`]);
    expect(describePackage(audit.packages.get(`a@npm:1.0.0`)!)).toEqual(unharmed);
    expect(describePackage(audit.packages.get(`forged@npm:1.0.0`)!)).toMatchObject({verdict: `failed`, findings: [`signature-key-unknown`]});
  });

  it(`should vouch for nothing when it is all that there is`, async () => {
    const project = await makeDisposableProject();
    await project.audit();
    await poison(project);

    const audit = await project.audit({args: [`--offline`]});
    expect([audit.code, getIds(audit), audit.summary, audit.errors.length]).toEqual([2, [], null, 1]);
  });
});

it(`should not keep an audit waiting for a silent registry when there is no trust`, async () => {
  const registry = await startTestServer(() => {});

  // Far beyond the time that a test has.
  const project = await makeDisposableProject({yarnrc: {npmRegistryServer: registry.url, httpTimeout: 600_000, npmSigstoreTrustedRoot: `./missing.json`}});

  const {code, summary, errors} = await project.audit();
  expect([code, summary, errors.length]).toEqual([1, null, 1]);
});
