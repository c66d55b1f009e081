import type {ServerResponse}                           from 'node:http';
import {describe, expect, test}                        from 'vitest';

import {MissingTrustError}                             from '../../../sources/trust/missingTrustError';
import {makeTrustBench, yearsFromNow, type TrustBench} from '../../support/trustBench';

type AnswerWith = (response: ServerResponse, file: Buffer) => void;

const faults: Array<[string, AnswerWith]> = [
  [`HTML`, response => response.writeHead(200, {'content-type': `text/html`}).end(`<!doctype html><title>Sign in</title>`)],
  [`a body that was cut off`, (response, file) => response.writeHead(200).end(file.subarray(0, file.length >> 1))],
  [`a connection that breaks`, (response, file) => {
    response.writeHead(200, {'content-length': file.length + 100});
    response.write(file, () => response.destroy());
  }],
  [`nothing`, () => {}],
  [`more than it can be`, response => response.writeHead(200).end(`"${`x`.repeat(8 * 1024 * 1024)}"`)],
  [`JSON of somebody else`, response => response.writeHead(200).end(`{"error": "blocked"}`)],
  [`an empty body`, response => response.writeHead(200).end()],
  [`HTTP 500`, response => response.writeHead(500).end()],
  [`HTTP 401`, response => response.writeHead(401).end()],
];

const absences: Array<[string, AnswerWith]> = [
  [`HTTP 404`, response => response.writeHead(404).end()],
  [`HTTP 403`, response => response.writeHead(403).end()],
];

/** Changes everything, so that all files are asked for. */
async function getPaths({repository, load, takeRequests}: TrustBench, {warm}: {warm: boolean}) {
  if (warm)
    await load();

  const before = repository.save();
  repository.setTarget(`trusted_root.json`, {...JSON.parse([...before].find(([path]) => path.endsWith(`trusted_root.json`))![1].toString()), unknown: true});
  repository.rotateRoot();
  repository.publish();

  takeRequests();
  return [...repository.files.keys()].filter(path => !before.has(path) || path === `timestamp.json`);
}

/** Only where somebody has to wait for what never comes: elsewhere a slow machine must not matter. */
function getPatience(name: string) {
  return name === `nothing` ? {settings: {httpTimeout: 300}} : {};
}

test.each(faults)(`it should not call it tampering when a file is answered with %s`, async (name, answer) => {
  const bench = await makeTrustBench();
  const paths = await getPaths(bench, {warm: true});
  expect(paths.map(path => path.replace(/[0-9a-f]{64}/, `…`)).sort()).toEqual([`2.root.json`, `3.snapshot.json`, `3.targets.json`, `targets/….trusted_root.json`, `timestamp.json`]);

  for (const path of paths) {
    // A target of another content that is JSON is what its hash is there for.
    if (path.startsWith(`targets/`) && name === `JSON of somebody else`)
      continue;

    bench.answers.clear();
    bench.answers.set(path, answer);
    expect(await bench.load(getPatience(name)), path).toMatchObject({description: {source: `cache`}, observations: []});
  }
});

test.each(absences)(`it should not call it tampering when a file is answered with %s`, async (_, answer) => {
  const bench = await makeTrustBench();
  for (const path of await getPaths(bench, {warm: true})) {
    if (path === `2.root.json`)
      continue;

    bench.answers.clear();
    bench.answers.set(path, answer);
    expect(await bench.load(), path).toMatchObject({description: {source: `cache`}, observations: []});
  }
});

test.each([...faults, ...absences])(`it should not run without trust when it never had more than %s`, async (name, answer) => {
  const bench = await makeTrustBench();
  bench.answers.set(`timestamp.json`, answer);

  const error = await bench.load(getPatience(name)).catch(error => error);
  expect(error).toBeInstanceOf(MissingTrustError);
  expect(error.observations).toEqual([]);
});

test(`it should ask a second time`, async () => {
  const {load, answers, repository} = await makeTrustBench();
  answers.set(`timestamp.json`, response => {
    answers.delete(`timestamp.json`);
    response.writeHead(503).end();
  });

  expect(repository.files.has(`timestamp.json`)).toEqual(true);
  expect((await load()).description.source).toEqual(`tuf`);
});

describe(`offline`, () => {
  test(`it should go on with what the repository said the last time`, async () => {
    const {load, key, takeRequests} = await makeTrustBench();
    const then = new Date();
    const {description: {expires}} = await load({now: then});
    takeRequests();

    const trust = await load({offline: true});
    expect(trust).toMatchObject({description: {source: `cache`, fetchedAt: then.toISOString(), expires}, observations: []});
    expect(trust.keys[0]).toMatchObject({keyid: key.keyid, source: `tuf`});
    expect(takeRequests()).toEqual([]);
  });

  test(`it should say so when that has expired`, async () => {
    const {load, repository} = await makeTrustBench();
    await load();

    for (const role of [`timestamp`, `snapshot`, `targets`, `root`] as const) {
      const expiry = yearsFromNow(1);
      if (role === `root`)
        repository.rotateRoot({expires: {root: expiry}});
      repository.publish({expires: {[role]: expiry}});
      await load();

      expect(await load({offline: true, now: new Date(expiry.getTime() - 60_000)})).toMatchObject({description: {source: `cache`}, observations: []});
      expect(await load({offline: true, now: expiry})).toMatchObject({description: {source: `cache`}, observations: [{id: `trust-stale`}]});
    }
  });

  test(`it should go by the time it is given`, async () => {
    const {load, repository} = await makeTrustBench();
    const expiry = new Date(Date.now() - 60_000);
    const before = new Date(expiry.getTime() - 60_000);
    repository.publish({expires: {timestamp: expiry}});

    expect(await load({now: before})).toMatchObject({description: {source: `tuf`}, observations: []});
    expect(await load({now: before, offline: true})).toMatchObject({description: {source: `cache`}, observations: []});
    expect(await load({offline: true})).toMatchObject({description: {source: `cache`}, observations: [{id: `trust-stale`}]});
  });

  test(`it should say both when fetched metadata is invalid and the cache has expired`, async () => {
    const {load} = await makeTrustBench();
    await load();

    expect((await load({now: yearsFromNow(20)})).observations.map(({id}) => id)).toEqual([`trust-invalid`, `trust-stale`]);
  });

  test(`it should not run without trust where nothing was ever fetched and nothing is built in`, async () => {
    const {load, server} = await makeTrustBench();

    const error = await load({offline: true}).catch(error => error);
    expect(error).toBeInstanceOf(MissingTrustError);
    expect(error.message).toContain(server.url);
    expect(error.message).toContain(`npmSigstoreTufMirror`);
  });

  test(`it should not show the credentials of a mirror`, async () => {
    const {load, server, repository, answers} = await makeTrustBench();
    const settings = {npmSigstoreTufMirror: server.url.replace(`://`, `://user:secret@`)};

    const missing = await load({offline: true, settings}).catch(error => error);
    expect(missing).toBeInstanceOf(MissingTrustError);

    await load({settings});
    const stale = await load({offline: true, settings, now: yearsFromNow(20)});

    answers.set(`timestamp.json`, response => response.writeHead(500).end());
    const failed = await load({settings, now: yearsFromNow(20)});

    answers.clear();
    repository.publish({forge: `timestamp`});
    const invalid = await load({settings});

    expect([stale, failed, invalid].flatMap(({observations}) => observations.map(({id}) => id))).toEqual([`trust-stale`, `trust-stale`, `trust-invalid`]);
    expect(JSON.stringify([missing.message, stale, failed, invalid])).not.toContain(`secret`);
  });

  test(`it should not use the cache of another initial root`, async () => {
    const {load} = await makeTrustBench();
    await load();

    await expect(load({offline: true, settings: {npmSigstoreTufRoot: undefined}})).rejects.toBeInstanceOf(MissingTrustError);
  });
});
