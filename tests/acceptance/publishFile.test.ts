import {writeFile}                                   from 'node:fs/promises';
import path                                          from 'node:path';
import {describe, expect, it}                        from 'vitest';

import {makePublishBench, publishable, getPublished} from '../support/publishBench';
import type {PublishBench}                           from '../support/publishBench';

/** A project, and the provenance that a first publish to another registry has got for the same tarball. */
async function prepare(bench: PublishBench, claims: Record<string, string> = {}) {
  const {lab, makeProject} = bench;

  const project = await makeProject();
  const elsewhere = await lab.addRegistry();
  const {code, stdout} = await project.publish({args: [`--provenance`], env: {...lab.startGithubJob(claims), YARN_NPM_REGISTRY_SERVER: elsewhere.url}});
  expect(code, stdout).toBe(0);

  const bundle = elsewhere.packages.get(publishable.name)!.get(publishable.version)!.attestations.find(({predicateType}) => predicateType.includes(`provenance`))!.bundle;
  const file = path.join(bench.files.folder, `provenance.sigstore.json`);

  lab.rekor.forgetRequests();
  lab.fulcio.forgetRequests();

  return {
    bundle: structuredClone(bundle) as any,
    publish: async (content: string | Buffer | null, args: Array<string> = []) => {
      if (content !== null)
        await writeFile(file, content);

      return await project.publish({args: [`--provenance-file`, file, ...args]});
    },
  };
}

describe(`--provenance-file`, () => {
  it(`should be attached to the letter, outside of any CI`, async () => {
    const bench = await makePublishBench();
    const {publish, bundle} = await prepare(bench);

    // A spelling that no serialiser would come up with.
    const text = ` ${JSON.stringify(bundle, null, 3)}\n\n`;
    const {code, stdout} = await publish(text);
    expect(code, stdout).toBe(0);

    const upload = bench.lab.registry.server.requests.findLast(({method}) => method === `PUT`)!;
    const attachment = JSON.parse(upload.body.toString())._attachments[`${publishable.name}-${publishable.version}.sigstore`];
    expect(attachment).toEqual({content_type: bundle.mediaType, data: text, length: text.length});

    expect(getPublished(bench.lab)).toMatchObject({attestations: [{}, {predicateType: `https://slsa.dev/provenance/v1`}]});
    expect(bench.lab.fulcio.requests).toEqual([]);
    expect(bench.lab.rekor.requests).toEqual([]);
  });

  it.each<[string, (bundle: any) => string | Buffer | null, string]>([
    [`is missing`, () => null, `ENOENT`],
    [`is empty`, () => ``, `not a Sigstore bundle`],
    [`is not JSON`, () => `provenance`, `not a Sigstore bundle`],
    [`is not UTF-8`, bundle => Buffer.concat([Buffer.from(JSON.stringify(bundle).slice(0, -1)), Buffer.from([0xff, 0x7d])]), `not a Sigstore bundle`],
    [`is another document`, () => `{}`, `not a Sigstore bundle`],
    [`has a changed statement`, bundle => {
      const {dsseEnvelope} = bundle;
      dsseEnvelope.payload = Buffer.from(Buffer.from(dsseEnvelope.payload, `base64`).toString().replace(`acme/widgets`, `evil/widgets`)).toString(`base64`);
      return JSON.stringify(bundle);
    }, `fails verification`],
    [`has no log entry`, bundle => {
      bundle.verificationMaterial.tlogEntries = [];
      return JSON.stringify(bundle);
    }, `can't be attached`],
  ])(`should be refused when it %s`, async (_, change, message) => {
    const bench = await makePublishBench();
    const {publish, bundle} = await prepare(bench);

    const {code, stdout} = await publish(change(bundle));
    expect(code).toBe(1);
    expect(stdout).toContain(`provenance.sigstore.json`);
    expect(stdout).toContain(message);
    expect(getPublished(bench.lab)).toBeUndefined();

    // Never replaced by another.
    expect(bench.lab.fulcio.requests).toEqual([]);
  });

  it(`should be refused when it is about another tarball`, async () => {
    const bench = await makePublishBench();
    const {bundle} = await prepare(bench);

    const file = path.join(bench.files.folder, `provenance.sigstore.json`);
    await writeFile(file, JSON.stringify(bundle));

    const other = await bench.makeProject({manifest: {...publishable, description: `changed since`}});
    const {code, stdout} = await other.publish({args: [`--provenance-file`, file], env: bench.lab.startGithubJob()});

    expect(code).toBe(1);
    expect(stdout).toContain(`about something else`);
    expect(getPublished(bench.lab)).toBeUndefined();
  });

  it(`should be refused when a stranger has signed it`, async () => {
    const bench = await makePublishBench();
    const {publish} = await prepare(bench);

    const trusted = bench.lab.registry.add({name: publishable.name, version: publishable.version, provenance: {sigstore: bench.lab.makeStrangeSigstore()}});
    const {bundle} = trusted.attestations.at(-1)!;
    bench.lab.registry.packages.clear();

    const {code, stdout} = await publish(JSON.stringify(bundle));
    expect(code).toBe(1);
    expect(stdout).toContain(`fails verification`);
    expect(getPublished(bench.lab)).toBeUndefined();
  });

  it(`should be held against the manifest like any other provenance`, async () => {
    const bench = await makePublishBench();
    const {bundle} = await prepare(bench);

    const file = path.join(bench.files.folder, `provenance.sigstore.json`);
    await writeFile(file, JSON.stringify(bundle));

    const project = await bench.makeProject();
    const {code, stdout} = await project.publish({args: [`--provenance-file`, file, `--access`, `restricted`]});
    expect(code).toBe(1);
    expect(stdout).toContain(`restricted access`);
  });

  it.each([[`--provenance`], [`--no-provenance`]])(`should not be combined with %s`, async option => {
    const bench = await makePublishBench();
    const {publish, bundle} = await prepare(bench);

    const {code, stdout} = await publish(JSON.stringify(bundle), [option]);
    expect(code).toBe(1);
    expect(stdout).toContain(`can't be combined`);
  });
});
