import {xfs, ppath, type Filename}                                        from '@yarnpkg/fslib';
import {describe, expect, test}                                           from 'vitest';

import {MissingTrustError}                                                from '../../../sources/trust/missingTrustError';
import {RegistryKey, makeKeysTarget}                                      from '../../lab/registryKey';
import {TufRepository, type TufRole}                                      from '../../lab/tuf';
import {KEYS_TARGET, getSomeTrustedRoot, makeTrustBench, type TrustBench} from '../../support/trustBench';

const past = new Date(Date.now() - 60_000);

/** The next version of single roles, made smaller than that of the last one. */
function setBack({repository}: TrustBench, versions: Partial<Record<TufRole, number>>) {
  const current: Record<TufRole, number> = Reflect.get(repository, `versions`);
  for (const [role, steps] of Object.entries(versions)) {
    current[role as TufRole] -= steps;
  }
}

/** What the repository serves in the end, after an honest beginning: versions are at 3. */
const attacks: Array<[string, (bench: TrustBench) => void]> = [
  [`a forged root`, ({repository}) => repository.rotateRoot({forge: `root`})],
  [`an expired root`, ({repository}) => repository.rotateRoot({expires: {root: past}})],
  [`a root of another version`, ({repository}) => {
    repository.rotateRoot();
    repository.rotateRoot();
    repository.files.set(`2.root.json`, repository.files.get(`3.root.json`)!);
  }],
  [`a root that is a timestamp`, ({repository}) => repository.files.set(`2.root.json`, repository.files.get(`timestamp.json`)!)],
  [`a forged timestamp`, ({repository}) => repository.publish({forge: `timestamp`})],
  [`an expired timestamp`, ({repository}) => repository.publish({expires: {timestamp: past}})],
  [`an older timestamp`, ({repository}) => repository.publish()],
  [`a forged snapshot`, ({repository}) => repository.publish({forge: `snapshot`})],
  [`an expired snapshot`, ({repository}) => repository.publish({expires: {snapshot: past}})],
  [`an older snapshot`, bench => {
    setBack(bench, {snapshot: 2});
    bench.repository.publish();
  }],
  [`a snapshot that the timestamp does not vouch for`, ({repository}) => {
    repository.publish();
    repository.files.set(`4.snapshot.json`, repository.files.get(`3.snapshot.json`)!);
  }],
  [`forged targets`, ({repository}) => repository.publish({forge: `targets`})],
  [`expired targets`, ({repository}) => repository.publish({expires: {targets: past}})],
  [`older targets`, bench => {
    setBack(bench, {targets: 2});
    bench.repository.publish();
  }],
  [`targets that the snapshot does not vouch for`, ({repository}) => {
    repository.publish();
    repository.files.set(`4.targets.json`, repository.files.get(`3.targets.json`)!);
  }],
  [`other keys than the targets vouch for`, ({repository}) => {
    repository.setTarget(KEYS_TARGET, makeKeysTarget([new RegistryKey()]));
    repository.publish();
    replaceTarget(repository, makeKeysTarget([new RegistryKey()]));
  }],
  [`signed keys that are malformed`, ({repository}) => {
    repository.setTarget(KEYS_TARGET, {keys: [{}]});
    repository.publish();
  }],
  [`a signed empty list of keys`, ({repository}) => {
    repository.setTarget(KEYS_TARGET, {keys: []});
    repository.publish();
  }],
  [`a signed trusted root that is malformed`, ({repository}) => {
    repository.setTarget(`trusted_root.json`, {mediaType: `application/vnd.dev.sigstore.trustedroot+json;version=0.1`});
    repository.publish();
  }],
  [`no trusted root`, ({repository}) => {
    repository.setTarget(`trusted_root.json`, null);
    repository.publish();
  }],
];

/** Puts other content where the last published keys are. */
function replaceTarget({files}: TufRepository, content: object) {
  const path = [...files.keys()].filter(path => path.endsWith(`.keys.json`)).at(-1)!;
  files.set(path, Buffer.from(JSON.stringify(content)));
}

/** For the attacks that need something to go back to. */
const rollbacks = new Set([`an older timestamp`, `an older snapshot`, `older targets`]);

async function attack(bench: TrustBench, name: string, mount: (bench: TrustBench) => void) {
  const before = bench.repository.save();
  mount(bench);

  if (name === `an older timestamp`) {
    await bench.load();
    bench.repository.files = before;
  }
}

test.each(attacks)(`it should refuse %s, and go on with what it knew`, async (name, mount) => {
  const bench = await makeTrustBench();
  bench.repository.publish();
  await bench.load();
  await attack(bench, name, mount);

  const {description, observations, keys} = await bench.load();
  expect({source: description.source, observations: observations.map(({id}) => id)}).toEqual({source: `cache`, observations: [`trust-invalid`]});
  expect(keys[0]!.keyid).toEqual(bench.key.keyid);

  // What was refused is not remembered either.
  expect(await bench.load()).toMatchObject({description: {source: `cache`}, observations: [{id: `trust-invalid`}]});
});

test.each(attacks.filter(([name]) => !rollbacks.has(name)))(`it should refuse %s, and not run without trust`, async (_, mount) => {
  const bench = await makeTrustBench();
  bench.repository.publish();
  mount(bench);

  const error = await bench.load().catch(error => error);
  expect(error).toBeInstanceOf(MissingTrustError);
  expect(error.observations).toMatchObject([{id: `trust-invalid`}]);
});

describe(`a poisoned cache`, () => {
  async function makeAttacker() {
    const repository = new TufRepository();
    const key = new RegistryKey();
    repository.setTarget(`trusted_root.json`, await getSomeTrustedRoot());
    repository.setTarget(KEYS_TARGET, makeKeysTarget([key]));
    repository.rotateRoot();
    repository.publish();

    const files = Object.fromEntries([...repository.files].map(([path, bytes]) => {
      const key = path.startsWith(`targets/`)
        ? path.replace(/[0-9a-f]{64}\./, ``)
        : path.replace(/^\d+\.(?!root)/, ``);
      return [key, bytes];
    }));

    return {repository, key, files};
  }

  test(`it should not believe a whole repository of somebody else`, async () => {
    const {load, cache, key} = await makeTrustBench();
    await load();
    await cache.poison((await makeAttacker()).files);

    const {description, observations, keys} = await load();
    expect({source: description.source, observations, keyid: keys[0]!.keyid}).toEqual({source: `tuf`, observations: [], keyid: key.keyid});
  });

  test(`it should not believe it offline either`, async () => {
    const {load, cache} = await makeTrustBench();
    await load();
    await cache.poison((await makeAttacker()).files);

    await expect(load({offline: true})).rejects.toBeInstanceOf(MissingTrustError);
  });

  test(`it should not take a root.json in the folder for the anchor`, async () => {
    const {load, cache, repository, key} = await makeTrustBench();
    await load();

    const attacker = await makeAttacker();
    for (const name of [`root.json`, `1.root.json`])
      await xfs.writeFilePromise(ppath.join(cache.folder, name as Filename), attacker.repository.initialRoot);
    repository.publish();

    const {description, keys} = await load();
    expect({source: description.source, keyid: keys[0]!.keyid}).toEqual({source: `tuf`, keyid: key.keyid});
  });

  test.each([`2.root.json`, `3.root.json`, `timestamp.json`, `snapshot.json`, `targets.json`, `targets/trusted_root.json`, `targets/${KEYS_TARGET}`])(`it should ask again for a broken %s`, async name => {
    const {load, cache, repository} = await makeTrustBench();
    repository.rotateRoot();
    repository.rotateRoot();
    await load();

    for (const content of [`garbage`, `{}`, JSON.stringify({signed: {_type: `root`}, signatures: []})]) {
      await cache.poison({[name]: Buffer.from(content)});
      expect(await load({})).toMatchObject({description: {source: `tuf`}, observations: []});
      expect(await load({offline: true})).toMatchObject({description: {source: `cache`}, observations: []});
    }
  });
});
