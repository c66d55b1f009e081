import {xfs, ppath, type Filename}   from '@yarnpkg/fslib';
import {describe, expect, test}      from 'vitest';

import {RegistryKey, makeKeysTarget} from '../../lab/registryKey';
import {TufKey}                      from '../../lab/tuf';
import {KEYS_TARGET, makeTrustBench} from '../../support/trustBench';

test(`it should trust what the repository says`, async () => {
  const {load, key} = await makeTrustBench();
  const now = new Date();
  const {description, observations, root, keys, keyHosts} = await load({now});

  expect(description).toMatchObject({source: `tuf`, fetchedAt: now.toISOString()});
  expect(observations).toEqual([]);
  expect(root.tlogs.length).toBeGreaterThan(0);
  expect([...keyHosts]).toEqual([`registry.example.org`]);
  expect(keys.map(({keyid, usages, source, tufHost}) => ({keyid, usages: [...usages], source, tufHost}))).toEqual([
    {keyid: key.keyid, usages: [`npm:signatures`], source: `tuf`, tufHost: `registry.example.org`},
    {keyid: key.keyid, usages: [`npm:attestations`], source: `tuf`, tufHost: `registry.example.org`},
  ]);
});

test.each([`root`, `timestamp`, `snapshot`, `targets`] as const)(`it should tell when the first file expires: %s`, async role => {
  const {load, repository} = await makeTrustBench();
  const soon = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000);

  repository.rotateRoot({expires: {[role]: soon}});
  repository.publish({expires: {[role]: soon}});

  expect((await load()).description.expires).toEqual(soon.toISOString());
});

describe(`requests`, () => {
  test(`it should ask for two files when nothing has changed`, async () => {
    const {load, takeRequests} = await makeTrustBench();
    await load();
    takeRequests();

    expect((await load()).description.source).toEqual(`tuf`);
    expect(takeRequests()).toEqual([`2.root.json`, `timestamp.json`]);
  });

  test(`it should not ask again for targets that have not changed`, async () => {
    const {load, takeRequests, repository} = await makeTrustBench();
    await load();
    takeRequests();

    repository.publish();
    await load();
    expect(takeRequests()).toEqual([`2.root.json`, `timestamp.json`, `3.snapshot.json`, `3.targets.json`]);
  });

  test(`it should follow the root over several versions, and remember them`, async () => {
    const {load, takeRequests, repository} = await makeTrustBench();
    repository.rotateRoot();
    repository.rotateRoot();

    expect((await load()).observations).toEqual([]);
    expect(takeRequests().slice(0, 4)).toEqual([`2.root.json`, `3.root.json`, `4.root.json`, `timestamp.json`]);

    await load();
    expect(takeRequests()).toEqual([`4.root.json`, `timestamp.json`]);
  });

  test(`it should take 403 on the next root for the end of the chain`, async () => {
    const {load, answers} = await makeTrustBench();
    answers.set(`2.root.json`, response => response.writeHead(403).end());

    expect((await load()).description.source).toEqual(`tuf`);
  });
});

test(`it should see new keys`, async () => {
  const {load, repository} = await makeTrustBench();
  await load();

  const newKey = new RegistryKey();
  repository.setTarget(`registry.example.org:8443/npm/keys.json`, makeKeysTarget([newKey]));
  repository.publish();

  const {keys, keyHosts} = await load();
  expect(keys.map(key => key.keyid)).toContain(newKey.keyid);
  expect([...keyHosts].sort()).toEqual([`registry.example.org`, `registry.example.org:8443/npm`]);
});

test(`it should know hosts in any case, and paths in theirs`, async () => {
  const {load, repository, key} = await makeTrustBench();
  repository.setTarget(KEYS_TARGET, null);
  repository.setTarget(`Registry.Example.org/Npm/keys.json`, makeKeysTarget([key]));
  repository.publish();

  expect([...(await load()).keyHosts]).toEqual([`registry.example.org/Npm`]);
});

test(`it should forget keys that are gone`, async () => {
  const {load, repository} = await makeTrustBench();
  await load();

  repository.setTarget(KEYS_TARGET, null);
  repository.publish();

  expect(await load()).toMatchObject({keys: [], keyHosts: new Set()});
});

test(`it should not hold a new timestamp against one whose key was replaced`, async () => {
  const {load, repository} = await makeTrustBench();
  repository.publish();
  repository.publish();
  await load();

  // What the specification calls recovery from a fast-forward attack.
  Object.assign(repository, {key: new TufKey()});
  Object.assign(Reflect.get(repository, `versions`), {timestamp: 0, snapshot: 0, targets: 0});
  repository.rotateRoot();
  repository.publish();

  expect(await load()).toMatchObject({description: {source: `tuf`}, observations: []});
});

describe(`the cache folder`, () => {
  test(`it should serve runs in parallel`, async () => {
    const {load, repository, cache} = await makeTrustBench();

    for (let round = 0; round < 3; round++) {
      const runs = Array.from({length: 6}, () => load());
      for (const {description, observations} of await Promise.all(runs))
        expect({source: description.source, observations}).toEqual({source: `tuf`, observations: []});
      repository.publish();
    }

    await cache.getPath();
    expect((await load({offline: true})).description.source).toEqual(`cache`);
  });

  test(`it should keep what started from different roots apart`, async () => {
    const {load, repository, cache, folder} = await makeTrustBench();
    await load();

    repository.rotateRoot();
    const rootPath = ppath.join(folder, `second-root.json` as Filename);
    await xfs.writeFilePromise(rootPath, repository.files.get(`2.root.json`)!);
    await load({settings: {npmSigstoreTufRoot: rootPath}});

    expect(await xfs.readdirPromise(cache.folder)).toHaveLength(2);
  });

  test(`it should be dispensable`, async () => {
    const {load, folder} = await makeTrustBench();
    await xfs.writeFilePromise(ppath.join(folder, `tuf` as Filename), `not a folder`);

    expect((await load()).description.source).toEqual(`tuf`);
  });

  test.each([
    [`empty`, ``],
    [`cut off`, `{"fetchedAt":"2024-01-01T00:00:00.000Z","files":{"timest`],
    [`of another type`, `[]`],
    [`null`, `null`],
    [`without files`, `{"fetchedAt":"2024-01-01T00:00:00.000Z"}`],
    [`without a date`, `{"fetchedAt":"yesterday","files":{}}`],
    [`with files of another type`, `{"fetchedAt":"2024-01-01T00:00:00.000Z","files":{"timestamp.json":5,"__proto__":{}}}`],
  ])(`it should do without a file that is %s`, async (_, content) => {
    const {load, cache} = await makeTrustBench();
    await load();
    await xfs.writeFilePromise(await cache.getPath(), content);

    expect(await load()).toMatchObject({description: {source: `tuf`}, observations: []});
  });
});
