import {verify}                                      from 'node:crypto';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import * as answers                                  from '../../lab/answers';
import {startLab, type Lab}                          from '../../lab/lab';
import {RegistryKey}                                 from '../../lab/registryKey';
import {getIntegrity}                                from '../../lab/tarball';

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
});

afterEach(async () => {
  await lab.stop();
});

async function get(path: string, headers: Record<string, string> = {}, registry = lab.registry): Promise<{status: number, body: any}> {
  const response = await fetch(`${registry.url}${path}`, {headers, redirect: `manual`, signal: AbortSignal.timeout(10_000)});
  const text = await response.text();

  return {status: response.status, body: /^[[{]/.test(text) ? JSON.parse(text) : text};
}

describe(`the lab's registry`, () => {
  it(`serves a signed version in all documents`, async () => {
    const {integrity} = lab.registry.add({name: `@acme/widget`, version: `1.0.0`, manifest: {dependencies: {leaf: `^1.0.0`}, readme: `long`}});

    const small = (await get(`/@acme%2fwidget/1.0.0`)).body;
    const full = (await get(`/@acme%2fwidget`)).body;
    const abbreviated = (await get(`/@acme/widget`, {accept: `application/vnd.npm.install-v1+json`})).body;

    expect(full.versions[`1.0.0`]).toEqual(small);
    expect(full.time[`1.0.0`]).toEqual(expect.any(String));
    expect(abbreviated.versions[`1.0.0`]).toMatchObject({dependencies: {leaf: `^1.0.0`}, dist: small.dist});
    expect(abbreviated).not.toHaveProperty(`time`);
    expect(abbreviated.versions[`1.0.0`]).not.toHaveProperty(`readme`);

    const [key] = (await get(`/-/npm/v1/keys`)).body.keys;
    const [signature] = small.dist.signatures;
    expect(signature.keyid).toBe(key.keyid);
    expect(verify(`sha256`, Buffer.from(`@acme/widget@1.0.0:${integrity}`), `-----BEGIN PUBLIC KEY-----\n${key.key}\n-----END PUBLIC KEY-----`, Buffer.from(signature.sig, `base64`))).toBe(true);
  });

  it(`serves tarballs of the integrity that it names`, async () => {
    const {integrity} = lab.registry.add({name: `leaf`, version: `1.0.0`, files: {'index.js': `module.exports = 1;\n`}});
    const {dist} = (await get(`/leaf/1.0.0`)).body;

    const tarball = Buffer.from(await (await fetch(dist.tarball)).arrayBuffer());
    expect(dist.integrity).toBe(integrity);
    expect(getIntegrity(tarball)).toBe(integrity);
  });

  it.each([`/-/npm/v1/attestations/@acme/widget@1.0.0`, `/-/npm/v1/attestations/@acme%2fwidget@1.0.0`, `/-/npm/v1/attestations/%40acme%2Fwidget@1.0.0`])(`serves attestations at %s`, async path => {
    lab.registry.add({name: `@acme/widget`, version: `1.0.0`, provenance: true});

    const {body} = await get(path);
    expect(body.attestations.map(({predicateType}: any) => predicateType)).toEqual([
      `https://github.com/npm/attestation/tree/main/specs/publish/v0.1`,
      `https://slsa.dev/provenance/v1`,
    ]);
  });

  it(`says 404 for what it does not have`, async () => {
    lab.registry.add({name: `leaf`, version: `1.0.0`});

    const statuses = await Promise.all([`/other`, `/leaf/2.0.0`, `/leaf/-/leaf-2.0.0.tgz`, `/-/npm/v1/attestations/leaf@1.0.0`].map(async path => (await get(path)).status));
    expect(statuses).toEqual([404, 404, 404, 404]);
  });

  it(`can lie in one kind of document`, async () => {
    lab.registry.add({name: `leaf`, version: `1.0.0`});
    lab.registry.tamper(`leaf`, `1.0.0`, document => void delete document.dist.signatures, `small`);

    expect((await get(`/leaf/1.0.0`)).body.dist).not.toHaveProperty(`signatures`);
    expect((await get(`/leaf`)).body.versions[`1.0.0`].dist).toHaveProperty(`signatures`);
  });

  it(`can lie in a root document`, async () => {
    lab.registry.add({name: `leaf`, version: `1.0.0`});
    lab.registry.tamperRoot(`leaf`, document => void delete document.versions[`1.0.0`]);

    expect((await get(`/leaf`)).body.versions).toEqual({});
    expect((await get(`/leaf/1.0.0`)).status).toBe(200);
  });

  it(`can lie in attestations`, async () => {
    lab.registry.add({name: `leaf`, version: `1.0.0`, provenance: true});
    lab.registry.tamperAttestations(`leaf`, `1.0.0`, list => list.slice(1));

    expect((await get(`/-/npm/v1/attestations/leaf@1.0.0`)).body.attestations).toHaveLength(1);
  });

  it(`asks for credentials when told to, and lives in a folder when told to`, async () => {
    const second = await lab.addRegistry({authorization: `Bearer secret`, path: `/repository/npm`});
    second.add({name: `leaf`, version: `1.0.0`, provenance: true});

    expect((await get(`/leaf`, {}, second)).status).toBe(401);

    const {body} = await get(`/leaf/1.0.0`, {authorization: `Bearer secret`}, second);
    expect(body.dist.attestations.url).toBe(`${second.url}/-/npm/v1/attestations/leaf@1.0.0`);
    expect(new URL(second.url).pathname).toBe(`/repository/npm`);
  });

  it(`passes another registry's documents on as mirrors do`, async () => {
    lab.registry.add({name: `leaf`, version: `1.0.0`, provenance: true});
    const mirror = await lab.addRegistry({mirrorOf: lab.registry});

    const mirrored = (await get(`/leaf/1.0.0`, {}, mirror)).body;
    const original = (await get(`/leaf/1.0.0`)).body;

    expect(mirrored.dist).toEqual({...original.dist, tarball: original.dist.tarball.replace(lab.registry.url, mirror.url)});
    expect((await get(`/-/npm/v1/keys`, {}, mirror)).status).toBe(404);
    expect((await get(`/-/npm/v1/attestations/leaf@1.0.0`, {}, mirror)).status).toBe(404);
  });

  it(`has no keys when told so`, async () => {
    const keyless = await lab.addRegistry({keys: []});
    keyless.add({name: `leaf`, version: `1.0.0`, provenance: true});

    expect((await get(`/-/npm/v1/keys`, {}, keyless)).status).toBe(404);
    expect((await get(`/leaf/1.0.0`, {}, keyless)).body.dist).not.toHaveProperty(`signatures`);
    expect((await get(`/-/npm/v1/attestations/leaf@1.0.0`, {}, keyless)).body.attestations).toHaveLength(2);
  });

  it(`serves the keys that it is told to serve`, async () => {
    lab.registry.endpointKeys = [new RegistryKey({expires: new Date(`2025-01-01T00:00:00Z`)})];
    expect((await get(`/-/npm/v1/keys`)).body.keys).toMatchObject([{expires: `2025-01-01T00:00:00.000Z`}]);
  });

  it(`answers conditional requests`, async () => {
    lab.registry.add({name: `leaf`, version: `1.0.0`});
    const etag = (await fetch(`${lab.registry.url}/leaf/1.0.0`)).headers.get(`etag`)!;

    expect((await get(`/leaf/1.0.0`, {'if-none-match': etag})).status).toBe(304);
    lab.registry.tamper(`leaf`, `1.0.0`, document => void (document.deprecated = `gone`));
    expect((await get(`/leaf/1.0.0`, {'if-none-match': etag})).status).toBe(200);
  });

  it(`remembers requests and counts bytes`, async () => {
    lab.registry.add({name: `leaf`, version: `1.0.0`});
    const {body} = await get(`/leaf/1.0.0`, {authorization: `Bearer x`});

    expect(lab.registry.server.requests).toMatchObject([{method: `GET`, url: `/leaf/1.0.0`, headers: {authorization: `Bearer x`}}]);
    expect(lab.registry.server.bytes).toBe(JSON.stringify(body).length);
  });
});

describe(`faults`, () => {
  beforeEach(() => {
    lab.registry.add({name: `leaf`, version: `1.0.0`});
  });

  it(`ends when it is taken back`, async () => {
    const restore = lab.registry.override(`/leaf/1.0.0`, {status: 503});
    expect((await get(`/leaf/1.0.0`)).status).toBe(503);

    restore();
    expect((await get(`/leaf/1.0.0`)).status).toBe(200);
  });

  it(`may happen once only`, async () => {
    let faults = 1;
    lab.registry.override(`/leaf*`, () => faults-- > 0 ? {status: 500} : null);

    expect([(await get(`/leaf`)).status, (await get(`/leaf`)).status]).toEqual([500, 200]);
  });

  it(`redirects`, async () => {
    lab.registry.override(/leaf/, answers.redirect(`https://elsewhere.example.org/`));
    expect((await get(`/leaf`)).status).toBe(302);
  });

  it(`resets connections`, async () => {
    lab.registry.override(/leaf/, answers.reset());
    await expect(get(`/leaf`)).rejects.toThrow();
  });

  it(`cuts bodies off`, async () => {
    lab.registry.override(/leaf/, answers.cutOff(`{"name":"leaf"}`));
    await expect(get(`/leaf`)).rejects.toThrow();
  });

  it(`never answers`, async () => {
    lab.registry.override(/leaf/, answers.silence());
    await expect(fetch(`${lab.registry.url}/leaf`, {signal: AbortSignal.timeout(300)})).rejects.toThrow(/timeout/);
  });

  it(`sends more than anybody wants`, async () => {
    lab.registry.override(/leaf/, answers.huge(3 * 1024 * 1024));
    const response = await fetch(`${lab.registry.url}/leaf`);
    expect((await response.arrayBuffer()).byteLength).toBe(3 * 1024 * 1024 + 2);
  });

  it(`sends its body late`, async () => {
    lab.registry.override(/leaf/, answers.slowBody(50, `{"late":true}`));
    expect((await get(`/leaf`)).body).toEqual({late: true});
  });
});
