import {describe, expect, it}                                                      from 'vitest';

import {limitConcurrency}                                                          from '../../../sources/evidence/limitConcurrency';
import {NOW, makeGlobalFolder, makePackage, makeSource, startRegistry, type Route} from '../../support/evidenceRegistry';

const provenance = {predicateType: `https://slsa.dev/provenance/v1`};
const trustedPublisher = {id: `github`, oidcConfigId: `oidc:1`};

const time = {created: `2020-01-01T00:00:00Z`, modified: `2024-01-01T00:00:00Z`, '1.0.0': `2023-12-31T10:00:00.000Z`};

async function fetchReleases(root: Route, options: Parameters<typeof makeSource>[0] = {}) {
  const server = await startRegistry({'/foo': root});
  const source = await makeSource(options);

  return source.fetchReleases(makePackage(server.registry, `foo`, `1.0.0`));
}

async function fetchRelease(manifest: unknown, fields: object = {time}) {
  const fetched = await fetchReleases({name: `foo`, versions: {'1.0.0': manifest}, ...fields});
  return fetched.status === `found` ? fetched.value[0] : fetched.status;
}

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
    expect((await fetchReleases(root)).status).toBe(status);
  });

  it(`should leave out what is no version`, async () => {
    const fetched = await fetchReleases({name: `foo`, versions: {'1.0.0': {}, 'v1.1.0': {}, latest: {}, __proto__x: {}}, time});
    expect(fetched).toMatchObject({value: [{version: `1.0.0`}]});
  });
});

describe(`The store`, () => {
  it(`should keep a history for each version`, async () => {
    const globalFolder = await makeGlobalFolder();
    const server = await startRegistry({'/foo': {name: `foo`, versions: {'1.0.0': {_npmUser: {name: `ann`}, dist: {attestations: {provenance}}}, '1.1.0': {}}, time}});
    const pkg = makePackage(server.registry, `foo`, `1.0.0`);

    const first = await (await makeSource({globalFolder})).fetchReleases(pkg);
    const second = await (await makeSource({globalFolder})).fetchReleases(pkg);
    const offline = await (await makeSource({globalFolder, mode: `offline`, now: new Date(NOW.getTime() + 1e12)})).fetchReleases(pkg);

    expect(first).toMatchObject({status: `found`, origin: {from: `network`}});
    expect(second).toEqual({...first, origin: {from: `store`, fetchedAt: NOW}});
    expect(offline).toEqual(second);
    expect(server.requests).toHaveLength(1);
  });

  it(`should know nothing of other versions`, async () => {
    const source = await makeSource({mode: `offline`});
    expect((await source.fetchReleases(makePackage(`https://registry.example.org`, `foo`, `1.0.0`))).status).toBe(`unreachable`);
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
