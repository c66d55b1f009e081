import {structUtils}                                 from '@yarnpkg/core';
import {xfs, ppath, type Filename}                   from '@yarnpkg/fslib';
import {UsageError}                                  from 'clipanion';
import {describe, expect, test}                      from 'vitest';

import {makeHttpClient}                              from '../../../sources/network/httpClient';
import {makeRegistryClient}                          from '../../../sources/network/registryClient';
import {decodeKeyTargets}                            from '../../../sources/trust/decodeTargets';
import {decodeTrustedRoot}                           from '../../../sources/trust/decodeTrustedRoot';
import {makeGetRegistryKeys}                         from '../../../sources/trust/registryKeys';
import type {SigstoreTrust}                          from '../../../sources/trust/types';
import {RegistryKey, makeKeysAnswer, makeKeysTarget} from '../../lab/registryKey';
import {makeTestConfiguration}                       from '../../support/configuration';
import type {TestConfigurationOptions}               from '../../support/configuration';
import {startTestServer, type Handler}               from '../../support/httpServer';
import {getSomeTrustedRoot}                          from '../../support/trustBench';

const tufKey = new RegistryKey();
const ownKey = new RegistryKey();

type BenchOptions = {
  /** How the registry's keys endpoint answers. */
  answer?: Handler;
  settings?: Record<string, unknown>;
  /** The hosts that have a TUF target; all with the same key. */
  hosts?: (url: string) => Array<string>;
  key?: RegistryKey;
  offline?: boolean;
  hooks?: TestConfigurationOptions[`hooks`];
};

async function makeBench({answer = respond(200, makeKeysAnswer([ownKey])), settings = {}, hosts = () => [`registry.example.org`], key = tufKey, offline = false, hooks = {}}: BenchOptions = {}) {
  const server = await startTestServer(answer);
  const configuration = makeTestConfiguration({settings, hooks});

  const targets = new Map(hosts(server.url).map(host => [`${host}/keys.json`, makeKeysTarget([key])]));
  const trust: SigstoreTrust = {
    description: {source: `tuf`, fetchedAt: null, expires: null},
    observations: [],
    root: decodeTrustedRoot(await getSomeTrustedRoot()),
    ...decodeKeyTargets(targets, `tuf`),
  };

  const getRegistryKeys = await makeGetRegistryKeys({
    configuration,
    client: makeRegistryClient({configuration, http: makeHttpClient({configuration, offline})}),
    trust,
    readers: new Map([[server.url, structUtils.parseIdent(`@s/n`)]]),
  });

  return {server, getRegistryKeys, trust, configuration};
}

function respond(status: number, body: unknown): Handler {
  return (_, response) => response.writeHead(status).end(typeof body === `string` ? body : JSON.stringify(body));
}

const getKeyids = ({keys}: {keys: Array<{keyid: string}>}) => [...new Set(keys.map(({keyid}) => keyid))];

describe(`the keys endpoint`, () => {
  test.each([`//registry.other.example`, `nonsense`, ``])(`it should be unavailable at a registry that is not a URL: %j`, async registry => {
    const {server, getRegistryKeys} = await makeBench();
    expect(await getRegistryKeys(registry)).toMatchObject({kind: `unavailable`});
    expect(server.requests).toEqual([]);
  });

  test.each([
    [`keys`, respond(200, makeKeysAnswer([ownKey])), `endpoint`],
    [`an empty list`, respond(200, {keys: []}), `none`],
    [`HTTP 400`, respond(400, {}), `none`],
    [`HTTP 404`, respond(404, {}), `none`],
    [`HTTP 405`, respond(405, {}), `none`],
    [`HTTP 501`, respond(501, {}), `none`],
    [`HTTP 401`, respond(401, {}), `unavailable`],
    [`HTTP 403`, respond(403, {}), `unavailable`],
    [`HTTP 418`, respond(418, {}), `unavailable`],
    [`HTTP 500`, respond(500, {}), `unavailable`],
    [`HTTP 204`, respond(204, ``), `unavailable`],
    [`HTML`, respond(200, `<!doctype html>`), `unavailable`],
    [`half of a list`, respond(200, JSON.stringify(makeKeysAnswer([ownKey])).slice(0, 50)), `unavailable`],
    [`something else`, respond(200, {ok: true}), `unavailable`],
    [`a malformed key`, respond(200, {keys: [{keyid: 1}]}), `unavailable`],
    [`two megabytes`, respond(200, `"${`x`.repeat(2 * 1024 * 1024)}"`), `unavailable`],
    [`nothing`, () => {}, `unavailable`],
    [`a broken connection`, (_, response) => response.destroy(), `unavailable`],
  ] as Array<[string, Handler, string]>)(`it should know what %s means`, async (name, answer, kind) => {
    const {server, getRegistryKeys} = await makeBench({answer, settings: name === `nothing` ? {httpTimeout: 300} : {}});
    const result = await getRegistryKeys(server.url);

    expect(result.kind).toEqual(kind);
    expect(typeof result.reason).toEqual(kind === `unavailable` ? `string` : `undefined`);
    // Whatever a registry says of its own keys, those of TUF count, by key id.
    expect(getKeyids(result)).toEqual(kind === `endpoint` ? [tufKey.keyid, ownKey.keyid] : [tufKey.keyid]);
  });

  test(`it should be asked once, below the registry's path`, async () => {
    const {server, getRegistryKeys} = await makeBench();
    await Promise.all([getRegistryKeys(`${server.url}/npm`), getRegistryKeys(`${server.url}/npm/`)]);
    await getRegistryKeys(`${server.url}/npm`);

    expect(server.requests.map(({url}) => url)).toEqual([`/npm/-/npm/v1/keys`]);
  });

  test(`it should get the credentials of the package in whose name it is asked`, async () => {
    const {server, getRegistryKeys} = await makeBench({settings: {npmScopes: {s: {npmAuthToken: `token`}}}});
    await getRegistryKeys(server.url);
    expect(server.requests[0]!.headers.authorization).toEqual(`Bearer token`);
  });

  test(`it should be unavailable where credentials cannot be obtained`, async () => {
    const {server, getRegistryKeys} = await makeBench({hooks: {getNpmAuthenticationHeader: async () => {
      throw new Error(`no keychain`);
    }}});

    expect(await getRegistryKeys(server.url)).toMatchObject({kind: `unavailable`, reason: expect.stringContaining(`no keychain`)});
    expect(server.requests).toEqual([]);
  });

  test(`it should not be asked offline`, async () => {
    const {server, getRegistryKeys} = await makeBench({offline: true});
    expect((await getRegistryKeys(server.url)).kind).toEqual(`unavailable`);
    expect(server.requests).toEqual([]);
  });

  test(`it should belong to its registry alone`, async () => {
    const {server, getRegistryKeys} = await makeBench();
    const elsewhere = await startTestServer(respond(404, {}));

    expect(getKeyids(await getRegistryKeys(server.url))).toContain(ownKey.keyid);
    expect(getKeyids(await getRegistryKeys(elsewhere.url))).not.toContain(ownKey.keyid);
  });

  test(`it should not replace a key of TUF`, async () => {
    const impostor = new RegistryKey({keyid: tufKey.keyid});
    const {server, getRegistryKeys} = await makeBench({answer: respond(200, makeKeysAnswer([impostor, ownKey]))});

    const {keys} = await getRegistryKeys(server.url);
    expect(keys.some(({publicKey}) => publicKey.equals(impostor.publicKey))).toEqual(false);
    expect(keys.some(({publicKey}) => publicKey.equals(ownKey.publicKey))).toEqual(true);
  });

  test(`it should not give a key of TUF another use`, async () => {
    const key = new RegistryKey({usages: [`npm:signatures`]});
    const {server, getRegistryKeys} = await makeBench({key, answer: respond(200, makeKeysAnswer([key]))});

    const {keys} = await getRegistryKeys(server.url);
    expect(keys.filter(({usages}) => usages.has(`npm:attestations`))).toEqual([]);
  });
});

describe(`keys of TUF`, () => {
  test.each([``, `/`, `/npm`, `/npm/private/`])(`it should be the only ones for a host that has a target, at %j`, async path => {
    const {server, getRegistryKeys, trust} = await makeBench({hosts: url => [new URL(url).host]});

    expect(await getRegistryKeys(`${server.url}${path}`)).toEqual({kind: `tuf`, keys: trust.keys});
    expect(server.requests).toEqual([]);
  });

  test(`it should not bind a host for a target of one of its paths`, async () => {
    const {server, getRegistryKeys} = await makeBench({hosts: url => [`${new URL(url).host}/npm`]});

    expect((await getRegistryKeys(`${server.url}/npm`)).kind).toEqual(`tuf`);
    expect((await getRegistryKeys(`${server.url}/npm-too`)).kind).toEqual(`endpoint`);
    expect((await getRegistryKeys(server.url)).kind).toEqual(`endpoint`);
  });

  test(`it should be the only ones for the default registry of the host, whatever the settings say`, async () => {
    const {getRegistryKeys, trust, configuration} = await makeBench({settings: {npmRegistryServer: `https://registry.example.com`}});
    const {default: defaultRegistry} = configuration.settings.get(`npmRegistryServer`) as {default: string};

    expect(await getRegistryKeys(defaultRegistry)).toEqual({kind: `tuf`, keys: trust.keys});
    expect(await getRegistryKeys(defaultRegistry.replace(`https:`, `http:`))).toEqual({kind: `tuf`, keys: trust.keys});
  });
});

describe(`npmSigstoreRegistryKeys`, () => {
  async function writeKeys(content: unknown) {
    const path = ppath.join(await xfs.mktempPromise(), `keys.json` as Filename);
    await xfs.writeFilePromise(path, typeof content === `string` ? content : JSON.stringify(content));
    return path;
  }

  test.each([
    [`the endpoint's`, makeKeysAnswer([ownKey])],
    [`the TUF targets'`, makeKeysTarget([ownKey])],
  ])(`it should be taken in %s form, instead of TUF and of the endpoint`, async (_, content) => {
    const path = await writeKeys(content);
    const {getRegistryKeys} = await makeBench({settings: {npmSigstoreRegistryKeys: {[`https://registry.example.org/`]: path}}});

    const pinned = await getRegistryKeys(`https://registry.example.org`);
    expect({kind: pinned.kind, keyids: getKeyids(pinned), sources: new Set(pinned.keys.map(({source}) => source))}).toEqual({kind: `pinned`, keyids: [ownKey.keyid], sources: new Set([`pinned`])});
  });

  test(`it should hold for its registry alone`, async () => {
    const path = await writeKeys(makeKeysAnswer([ownKey]));
    const {getRegistryKeys} = await makeBench({hosts: () => [`registry.example.org`], settings: {npmSigstoreRegistryKeys: {[`https://registry.example.org/npm`]: path}}});

    expect((await getRegistryKeys(`https://registry.example.org/npm`)).kind).toEqual(`pinned`);
    expect(getKeyids(await getRegistryKeys(`https://registry.example.org`))).toEqual([tufKey.keyid]);
    expect(getKeyids(await getRegistryKeys(`https://registry.example.org/npm/other`))).toEqual([tufKey.keyid]);
  });

  test.each([
    [`is missing`, null],
    [`is not JSON`, `<html>`],
    [`has no keys`, {keys: []}],
    [`has a malformed key`, {keys: [{keyid: `a`, keytype: `ecdsa-sha2-nistp256`, scheme: `ecdsa-sha2-nistp256`, key: `AAAA`}]}],
    [`has no key of a known type`, {keys: [{keyid: `a`, keytype: `ssh-ed25519`, scheme: `ssh-ed25519`, key: `AAAA`}]}],
  ])(`it should name a file that %s`, async (_, content) => {
    const path = content === null ? `/missing/keys.json` : await writeKeys(content);
    await expectUsageError({[`https://registry.example.org`]: path}, [`npmSigstoreRegistryKeys`, `registry.example.org`, `keys.json`]);
  });

  test(`it should name an entry that is not for a registry`, async () => {
    await expectUsageError({[`registry`]: await writeKeys(makeKeysAnswer([ownKey]))}, [`npmSigstoreRegistryKeys`, `registry`]);
  });

  test(`it should refuse two entries for a registry`, async () => {
    const path = await writeKeys(makeKeysAnswer([ownKey]));
    await expectUsageError({[`https://registry.example.org`]: path, [`https://registry.example.org/`]: path}, [`npmSigstoreRegistryKeys`]);
  });

  async function expectUsageError(entries: Record<string, string>, words: Array<string>) {
    const error = await makeBench({settings: {npmSigstoreRegistryKeys: entries}}).catch(error => error);
    expect(error).toBeInstanceOf(UsageError);
    for (const word of words) {
      expect(error.message).toContain(word);
    }
  }
});
