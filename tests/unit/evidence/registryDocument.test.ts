import {describe, expect, test}                                           from 'vitest';

import {makeManifest, makePackage, makeSource, signatures, startRegistry} from '../../support/evidenceRegistry';
import type {Route}                                                       from '../../support/evidenceRegistry';

const manifest = makeManifest(`foo`, `1.0.0`);
const stripped = makeManifest(`foo`, `1.0.0`, {integrity: `sha512-x`});
const root = {name: `foo`, versions: {'1.0.0': manifest}};
const strippedRoot = {name: `foo`, versions: {'1.0.0': stripped}};

function answer(status: number, body: string): Route {
  return (_, response) => void response.writeHead(status).end(body);
}

async function fetchFoo(routes: Record<string, Route>) {
  const registry = await startRegistry(routes);
  const source = await makeSource();
  return {...registry, source, document: await source.fetchVersionDocument(makePackage(registry.registry, `foo`, `1.0.0`))};
}

describe(`the small document`, () => {
  test(`it should be all that is asked for when it has signatures`, async () => {
    const {document, getPaths} = await fetchFoo({'/foo/1.0.0': {
      ...manifest,
      repository: {type: `git`, url: `git+https://github.com/o/r.git`},
      dist: {...manifest.dist, attestations: {url: `https://registry.example.org/x`, provenance: {predicateType: `https://slsa.dev/provenance/v1`}}},
    }});

    expect(document).toEqual({
      status: `found`,
      origin: {from: `network`, fetchedAt: expect.any(Date)},
      value: {
        integrity: `sha512-x`,
        signatures,
        attestations: {url: `https://registry.example.org/x`, provenance: `https://slsa.dev/provenance/v1`},
        repository: `git+https://github.com/o/r.git`,
      },
    });
    expect(getPaths()).toEqual([`/foo/1.0.0`]);
  });

  test(`it should be asked for by names with a scope and versions with build metadata`, async () => {
    const {registry, requests} = await startRegistry({'/@s/n/1.0.0+b': makeManifest(`@s/n`, `1.0.0+b`)});
    const source = await makeSource();
    expect(await source.fetchVersionDocument(makePackage(registry, `@s/n`, `1.0.0+b`))).toMatchObject({status: `found`});
    expect(requests[0]!.url).toEqual(`/@s%2fn/1.0.0%2Bb`);
  });

  test(`it should be asked for by one segment of the path, whatever the name is`, async () => {
    const {registry, requests} = await startRegistry({});
    const source = await makeSource();
    await source.fetchVersionDocument(makePackage(registry, `a?b#c%2fd`, `1.0.0`));
    await source.fetchVersionDocument(makePackage(registry, `\ud800`, `\udfff`));
    expect(requests.map(({url}) => url)).toEqual([`/a%3Fb%23c%252fd/1.0.0`, `/a%3Fb%23c%252fd`, `/%EF%BF%BD/%EF%BF%BD`, `/%EF%BF%BD`]);
  });

  test.each([400, 404, 405, 410, 418, 501])(`it should be replaced by the root document when the registry answers %i`, async status => {
    const {document, getPaths} = await fetchFoo({'/foo/1.0.0': status, '/foo': root});
    expect(document).toMatchObject({status: `found`, value: {signatures}});
    expect(getPaths()).toEqual([`/foo/1.0.0`, `/foo`]);
  });

  test.each([
    [`of another version`, makeManifest(`foo`, `2.0.0`, {integrity: `sha512-other`, signatures})],
    [`that is the root one`, root],
    [`without dist`, {name: `foo`, version: `1.0.0`}],
  ])(`it should be replaced when the registry answers with a document %s`, async (_, answer) => {
    const {document} = await fetchFoo({'/foo/1.0.0': answer, '/foo': root});
    expect(document).toMatchObject({status: `found`, value: {integrity: `sha512-x`, signatures}});
  });

  test(`it should be replaced by the root document when it is a page that was not found`, async () => {
    const {document} = await fetchFoo({'/foo/1.0.0': answer(404, `<html>Not found</html>`), '/foo': root});
    expect(document).toMatchObject({status: `found`, value: {signatures}});
  });

  test(`it should be replaced when the registry answers with more than one version takes`, async () => {
    const {document} = await fetchFoo({'/foo/1.0.0': {...manifest, x: `x`.repeat(5 * 1024 * 1024)}, '/foo': root});
    expect(document).toMatchObject({status: `found`, value: {signatures}});
  });

  test(`it should be replaced when it was stripped of signatures, keeping what only it has`, async () => {
    const {document} = await fetchFoo({'/foo/1.0.0': {...stripped, repository: `github:o/r`}, '/foo': root});
    expect(document).toMatchObject({status: `found`, value: {signatures, repository: `github:o/r`}});
  });

  test.each([
    [`strips too`, strippedRoot],
    [`lacks the version`, {name: `foo`, versions: {}}],
    [`is not there`, 404],
  ])(`it should stand when the root document %s`, async (_, root) => {
    const {document} = await fetchFoo({'/foo/1.0.0': stripped, '/foo': root});
    expect(document).toMatchObject({status: `found`, value: {integrity: `sha512-x`, signatures: []}});
  });

  test(`it should not pass for unsigned when the root document cannot be had`, async () => {
    const {document} = await fetchFoo({'/foo/1.0.0': stripped, '/foo': 500});
    expect(document).toMatchObject({status: `unreachable`, authentication: false});
  });
});

describe(`what is remembered of a registry`, () => {
  const bar = {'/bar/1.0.0': makeManifest(`bar`, `1.0.0`), '/bar': {name: `bar`, versions: {'1.0.0': makeManifest(`bar`, `1.0.0`)}}};

  test.each<[string, Route, Route, Array<string>]>([
    [`has no small documents`, 405, root, [`/bar`]],
    [`strips them`, stripped, root, [`/bar`]],
    [`has no signatures anywhere`, stripped, strippedRoot, [`/bar/1.0.0`]],
    [`lacks a version`, 404, {name: `foo`, versions: {}}, [`/bar/1.0.0`]],
    [`lacks a package`, 404, 404, [`/bar/1.0.0`]],
  ])(`it should ask a registry that %s for the right document next time`, async (_, small, root, paths) => {
    const {source, registry, getPaths} = await fetchFoo({...bar, '/foo/1.0.0': small, '/foo': root});
    expect(await source.fetchVersionDocument(makePackage(registry, `bar`, `1.0.0`))).toMatchObject({status: `found`});
    expect(getPaths().slice(2)).toEqual(paths);
  });

  test(`it should not change what another registry is asked`, async () => {
    const {source} = await fetchFoo({'/foo/1.0.0': 405, '/foo': root});
    const other = await startRegistry(bar);
    await source.fetchVersionDocument(makePackage(other.registry, `bar`, `1.0.0`));
    expect(other.getPaths()).toEqual([`/bar/1.0.0`]);
  });
});

describe(`absent`, () => {
  test.each<[string, Record<string, Route>]>([
    [`has no such package`, {}],
    [`has no such version`, {'/foo': {name: `foo`, versions: {'2.0.0': manifest}}}],
    [`has unpublished the package`, {'/foo': {name: `foo`, time: {unpublished: {}}}}],
    [`calls the package gone`, {'/foo': 410}],
    [`does not find it, in words of its own`, {'/foo': answer(404, `{"error":"no such package available"}`)}],
    [`does not find it, in a text`, {'/foo': answer(404, `"Not Found"`)}],
  ])(`it should be said of a version when the registry %s`, async (_, routes) => {
    expect((await fetchFoo(routes)).document).toMatchObject({status: `absent`});
  });

  test.each([`constructor`, `__proto__`])(`it should be said of a version that is called as an inherited property (%s)`, async version => {
    const {registry} = await startRegistry({'/foo': root});
    const source = await makeSource();
    expect(await source.fetchVersionDocument(makePackage(registry, `foo`, version))).toMatchObject({status: `absent`});
  });
});

describe(`unreachable`, () => {
  test.each([401, 403])(`it should be said with a word on authentication when the registry answers %i`, async status => {
    const {document, getPaths} = await fetchFoo({'/foo/1.0.0': status, '/foo': root});
    expect(document).toMatchObject({status: `unreachable`, authentication: true});
    expect(getPaths()).toEqual([`/foo/1.0.0`]);
  });

  test(`it should be said when only the root document is refused`, async () => {
    expect((await fetchFoo({'/foo/1.0.0': 404, '/foo': 401})).document).toMatchObject({status: `unreachable`, authentication: true});
  });

  test.each<[string, Route]>([
    [`HTTP 400`, 400],
    [`HTTP 500`, 500],
    [`HTTP 503`, 503],
    [`HTTP 429`, 429],
    [`an unasked-for HTTP 304`, 304],
    [`HTTP 204`, 204],
    [`a page that was not found`, answer(404, `<html>Please log in</html>`)],
    [`a page that is gone`, answer(410, `<html>Please log in</html>`)],
    [`a page`, `<html>Please log in</html>`],
    [`half a document`, JSON.stringify(root).slice(0, -3)],
    [`nothing`, ``],
    [`something that is not UTF-8`, (_, response) => response.end(Buffer.from([0x22, 0xff, 0x22]))],
    [`a reset`, request => request.socket.destroy()],
  ])(`it should be said when the root document is %s`, async (_, answer) => {
    expect((await fetchFoo({'/foo': answer})).document).toMatchObject({status: `unreachable`, authentication: false});
  });

  test(`it should be said of a document that is too large`, async () => {
    const {document} = await fetchFoo({'/foo': (_, response) => response.end(Buffer.alloc(65 * 1024 * 1024))});
    expect(document).toMatchObject({status: `unreachable`, authentication: false});
  });

  test(`it should be said of a package whose name leads out of its registry`, async () => {
    const {registry, requests} = await startRegistry({}, {folder: `/npm`});
    const source = await makeSource();
    expect(await source.fetchVersionDocument(makePackage(registry, `..`, `..`))).toMatchObject({status: `unreachable`});
    expect(requests).toEqual([]);
  });

  test(`it should be said of a registry that is not a URL`, async () => {
    const source = await makeSource();
    expect(await source.fetchVersionDocument(makePackage(`nonsense`, `foo`, `1.0.0`))).toMatchObject({status: `unreachable`});
  });
});

describe(`malformed`, () => {
  const deep = (depth: number) => `${`[`.repeat(depth)}${`]`.repeat(depth)}`;
  const withDist = (dist: unknown) => ({name: `foo`, versions: {'1.0.0': {...manifest, dist}}});

  test.each<[string, Route, string]>([
    [`a text`, `"text"`, `root document`],
    [`null`, `null`, `root document`],
    [`a list`, `[]`, `root document`],
    [`another package's`, {...root, name: `bar`}, `name`],
    [`without an object of versions`, {name: `foo`, versions: []}, `versions`],
    [`without dist`, {name: `foo`, versions: {'1.0.0': {}}}, `dist`],
    [`inheriting its dist`, `{"name":"foo","versions":{"1.0.0":{"__proto__":${JSON.stringify(manifest)}}}}`, `dist`],
    [`with a number for integrity`, withDist({integrity: 1}), `dist.integrity`],
    [`with a text for signatures`, withDist({signatures: `x`}), `dist.signatures`],
    [`with a text for a signature`, withDist({signatures: [`x`]}), `dist.signatures[0]`],
    [`with a signature without keyid`, withDist({signatures: [{sig: `x`}]}), `dist.signatures[0].keyid`],
    [`with a list for sig`, withDist({signatures: [...signatures, {keyid: `x`, sig: []}]}), `dist.signatures[1].sig`],
    [`with too many signatures`, withDist({signatures: Array.from({length: 10_001}, () => signatures[0])}), `dist.signatures`],
    [`with a signature that is too long`, withDist({signatures: [{keyid: `x`, sig: `x`.repeat(5000)}]}), `dist.signatures[0].sig`],
    [`with attestations that are no object`, withDist({attestations: true}), `dist.attestations`],
    [`with attestations without URL`, withDist({attestations: {}}), `dist.attestations.url`],
    [`with a provenance that is a text`, withDist({attestations: {url: `x`, provenance: `x`}}), `dist.attestations.provenance`],
    [`nested too deep`, `{"name":"foo","x":${deep(100)}}`, `nested`],
    [`nested absurdly deep`, deep(1_000_000), `nested`],
    [`full of objects`, `[{}${`,{}`.repeat(1_000_000)}]`, `values`],
    [`full of numbers`, `[0${`,0`.repeat(2_000_000)}]`, `values`],
    [`full of fields`, `{"a":0${`,"a":0`.repeat(2_000_000)}}`, `values`],
  ])(`it should be said of a document that is %s`, async (_, answer, reason) => {
    expect((await fetchFoo({'/foo': answer})).document).toMatchObject({status: `malformed`, reason: expect.stringContaining(reason)});
  });

  test(`it should not be said of a document of as many values as the largest packages have`, async () => {
    const {document} = await fetchFoo({'/foo': {...root, x: Array.from({length: 1_900_000}, () => 0)}});
    expect(document).toMatchObject({status: `found`});
  });

  test(`it should not be said of brackets and quotes within texts`, async () => {
    const {document} = await fetchFoo({'/foo/1.0.0': {...manifest, description: `${`[`.repeat(200)}\\"${`{`.repeat(200)}`}});
    expect(document).toMatchObject({status: `found`});
  });

  test.each([1, [], {}, {url: 1}, ``, `x`.repeat(5000)])(`it should not be said of a repository that cannot be read`, async repository => {
    const {document} = await fetchFoo({'/foo/1.0.0': {...manifest, repository}});
    expect(document).toMatchObject({status: `found`, value: {repository: null}});
  });

  test(`it should not let a document change other objects`, async () => {
    await fetchFoo({'/foo/1.0.0': `{"__proto__":{"polluted":1},"version":"1.0.0","dist":{"__proto__":{"signatures":"x"},"constructor":{"prototype":{"polluted":1}}}}`});
    expect(({} as any).polluted).toBeUndefined();
  });
});

describe(`the publish time`, () => {
  const pkg = (registry: string) => makePackage(registry, `foo`, `1.0.0`);

  test.each<[string, object, Date | null]>([
    [`as the full root document has it`, {name: `foo`, time: {'1.0.0': `2020-01-01T00:00:00.000Z`}}, new Date(`2020-01-01T00:00:00Z`)],
    [`as unknown where there is none`, {name: `foo`}, null],
    [`as unknown where it is no time`, {name: `foo`, time: {'1.0.0': `yesterday`}}, null],
    [`as unknown where it is no text`, {name: `foo`, time: {'1.0.0': 0}}, null],
  ])(`it should be given %s`, async (_, root, value) => {
    const {registry, requests} = await startRegistry({'/foo': root});
    const source = await makeSource();
    expect(await source.fetchPublishTime(pkg(registry))).toMatchObject({status: `found`, value, origin: {from: `network`}});
    expect(requests[0]!.headers.accept).toEqual(`application/json`);
  });

  test(`it should be unreachable when the run is offline`, async () => {
    const source = await makeSource({mode: `offline`});
    expect(await source.fetchPublishTime(pkg(`http://127.0.0.1:1`))).toMatchObject({status: `unreachable`});
  });
});
