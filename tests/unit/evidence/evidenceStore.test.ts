import {npath, ppath, xfs}                                                                                  from '@yarnpkg/fslib';
import type {PortablePath}                                                                                  from '@yarnpkg/fslib';
import {execFileSync}                                                                                       from 'node:child_process';
import {beforeEach, describe, expect, test}                                                                 from 'vitest';

import {getEvidenceFolder, makeEvidenceStore}                                                               from '../../../sources/evidence/evidenceStore';
import type {RegistryPackage}                                                                               from '../../../sources/evidence/types';
import {makeTestConfiguration}                                                                              from '../../support/configuration';
import {NOW, listFiles, makeGlobalFolder, makeManifest, makePackage, makeSource, signatures, startRegistry} from '../../support/evidenceRegistry';
import type {Route}                                                                                         from '../../support/evidenceRegistry';

const HOUR = 3600_000;
const later = (hours: number) => new Date(NOW.getTime() + hours * HOUR);

const advertised = {url: `x`, provenance: null};
const attestations = [{predicateType: `x`, bundle: {a: 1}}];

let globalFolder: PortablePath;

beforeEach(async () => {
  globalFolder = await makeGlobalFolder();
});

/** Answers 304 to those who know the etag. */
function withEtag(etag: string, document: object): Route {
  return (request, response) => {
    if (request.headers[`if-none-match`] === etag) {
      response.writeHead(304).end();
    } else {
      response.writeHead(200, {etag}).end(JSON.stringify(document));
    }
  };
}

async function startFoo(routes: Record<string, Route> = {}) {
  const server = await startRegistry({
    '/foo/1.0.0': withEtag(`"1"`, makeManifest(`foo`, `1.0.0`)),
    '/-/npm/v1/attestations/foo@1.0.0': withEtag(`"2"`, {attestations}),
    ...routes,
  });

  const pkg = makePackage(server.registry, `foo`, `1.0.0`);
  return {...server, pkg};
}

async function fetchBoth(pkg: RegistryPackage, options: Parameters<typeof makeSource>[0] = {}) {
  const source = await makeSource({globalFolder, ...options});
  return [await source.fetchVersionDocument(pkg), await source.fetchAttestations(pkg, advertised)];
}

describe(`age`, () => {
  test(`it should not ask again within a day`, async () => {
    const {pkg, requests} = await startFoo();
    const first = await fetchBoth(pkg);
    const second = await fetchBoth(pkg, {now: later(23)});

    expect(second).toEqual(first.map(evidence => ({...evidence, origin: {from: `store`, fetchedAt: NOW}})));
    expect(second).toMatchObject([{status: `found`, value: {signatures}}, {status: `found`, value: attestations}]);
    expect(requests).toHaveLength(2);
  });

  test(`it should ask after a day whether anything has changed, and trust that for another one`, async () => {
    const {pkg, requests} = await startFoo();
    await fetchBoth(pkg);

    expect(await fetchBoth(pkg, {now: later(24)})).toMatchObject([
      {status: `found`, value: {signatures}, origin: {from: `network`, fetchedAt: later(24)}},
      {status: `found`, value: attestations, origin: {from: `network`, fetchedAt: later(24)}},
    ]);
    expect(requests.map(({headers}) => headers[`if-none-match`])).toEqual([undefined, undefined, `"1"`, `"2"`]);

    expect(await fetchBoth(pkg, {now: later(47)})).toMatchObject([{origin: {from: `store`, fetchedAt: later(24)}}, {origin: {from: `store`}}]);
    expect(requests).toHaveLength(4);
  });

  test(`it should take up what has changed`, async () => {
    const {pkg, routes} = await startFoo();
    await fetchBoth(pkg);
    routes[`/foo/1.0.0`] = withEtag(`"3"`, makeManifest(`foo`, `1.0.0`, {integrity: `sha512-y`, signatures}));

    expect(await fetchBoth(pkg, {now: later(25)})).toMatchObject([{value: {integrity: `sha512-y`}}, {}]);
    expect(await fetchBoth(pkg, {now: later(26)})).toMatchObject([{value: {integrity: `sha512-y`}, origin: {from: `store`}}, {}]);
  });

  test.each([
    [404, `absent`],
    [500, `unreachable`],
  ])(`it should not fall back to old evidence when the registry answers %i`, async (status, expected) => {
    const {pkg, routes} = await startFoo();
    await fetchBoth(pkg);
    routes[`/foo/1.0.0`] = status;
    routes[`/-/npm/v1/attestations/foo@1.0.0`] = status;
    expect(await fetchBoth(pkg, {now: later(25)})).toMatchObject([{status: expected}, {status: expected}]);
  });

  test(`it should not believe times that lie ahead`, async () => {
    const {pkg, requests} = await startFoo();
    await fetchBoth(pkg, {now: later(1)});
    await fetchBoth(pkg, {now: NOW});
    expect(requests).toHaveLength(4);
  });

  test(`it should send an etag along with the question that it belongs to, and with no other`, async () => {
    const {pkg, requests, routes, getPaths} = await startFoo({
      '/foo/1.0.0': withEtag(`"1"`, makeManifest(`foo`, `1.0.0`, {})),
      '/foo': withEtag(`"root"`, {name: `foo`, versions: {'1.0.0': makeManifest(`foo`, `1.0.0`)}}),
    });

    await (await makeSource({globalFolder})).fetchVersionDocument(pkg);
    const fetched = await (await makeSource({globalFolder, now: later(25)})).fetchVersionDocument(pkg);
    expect(fetched).toMatchObject({status: `found`, value: {signatures}, origin: {from: `network`}});
    expect(getPaths()).toEqual([`/foo/1.0.0`, `/foo`, `/foo/1.0.0`, `/foo`]);
    expect(requests.map(({headers}) => headers[`if-none-match`])).toEqual([undefined, undefined, undefined, `"root"`]);
    expect(Object.keys(routes)).toContain(`/foo`);
  });
});

describe(`modes`, () => {
  test(`it should use evidence of any age, and no network, when offline`, async () => {
    const {pkg, requests} = await startFoo();
    await fetchBoth(pkg);
    expect(await fetchBoth(pkg, {mode: `offline`, now: later(10_000)})).toMatchObject([
      {status: `found`, origin: {from: `store`, fetchedAt: NOW}},
      {status: `found`, origin: {from: `store`, fetchedAt: NOW}},
    ]);
    expect(requests).toHaveLength(2);
  });

  test(`it should call unreachable what is not there when offline`, async () => {
    const {pkg, requests} = await startFoo();
    expect(await fetchBoth(pkg, {mode: `offline`})).toMatchObject([{status: `unreachable`}, {status: `unreachable`}]);
    expect(requests).toEqual([]);
  });

  test(`it should ignore what is there when told to refresh, and replace it`, async () => {
    const {pkg, requests} = await startFoo();
    await fetchBoth(pkg);
    await fetchBoth(pkg, {mode: `refresh`, now: later(1)});
    expect(requests.map(({headers}) => headers[`if-none-match`])).toEqual([undefined, undefined, undefined, undefined]);
    expect(await fetchBoth(pkg, {now: later(24)})).toMatchObject([{origin: {from: `store`, fetchedAt: later(1)}}, {origin: {from: `store`, fetchedAt: later(1)}}]);
  });
});

describe(`what is kept`, () => {
  test.each<[string, Record<string, Route>]>([
    [`refusals`, {'/foo/1.0.0': 404, '/-/npm/v1/attestations/foo@1.0.0': 404}],
    [`faults`, {'/foo/1.0.0': 500, '/-/npm/v1/attestations/foo@1.0.0': 500}],
    [`garbage`, {'/foo/1.0.0': `[]`, '/-/npm/v1/attestations/foo@1.0.0': `[]`}],
    [`empty lists and unsigned documents`, {'/foo/1.0.0': makeManifest(`foo`, `1.0.0`, {integrity: `x`}), '/-/npm/v1/attestations/foo@1.0.0': {attestations: []}}],
  ])(`it should not keep %s`, async (_, routes) => {
    const {pkg} = await startFoo(routes);
    await fetchBoth(pkg);
    expect(await listFiles(globalFolder)).toEqual([]);
  });

  test(`it should not keep more of a package than any evidence takes`, async () => {
    const filler = `é`.repeat(512 * 1024);
    const {pkg} = await startFoo({'/-/npm/v1/attestations/foo@1.0.0': {attestations: [{predicateType: `x`, bundle: {filler}}]}});

    expect(await fetchBoth(pkg)).toMatchObject([{status: `found`}, {status: `found`, value: [{bundle: {filler}}]}]);
    expect(await fetchBoth(pkg)).toMatchObject([{origin: {from: `store`}}, {origin: {from: `network`}}]);
    expect(await listFiles(globalFolder)).toHaveLength(1);
  });

  test(`it should keep apart what differs in registry, name, version or kind`, async () => {
    const store = makeEvidenceStore(makeTestConfiguration({settings: {globalFolder: npath.fromPortablePath(globalFolder)}}));
    const packages = [[`http://a`, `foo`, `1.0.0`], [`http://b`, `foo`, `1.0.0`], [`http://a`, `bar`, `1.0.0`], [`http://a`, `foo`, `1.0.1`], [`http://a`, `@foo/1.0.0`, ``]] as const;

    const cells = packages.flatMap(([registry, name, version]) => {
      return ([`document`, `attestations`] as const).map(kind => ({kind, pkg: makePackage(registry, name, version)}));
    });

    for (const [index, {kind, pkg}] of cells.entries())
      await store.write(kind, pkg, {value: index, fetchedAt: NOW, validator: null});

    expect(await Promise.all(cells.map(({kind, pkg}) => store.tryRead(kind, pkg, value => value)))).toEqual(cells.map((_, index) => ({value: index, fetchedAt: NOW, validator: null})));
  });

  test.each([`../../../../escape`, `..`, `__proto__`, `x`.repeat(5000), `a\u0000b`, `con`])(`it should stay within its folder, whatever a version is called (%#)`, async version => {
    const configuration = makeTestConfiguration({settings: {globalFolder: npath.fromPortablePath(globalFolder)}});
    const store = makeEvidenceStore(configuration);
    const pkg = makePackage(`http://a`, `foo`, version);

    await store.write(`document`, pkg, {value: 1, fetchedAt: NOW, validator: null});
    expect(await store.tryRead(`document`, pkg, value => value)).toMatchObject({value: 1});
    expect(await listFiles(ppath.dirname(globalFolder))).toHaveLength(1);

    await xfs.removePromise(getEvidenceFolder(configuration));
    expect(await listFiles(ppath.dirname(globalFolder))).toEqual([]);
  });
});

describe(`damage`, () => {
  const mutations: Array<[string, (content: string) => string]> = [
    [`is empty`, () => ``],
    [`is cut off`, content => content.slice(0, -5)],
    [`is not an object`, () => `[]`],
    [`belongs to another package`, content => content.replace(/"key":"./, `"key":"x`)],
    [`has no time`, content => content.replace(`fetchedAt`, `x`)],
    [`has a bad time`, content => content.replace(NOW.toISOString(), `yesterday`)],
    [`has no value`, content => content.replace(`"value"`, `"x"`)],
    [`has a value of another form`, content => content.replace(/"signatures":\[.*?\]|"predicateType":"x"/, `"signatures":"x"`)],
    [`has an etag that no header can hold`, content => content.replace(`\\"1\\"`, `\\n`).replace(`\\"2\\"`, `\\n`)],
    [`says that there is no evidence`, content => content.replace(/"signatures":\[.*?\]|\{"predicateType":"x".*?\}\}/, match => match.startsWith(`{`) ? `` : `"signatures":[]`)],
    [`is nested too deep`, content => content.replace(/^\{/, `{"x":${`[`.repeat(200)}${`]`.repeat(200)},`)],
  ];

  test.each(mutations)(`it should not use an entry that %s, and replace it`, async (_, mutate) => {
    const {pkg, requests} = await startFoo();
    await fetchBoth(pkg);

    for (const path of await listFiles(globalFolder)) {
      const content = await xfs.readFilePromise(path, `utf8`);
      expect(mutate(content)).not.toEqual(content);
      await xfs.writeFilePromise(path, mutate(content));
    }

    expect(await fetchBoth(pkg)).toMatchObject([{status: `found`, origin: {from: `network`}}, {status: `found`, origin: {from: `network`}}]);
    expect(requests.map(({headers}) => headers[`if-none-match`])).toEqual([undefined, undefined, undefined, undefined]);
    expect(await fetchBoth(pkg)).toMatchObject([{origin: {from: `store`}}, {origin: {from: `store`}}]);
  });

  test.each<[string, (path: PortablePath) => void]>([
    [`a pipe`, path => void execFileSync(`mkfifo`, [npath.fromPortablePath(path)])],
    [`a folder`, path => xfs.mkdirSync(path)],
    [`endless`, path => xfs.symlinkSync(npath.toPortablePath(`/dev/zero`), path)],
  ])(`it should not wait for an entry that is %s`, async (_, put) => {
    const {pkg} = await startFoo();
    await fetchBoth(pkg);

    for (const path of await listFiles(globalFolder)) {
      await xfs.unlinkPromise(path);
      put(path);
    }

    expect(await fetchBoth(pkg)).toMatchObject([{status: `found`, origin: {from: `network`}}, {status: `found`, origin: {from: `network`}}]);
  });

  test(`it should not read an entry that is larger than any that it writes`, async () => {
    const {pkg} = await startFoo();
    await fetchBoth(pkg);

    for (const path of await listFiles(globalFolder))
      await xfs.appendFilePromise(path, ` `.repeat(1024 * 1024));

    expect(await fetchBoth(pkg)).toMatchObject([{status: `found`, origin: {from: `network`}}, {status: `found`, origin: {from: `network`}}]);
  });

  test(`it should do without a folder that cannot be written to`, async () => {
    await xfs.mkdirpPromise(globalFolder);
    await xfs.writeFilePromise(ppath.join(globalFolder, `attestations`), `in the way`);
    const {pkg} = await startFoo();
    expect(await fetchBoth(pkg)).toMatchObject([{status: `found`}, {status: `found`}]);
  });
});

test(`it should replace entries as a whole, for the sake of those who are reading`, async () => {
  const store = makeEvidenceStore(makeTestConfiguration({settings: {globalFolder: npath.fromPortablePath(globalFolder)}}));
  const pkg = makePackage(`http://a`, `foo`, `1.0.0`);
  await store.write(`document`, pkg, {value: `old`, fetchedAt: NOW, validator: null});

  const [path] = await listFiles(globalFolder);
  const before = await xfs.readFilePromise(path!, `utf8`);
  const reader = await xfs.openPromise(path!, `r`);

  await store.write(`document`, pkg, {value: `new`, fetchedAt: NOW, validator: null});
  const buffer = Buffer.alloc(before.length);
  await xfs.readPromise(reader, buffer, 0, buffer.length, 0);
  await xfs.closePromise(reader);

  expect(buffer.toString()).toEqual(before);
  expect(await store.tryRead(`document`, pkg, value => value)).toMatchObject({value: `new`});
});

test(`it should bear many writers of one entry`, async () => {
  const store = makeEvidenceStore(makeTestConfiguration({settings: {globalFolder: npath.fromPortablePath(globalFolder)}}));
  const pkg = makePackage(`http://a`, `foo`, `1.0.0`);
  const write = (index: number) => store.write(`document`, pkg, {value: String(index).repeat(100_000), fetchedAt: NOW, validator: null});

  await Promise.all(Array.from({length: 10}, (_, index) => write(index)));
  expect(await store.tryRead(`document`, pkg, value => value)).toMatchObject({value: expect.stringMatching(/^(\d)\1{99999}$/)});
  expect(await listFiles(globalFolder)).toHaveLength(1);
});
