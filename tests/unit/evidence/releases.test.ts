import {xfs}                                                                                                          from '@yarnpkg/fslib';
import {describe, expect, it}                                                                                         from 'vitest';

import {limitConcurrency}                                                                                             from '../../../sources/evidence/limitConcurrency';
import type {History}                                                                                                 from '../../../sources/evidence/types';
import {NOW, listFiles, makeGlobalFolder, makePackage, makeSource, startRegistry, type Route, type TestSourceOptions} from '../../support/evidenceRegistry';

const provenance = {predicateType: `https://slsa.dev/provenance/v1`};
const trustedPublisher = {id: `github`, oidcConfigId: `oidc:1`};

const time = {created: `2020-01-01T00:00:00Z`, modified: `2024-01-01T00:00:00Z`, '1.0.0': `2023-12-31T10:00:00.000Z`};

async function fetchFullHistory(root: Route) {
  const server = await startRegistry({'/foo': root});
  const source = await makeSource();

  return source.fetchHistory(makePackage(server.registry, `foo`, `1.0.0`), null);
}

async function fetchRelease(manifest: unknown, fields: object = {time}) {
  const fetched = await fetchFullHistory({name: `foo`, versions: {'1.0.0': manifest}, ...fields});
  return fetched.status === `found` ? fetched.value.releases[0] : fetched.status;
}

const ABBREVIATED = `application/vnd.npm.install-v1+json`;

/** Answers as npm's registry does, and asks to be asked conditionally. */
function serve({abbreviated, full}: {abbreviated?: object, full: object}): Route {
  return (request, response) => {
    const [document, etag] = abbreviated && request.headers.accept!.includes(ABBREVIATED) ? [abbreviated, `"a"`] : [full, `"f"`];

    if (request.headers[`if-none-match`] === etag) {
      response.writeHead(304).end();
    } else {
      response.writeHead(200, {etag}).end(JSON.stringify(document));
    }
  };
}

const withProvenance = {dist: {attestations: {url: `x`, provenance}}};
const ann = {_npmUser: {name: `ann`}};

const full = {name: `foo`, versions: {'0.9.0': {...withProvenance, ...ann}, '1.0.0': ann}, time};
const abbreviated = {name: `foo`, versions: {'0.9.0': withProvenance, '1.0.0': {}}, modified: time.modified};

const DAY = 24 * 60 * 60 * 1000;

describe(`A catalogue in the store`, () => {
  it(`should be what the registry said, whatever its tags are called`, async () => {
    const root = JSON.parse(`{"name": "foo", "versions": {"1.0.0": {"_npmUser": {"name": "ann"}}}, "dist-tags": {"latest": "1.0.0", "__proto__": "1.0.0"}, "time": {"1.0.0": "2024-01-01T00:00:00Z"}}`);
    const server = await startRegistry({'/foo': root});
    const globalFolder = await makeGlobalFolder();
    const pkg = {ident: makePackage(server.registry, `foo`, `1.0.0`).ident, registry: server.registry};

    const asked = await (await makeSource({globalFolder})).fetchCatalogue(pkg);
    const stored = await (await makeSource({globalFolder, mode: `offline`})).fetchCatalogue(pkg);

    expect(asked).toMatchObject({status: `found`, origin: {from: `network`}});
    expect(stored).toEqual({...asked, origin: {from: `store`, fetchedAt: NOW}});
    expect(stored).toMatchObject({value: {tags: new Map([[`latest`, `1.0.0`], [`__proto__`, `1.0.0`]])}});
  });
});

describe(`What a root document says of a release`, () => {
  it.each([
    [`nothing`, {}, `none`, null],
    [`a person with a token`, {_npmUser: {name: `ann`, email: `ann@example.org`}}, `none`, `ann`],
    [`provenance`, {_npmUser: {name: `ann`}, dist: {attestations: {url: `x`, provenance}}}, `provenance`, `ann`],
    [`a publish attestation alone`, {dist: {attestations: {url: `x`}}}, `none`, null],
    [`a trusted publisher with provenance`, {_npmUser: {name: `GitHub Actions`, trustedPublisher}, dist: {attestations: {url: `x`, provenance}}}, `trusted-publisher`, `GitHub Actions, trusted publisher github`],
    [`a trusted publisher without provenance`, {_npmUser: {name: `CircleCI`, trustedPublisher: {id: `circleci`}}}, `none`, `CircleCI, trusted publisher circleci`],
    [`a staged publish`, {_npmUser: {name: `ann`, approver: {name: `bob`}}}, `staged`, `ann, approved by bob`],
    [`a staged publish by a trusted publisher`, {_npmUser: {name: `GitHub Actions`, trustedPublisher, approver: {name: `bob`}}, dist: {attestations: {url: `x`, provenance}}}, `staged`, `GitHub Actions, trusted publisher github, approved by bob`],
    [`marks that say no`, {_npmUser: {name: `ann`, approver: null, trustedPublisher: false}, dist: {attestations: {provenance: null}}}, `none`, `ann`],
    [`marks that are nonsense`, {_npmUser: `ann`, dist: []}, `none`, null],
    [`a name that nobody has`, {_npmUser: {name: `x`.repeat(5000)}}, `none`, null],
    [`inherited names`, JSON.parse(`{"__proto__": {"_npmUser": {"approver": {"name": "eve"}}}}`), `none`, null],
  ])(`should read %s`, async (_, manifest, evidence, publisher) => {
    expect(await fetchRelease(manifest)).toEqual({version: `1.0.0`, publishedAt: new Date(time[`1.0.0`]), evidence, publisher});
  });

  it.each([
    [{}],
    [{time: null}],
    [{time: {}}],
    [{time: {'1.0.0': `yesterday`}}],
    [{time: {'1.0.0': 1}}],
  ])(`should not know the time from %j`, async fields => {
    expect(await fetchRelease({}, fields)).toMatchObject({publishedAt: null});
  });

  it.each([
    [`no such version`, {name: `foo`, versions: {'2.0.0': {}}, time}, `absent`],
    [`no versions`, {name: `foo`, time}, `absent`],
    [`another package`, {name: `bar`, versions: {'1.0.0': {}}, time}, `malformed`],
    [`a version that is no manifest`, {name: `foo`, versions: {'1.0.0': {}, '1.1.0': 1}, time}, `malformed`],
    [`times that are none`, {name: `foo`, versions: {'1.0.0': {}}, time: `now`}, `malformed`],
    [`a page of a proxy`, `<html>`, `unreachable`],
    [`a fault`, 503, `unreachable`],
    [`no document`, 404, `absent`],
  ])(`should tell %s from a history`, async (_, root, status) => {
    expect((await fetchFullHistory(root)).status).toBe(status);
  });

  it(`should leave out what is no version`, async () => {
    const fetched = await fetchFullHistory({name: `foo`, versions: {'1.0.0': {}, 'v1.1.0': {}, latest: {}, __proto__x: {}}, time});
    expect(fetched).toMatchObject({value: {releases: [{version: `1.0.0`}]}});
  });
});

describe(`Abbreviated documents`, () => {
  const fetchHistory = async (route: Route, isEnough: ((history: History) => boolean) | null, options: TestSourceOptions = {}) => {
    const server = await startRegistry({'/foo': route});
    const fetched = await (await makeSource(options)).fetchHistory(makePackage(server.registry, `foo`, `1.0.0`), isEnough);

    return {fetched, accepted: server.requests.map(({headers}) => headers.accept!.includes(ABBREVIATED) ? `abbreviated` : `full`)};
  };

  it(`should be asked for first, and be all where they are enough`, async () => {
    const {fetched, accepted} = await fetchHistory(serve({abbreviated, full}), () => true);

    expect(accepted).toEqual([`abbreviated`]);
    expect(fetched).toMatchObject({value: {isFull: false, modified: new Date(time.modified), releases: [
      {version: `0.9.0`, evidence: `provenance`, publishedAt: null, publisher: null},
      {version: `1.0.0`, evidence: `none`, publishedAt: null, publisher: null},
    ]}});
  });

  it(`should be followed by the full one where they are not`, async () => {
    const {fetched, accepted} = await fetchHistory(serve({abbreviated, full}), () => false);

    expect(accepted).toEqual([`abbreviated`, `full`]);
    expect(fetched).toMatchObject({value: {isFull: true, releases: [{publisher: `ann`}, {publishedAt: new Date(time[`1.0.0`])}]}});
  });

  it(`should not be asked for where they cannot be enough`, async () => {
    const {fetched, accepted} = await fetchHistory(serve({abbreviated, full}), null);

    expect(accepted).toEqual([`full`]);
    expect(fetched).toMatchObject({value: {isFull: true}});
  });

  it(`should be known for what they are`, async () => {
    const {fetched, accepted} = await fetchHistory(serve({full}), () => false);

    expect(accepted).toEqual([`abbreviated`]);
    expect(fetched).toMatchObject({value: {isFull: true, modified: new Date(time.modified)}});
  });

  it.each([
    [`with times`, {...abbreviated, time}],
    [`with publishers`, {...abbreviated, versions: full.versions}],
    [`with times that are none`, {...full, time: {}}],
  ])(`should not pass for full ones: %s`, async (_, abbreviated) => {
    expect((await fetchHistory(serve({abbreviated, full}), () => false)).accepted).toEqual([`abbreviated`, `full`]);
  });

  it.each([
    [`without the version`, {...abbreviated, versions: {}}],
    [`of another package`, {...abbreviated, name: `bar`}],
  ])(`should not have the last word: %s`, async (_, abbreviated) => {
    const {fetched, accepted} = await fetchHistory(serve({abbreviated, full}), () => true);

    expect(accepted).toEqual([`abbreviated`, `full`]);
    expect(fetched).toMatchObject({status: `found`});
  });

  it(`should not be asked for again by the full ones when there is no answer`, async () => {
    const {fetched, accepted} = await fetchHistory(503, () => true);

    expect(accepted).toEqual([`abbreviated`]);
    expect(fetched.status).toBe(`unreachable`);
  });

  it(`should not be asked for when the host has read the full one`, async () => {
    const recalled: History = {releases: [], isFull: true, modified: null};
    const {fetched, accepted} = await fetchHistory(serve({abbreviated, full}), null, {recallHistory: () => recalled});

    expect(accepted).toEqual([]);
    expect(fetched).toMatchObject({value: recalled});
  });

  it.each([[null, [`full`]], [() => false, [`abbreviated`, `full`]], [() => true, []]])(`should be believed from the host where they are enough: %s`, async (isEnough, requests) => {
    const recalled: History = {releases: [], isFull: false, modified: null};
    expect((await fetchHistory(serve({abbreviated, full}), isEnough, {recallHistory: () => recalled})).accepted).toEqual(requests);
  });
});

describe(`The store`, () => {
  const start = async () => {
    const server = await startRegistry({'/foo': serve({abbreviated, full})});
    const globalFolder = await makeGlobalFolder();
    const pkg = makePackage(server.registry, `foo`, `1.0.0`);

    return {server: {...server, globalFolder}, fetch: async (isEnough: (() => boolean) | null, options: TestSourceOptions = {}) => (await makeSource({globalFolder, ...options})).fetchHistory(pkg, isEnough)};
  };

  it.each([
    [`full`, null],
    [`abbreviated`, () => true],
  ])(`should keep a history for each version: %s`, async (_, isEnough) => {
    const {server, fetch} = await start();

    const first = await fetch(isEnough);
    const second = await fetch(isEnough);
    const offline = await fetch(isEnough, {mode: `offline`, now: new Date(NOW.getTime() + 1e12)});

    expect(first).toMatchObject({status: `found`, origin: {from: `network`}});
    expect(second).toEqual({...first, origin: {from: `store`, fetchedAt: NOW}});
    expect(offline).toEqual(second);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    [`full`, null, `"f"`],
    [`abbreviated`, () => true, `"a"`],
  ])(`should have the same document asked for again, conditionally: %s`, async (_, isEnough, etag) => {
    const {server, fetch} = await start();

    const first = await fetch(isEnough);
    const later = new Date(NOW.getTime() + 2 * DAY);
    expect(await fetch(isEnough, {now: later})).toEqual({...first, origin: {from: `network`, fetchedAt: later}});
    expect(server.requests.map(({headers}) => headers[`if-none-match`])).toEqual([undefined, etag]);
  });

  it(`should have the full one asked for, conditionally, where it is known, though less might do`, async () => {
    const {server, fetch} = await start();
    await fetch(null);
    await fetch(() => true, {now: new Date(NOW.getTime() + 2 * DAY)});

    expect(server.requests.map(({headers}) => headers[`if-none-match`])).toEqual([undefined, `"f"`]);
  });

  it(`should not give an abbreviated one to whoever needs more`, async () => {
    const {fetch} = await start();
    await fetch(() => true);

    expect(await fetch(() => false, {mode: `offline`})).toMatchObject({status: `unreachable`});
    expect(await fetch(() => false)).toMatchObject({value: {isFull: true}, origin: {from: `network`}});
  });

  it.each<[string, Array<object>]>([
    [`does not have the version that it is kept for`, [{version: `0.9.0`, evidence: `none`}]],
    [`has what is no version`, [{version: `1.0.0`, evidence: `none`}, {version: `latest`, evidence: `provenance`}]],
  ])(`should not be believed about a history that %s`, async (_, releases) => {
    const {server, fetch} = await start();
    await fetch(null);

    for (const path of await listFiles(server.globalFolder)) {
      const entry = await xfs.readJsonPromise(path);
      await xfs.writeJsonPromise(path, {...entry, value: {...entry.value, releases}});
    }

    expect(await fetch(null)).toMatchObject({status: `found`, origin: {from: `network`}, value: {releases: [{version: `0.9.0`}, {version: `1.0.0`}]}});
    expect(server.requests.map(({headers}) => headers[`if-none-match`])).toEqual([undefined, undefined]);
  });

  it(`should know nothing of other versions`, async () => {
    const source = await makeSource({mode: `offline`});
    expect((await source.fetchHistory(makePackage(`https://registry.example.org`, `foo`, `1.0.0`), null)).status).toBe(`unreachable`);
  });
});

describe(`limitConcurrency`, () => {
  it(`should run a few calls at once, and all of them in the end`, async () => {
    let running = 0;
    let most = 0;

    const run = limitConcurrency(3, async (value: number) => {
      most = Math.max(most, ++running);
      await new Promise(resolve => setImmediate(resolve));
      running -= 1;

      if (value === 5)
        throw new Error(`5`);

      return value;
    });

    const results = await Promise.allSettled(Array.from({length: 10}, (_, index) => run(index)));

    expect(most).toBe(3);
    expect(results.filter(({status}) => status === `fulfilled`)).toHaveLength(9);
    expect(await run(1)).toBe(1);
  });
});
