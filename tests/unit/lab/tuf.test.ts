import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir}                                                      from 'node:os';
import path                                                          from 'node:path';
import {Updater}                                                     from 'tuf-js';
import {afterEach, beforeEach, describe, expect, it}                 from 'vitest';

import * as answers                                                  from '../../lab/answers';
import {startLab, type Lab}                                          from '../../lab/lab';

let lab: Lab;
let folder: string;

beforeEach(async () => {
  lab = await startLab();
  folder = mkdtempSync(path.join(tmpdir(), `lab-tuf-`));
  mkdirSync(path.join(folder, `targets`));
  writeFileSync(path.join(folder, `root.json`), lab.tuf.initialRoot);
});

afterEach(async () => {
  rmSync(folder, {recursive: true});
  await lab.stop();
});

/** The stock client, with what it remembered in this test. */
async function read(target = `trusted_root.json`, fetchTimeout = 60_000): Promise<any> {
  const updater = new Updater({
    metadataBaseUrl: lab.tufServer.url,
    targetBaseUrl: `${lab.tufServer.url}/targets`,
    metadataDir: folder,
    targetDir: path.join(folder, `targets`),
    config: {fetchRetries: 0, fetchTimeout},
  });

  const info = await updater.getTargetInfo(target);
  return JSON.parse(readFileSync(await updater.downloadTarget(info!), `utf8`));
}

describe(`the lab's TUF repository, read by the stock client`, () => {
  it(`serves the trusted root`, async () => {
    expect(await read()).toEqual(lab.sigstore.getTrustedRoot());
  });

  it(`serves the keys of the registry that it vouches for`, async () => {
    const {keys} = await read(`${lab.registry.tufName}/keys.json`);
    expect(keys.map((key: any) => [key.keyId, key.keyUsage])).toEqual([
      [lab.registry.keys[0]!.keyid, `npm:signatures`],
      [lab.registry.keys[0]!.keyid, `npm:attestations`],
    ]);
  });

  it(`can be published again, and rotate its root`, async () => {
    await read();
    lab.tuf.rotateRoot();
    lab.tuf.rotateRoot();
    lab.tuf.setTarget(`trusted_root.json`, {changed: true});
    lab.tuf.publish();

    expect(await read()).toEqual({changed: true});
  });

  it.each([`timestamp`, `snapshot`, `targets`] as const)(`can forge %s metadata`, async role => {
    lab.tuf.publish({forge: role});
    await expect(read()).rejects.toThrow(/sign/);
  });

  it(`can forge a root`, async () => {
    lab.tuf.rotateRoot({forge: `root`});
    await expect(read()).rejects.toThrow(/sign/);
  });

  it.each([`timestamp`, `snapshot`, `targets`, `root`] as const)(`can let %s metadata expire`, async role => {
    const options = {expires: {[role]: new Date(`2024-01-01T00:00:00Z`)}};
    if (role === `root`)
      lab.tuf.rotateRoot(options);
    lab.tuf.publish(options);

    await expect(read()).rejects.toThrow(/expired/);
  });

  it(`can roll back`, async () => {
    const saved = lab.tuf.save();
    lab.tuf.publish();
    await read();

    lab.tuf.files = saved;
    await expect(read()).rejects.toThrow(/version/);
  });

  it.each([
    [`a server error`, {status: 500}],
    [`HTML`, answers.html()],
    [`a cut-off body`, answers.cutOff(`{"signed":{"_type":"timestamp"`)],
    [`a reset connection`, answers.reset()],
  ])(`can answer with %s`, async (_, answer) => {
    lab.tufServer.override(`/timestamp.json`, answer);
    await expect(read()).rejects.toThrow();
  });

  it(`can answer with silence`, async () => {
    lab.tufServer.override(`/timestamp.json`, answers.silence());
    await expect(read(`trusted_root.json`, 300)).rejects.toThrow(/timeout/i);
  });
});
