import {writeFile}                                          from 'node:fs/promises';
import path                                                 from 'node:path';
import {describe, expect, it}                               from 'vitest';

import {NAME, getPublished, getStatement, makePublishBench} from '../support/publishBench';
import type {PublishBench}                                  from '../support/publishBench';

async function publish(bench: PublishBench, {yarnrc = {}, args = [`--provenance`]}: {yarnrc?: Record<string, unknown>, args?: Array<string>} = {}) {
  const project = await bench.makeProject({yarnrc});
  return await project.publish({args, env: bench.lab.startGithubJob()});
}

const uploads = ({lab}: PublishBench) => lab.registry.server.requests.filter(({method}) => method === `PUT`).length;

describe(`a publish that fails`, () => {
  it.each<[string, (bench: PublishBench) => Record<string, unknown> | void, string]>([
    [`the certificate authority fails`, ({lab}) => void lab.fulcio.override(`*`, {status: 503, body: {message: `overloaded`}}), `HTTP 503: overloaded`],
    [`the certificate authority answers nonsense`, ({lab}) => void lab.fulcio.override(`*`, {status: 201, body: {}}), `not a certificate`],
    [`the certificate authority is not there`, () => ({npmSigstoreFulcioServer: `http://127.0.0.1:9`}), `could not be asked`],
    [`the clocks disagree`, ({lab}) => void lab.fulcio.override(`*`, {status: 400, body: {message: `token is expired`}}), `clock`],
    [`the log refuses the entry`, ({lab}) => void lab.rekor.override(`*`, {status: 400, body: {message: `bad entry`}}), `bad entry`],
    [`the timestamp authority fails`, ({lab}) => {
      lab.tsa.override(`*`, {status: 500});
      return {npmSigstoreTsaServer: lab.tsa.url};
    }, `timestamp authority`],
  ])(`should say that no log entry was written when %s`, async (_, prepare, message) => {
    const bench = await makePublishBench();
    const {code, stdout} = await publish(bench, {yarnrc: prepare(bench) ?? {}});

    expect(code).toBe(1);
    expect(stdout).toContain(message);
    expect(stdout).toContain(`No transparency log entry was written`);
    expect(bench.lab.sigstore.rekor.entries).toEqual([]);
    expect(uploads(bench)).toBe(0);
  });

  it(`should never show the identity token`, async () => {
    const bench = await makePublishBench();
    bench.lab.fulcio.override(`*`, ({body}) => ({status: 400, body: {message: `cannot use ${JSON.parse(body.toString()).credentials.oidcIdentityToken}`}}));

    const {code, stdout} = await publish(bench);
    expect(code).toBe(1);
    expect(stdout).toContain(`cannot use ***`);
    expect(stdout).not.toContain(`eyJ`);
  });

  it.each<[string, (bench: PublishBench) => void]>([
    [`fails`, ({lab}) => void lab.rekor.override(`*`, {status: 500})],
    [`does not answer in time`, ({lab}) => void lab.rekor.override(`*`, {write: () => {}})],
  ])(`should say that there may be an entry when the log %s`, async (_, prepare) => {
    const bench = await makePublishBench();
    prepare(bench);

    const {code, stdout} = await publish(bench, {yarnrc: {httpTimeout: 1000}});
    expect(code).toBe(1);
    expect(stdout).toContain(`it may hold an entry now`);
    expect(uploads(bench)).toBe(0);
  });

  it(`should say that there is an entry when what was signed can't be verified`, async () => {
    const bench = await makePublishBench();
    const trustedRoot = path.join(bench.files.folder, `strange.json`);
    await writeFile(trustedRoot, JSON.stringify(bench.lab.makeStrangeSigstore().getTrustedRoot()));

    const {code, stdout} = await publish(bench, {yarnrc: {npmSigstoreTrustedRoot: trustedRoot}});
    expect(code).toBe(1);
    expect(stdout).toContain(`The transparency log already holds an entry`);
    expect(uploads(bench)).toBe(0);
  });

  it(`should say that there is an entry when the registry refuses after all`, async () => {
    const bench = await makePublishBench();
    bench.lab.registry.server.override(({method}) => method === `PUT`, {status: 422, body: {error: `some new rule`}});

    const {code, stdout} = await publish(bench);
    const [{logIndex}] = bench.lab.sigstore.rekor.entries as [any];

    expect(code).toBe(1);
    expect(stdout).toContain(`some new rule`);
    expect(stdout).toContain(`holds entry ${logIndex}`);
  });

  it.each([
    [`is missing`, null],
    [`is not a trusted root`, `{"not": "a trusted root"}`],
  ])(`should sign nothing with a trusted root that %s`, async (_, content) => {
    const bench = await makePublishBench();
    const trustedRoot = path.join(bench.files.folder, `unusable.json`);
    if (content !== null)
      await writeFile(trustedRoot, content);

    const {code, stdout} = await publish(bench, {yarnrc: {npmSigstoreTrustedRoot: trustedRoot}});
    expect(code).toBe(1);
    expect(stdout).toContain(`unusable.json`);
    expect(bench.lab.fulcio.requests).toEqual([]);
    expect(bench.lab.rekor.requests).toEqual([]);
    expect(uploads(bench)).toBe(0);
  });
});

describe(`a TUF repository`, () => {
  const viaTuf = ({lab, files}: PublishBench) => ({npmSigstoreTrustedRoot: null, npmSigstoreTufMirror: lab.tufServer.url, npmSigstoreTufRoot: files.tufRoot});

  it(`should not be believed when a stranger has signed for it, not even with older trust at hand`, async () => {
    const bench = await makePublishBench();
    const {lab} = bench;

    const project = await bench.makeProject({yarnrc: viaTuf(bench)});
    expect(await project.publish({args: [`--provenance`, `--dry-run`], env: lab.startGithubJob()})).toMatchObject({code: 0});

    lab.tuf.publish({forge: `targets`});

    const {code, stdout} = await project.publish({args: [`--provenance`], env: lab.startGithubJob()});
    expect(code).toBe(1);
    expect(stdout).toContain(`Nothing was signed or uploaded`);
    expect(lab.fulcio.requests).toEqual([]);
    expect(uploads(bench)).toBe(0);
  });

  it(`should be there before anything is signed`, async () => {
    const bench = await makePublishBench();
    bench.lab.tufServer.override(`*`, {status: 503});

    const {code, stdout} = await publish(bench, {yarnrc: viaTuf(bench)});
    expect(code).toBe(1);
    expect(stdout).toContain(`No Sigstore trust root`);
    expect(bench.lab.fulcio.requests).toEqual([]);
    expect(uploads(bench)).toBe(0);
  });
});

describe(`a log whose answer is lost`, () => {
  it(`should be asked for the entry that it already has`, async () => {
    const bench = await makePublishBench();
    const {lab} = bench;

    // The entry is made, but the answer says that the server was too busy.
    let attempts = 0;
    lab.rekor.override(({method}) => method === `POST`, async request => {
      attempts += 1;
      if (attempts > 1)
        return null;

      const response = await fetch(`${lab.rekor.url}${request.url}`, {method: `POST`, headers: {[`content-type`]: `application/json`}, body: new Uint8Array(request.body)});
      expect(response.status).toBe(201);
      attempts = 1;
      return {status: 503};
    });

    const {code, stdout} = await publish(bench, {yarnrc: {httpRetry: 2}});
    expect(code, stdout).toBe(0);
    expect(getStatement(lab)).not.toBeNull();

    // One entry of this publish; the other is the registry's.
    expect(lab.rekor.requests.filter(({method}) => method === `GET`)).toHaveLength(1);
  });
});

describe(`a private Sigstore`, () => {
  it(`should be used with its timestamp authority`, async () => {
    const bench = await makePublishBench();
    const {code, stdout} = await publish(bench, {yarnrc: {npmSigstoreTsaServer: bench.lab.tsa.url}});

    expect(code, stdout).toBe(0);
    const bundle = getPublished(bench.lab)!.attestations.find(({predicateType}) => predicateType.includes(`provenance`))!.bundle as any;
    expect(bundle.verificationMaterial.timestampVerificationData.rfc3161Timestamps).toHaveLength(1);
  });

  it(`should be trusted by way of its TUF repository`, async () => {
    const bench = await makePublishBench();
    const {code, stdout} = await publish(bench, {yarnrc: {npmSigstoreTrustedRoot: null, npmSigstoreTufMirror: bench.lab.tufServer.url, npmSigstoreTufRoot: bench.files.tufRoot}});

    expect(code, stdout).toBe(0);
    expect(getStatement(bench.lab, NAME)).not.toBeNull();
  });
});
