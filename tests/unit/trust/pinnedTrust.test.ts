import {xfs, ppath, type Filename, type PortablePath} from '@yarnpkg/fslib';
import {UsageError}                                   from 'clipanion';
import {describe, expect, test}                       from 'vitest';

import {makeHttpClient}                               from '../../../sources/network/httpClient';
import {loadSigstoreTrust}                            from '../../../sources/trust/sigstoreTrust';
import {makeTestConfiguration}                        from '../../support/configuration';
import {getSomeTrustedRoot, yearsFromNow}             from '../../support/trustBench';

async function load(settings: Record<string, unknown>, {cwd, now = new Date()}: {cwd?: PortablePath, now?: Date} = {}) {
  const folder = await xfs.mktempPromise();
  const configuration = makeTestConfiguration({settings, cwd});
  const http = makeHttpClient({configuration, offline: true});

  const trust = await loadSigstoreTrust({configuration, http, folder, now});
  expect(http.traffic.requests).toEqual(0);
  return trust;
}

async function writeFile(content: string) {
  const cwd = await xfs.mktempPromise();
  const path = ppath.join(cwd, `file.json` as Filename);
  await xfs.writeFilePromise(path, content);
  return {cwd, path};
}

describe(`built-in trust`, () => {
  test(`it should be there for the public good instance`, async () => {
    const {description, observations, root, keys, keyHosts} = await load({});

    expect(description).toMatchObject({source: `embedded`, fetchedAt: null, expires: expect.stringMatching(/^20/)});
    expect(observations).toEqual([]);
    expect(root.certificateAuthorities.length).toBeGreaterThan(0);
    expect(keyHosts.size).toBeGreaterThan(0);
    expect(new Set(keys.map(({source}) => source))).toEqual(new Set([`embedded`]));
    expect(new Set(keys.map(({tufHost}) => tufHost))).toEqual(new Set(keyHosts));
    expect(new Set(keys.flatMap(({usages}) => [...usages]))).toEqual(new Set([`npm:signatures`, `npm:attestations`]));
  });

  test(`it should be found with a trailing slash`, async () => {
    const {npmSigstoreTufMirror} = {npmSigstoreTufMirror: `${makeTestConfiguration().get(`npmSigstoreTufMirror`)}/`};
    expect((await load({npmSigstoreTufMirror})).description.source).toEqual(`embedded`);
  });

  test(`it should say that it is stale`, async () => {
    expect(await load({}, {now: yearsFromNow(20)})).toMatchObject({description: {source: `embedded`}, observations: [{id: `trust-stale`}]});
  });
});

describe(`npmSigstoreTrustedRoot`, () => {
  test(`it should replace TUF, but not the built-in registry keys`, async () => {
    const {cwd} = await writeFile(JSON.stringify(await getSomeTrustedRoot()));
    const {description, observations, root, keys} = await load({npmSigstoreTrustedRoot: `./file.json`}, {cwd, now: yearsFromNow(20)});

    expect(description).toEqual({source: `pinned`, fetchedAt: null, expires: null});
    expect(observations).toEqual([]);
    expect(root.tlogs.length).toBeGreaterThan(0);
    expect(keys.map(({source}) => source)).toContain(`embedded`);
  });

  test(`it should come without registry keys where the settings name another authority`, async () => {
    const {path} = await writeFile(JSON.stringify(await getSomeTrustedRoot()));
    expect(await load({npmSigstoreTrustedRoot: path, npmSigstoreTufMirror: `https://tuf.example.org`})).toMatchObject({keys: [], keyHosts: new Set()});
  });
});

describe.each([`npmSigstoreTrustedRoot`, `npmSigstoreTufRoot`])(`an unusable file in %s`, setting => {
  test(`it should be named when it does not exist`, async () => {
    const {cwd} = await writeFile(``);
    await expectUsageError({[setting]: `missing.json`}, cwd, [setting, `missing.json`, `ENOENT`]);
  });

  test.each([
    [`not JSON`, `<html>`],
    [`cut off`, `{"mediaType": "application/`],
    [`null`, `null`],
    [`a list`, `[]`],
    [`an empty object`, `{}`],
    [`of another type`, JSON.stringify({mediaType: `application/vnd.dev.sigstore.bundle.v0.3+json`, tlogs: [{}]})],
    [`without any authority`, JSON.stringify({mediaType: `application/vnd.dev.sigstore.trustedroot+json;version=0.1`, tlogs: []})],
    [`with a broken key`, JSON.stringify({mediaType: `application/vnd.dev.sigstore.trustedroot+json;version=0.1`, tlogs: [{publicKey: {rawBytes: `AAAA`}, logId: {keyId: `AAAA`}}]})],
    [`a root that is not signed`, JSON.stringify({signatures: [], signed: {_type: `root`, spec_version: `1.0`, version: 1, expires: `2040-01-01T00:00:00Z`, keys: {}, roles: {root: {keyids: [], threshold: 1}}}})],
  ])(`it should be named when it is %s`, async (_, content) => {
    const {cwd} = await writeFile(content);
    await expectUsageError({[setting]: `file.json`}, cwd, [setting, `file.json`]);
  });
});

test.each([`tuf.example.org`, `ftp://tuf.example.org`, `https://`, ``])(`it should name a mirror that is no URL: %j`, async mirror => {
  await expectUsageError({npmSigstoreTufMirror: mirror}, undefined, [`npmSigstoreTufMirror`]);
});

async function expectUsageError(settings: Record<string, unknown>, cwd: PortablePath | undefined, words: Array<string>) {
  const error = await load(settings, {cwd}).catch(error => error);
  expect(error).toBeInstanceOf(UsageError);
  for (const word of words) {
    expect(error.message).toContain(word);
  }
}
