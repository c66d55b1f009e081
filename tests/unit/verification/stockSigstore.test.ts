import {mkdtemp, rm}                     from 'node:fs/promises';
import {tmpdir}                          from 'node:os';
import path                              from 'node:path';
import {verify}                          from 'sigstore';
import {afterAll, beforeAll, expect, it} from 'vitest';

import {decodeTrustedRoot}               from '../../../sources/trust/decodeTrustedRoot';
import {makeBundleVerifier}              from '../../../sources/verification/attestationBundle';
import type {AttestOptions}              from '../../lab/attest';
import {writeLabFiles}                   from '../../lab/files';
import {startLab, type Lab}              from '../../lab/lab';

let lab: Lab;
let files: ReturnType<typeof writeLabFiles>;
let cache: string;

beforeAll(async () => {
  lab = await startLab();
  files = writeLabFiles(lab);
  cache = await mkdtemp(path.join(tmpdir(), `stock-sigstore-`));
});

afterAll(async () => {
  files.remove();
  await lab.stop();
  await rm(cache, {recursive: true});
});

async function verifyByBoth(options: AttestOptions) {
  const published = lab.registry.packages.get(`a`)?.get(`1.0.0`) ?? lab.registry.add({name: `a`, version: `1.0.0`});
  const {bundle} = lab.registry.attest(published, options);

  const verifyBundle = makeBundleVerifier({
    description: {source: `pinned`, fetchedAt: null, expires: null},
    observations: [],
    root: decodeTrustedRoot(lab.sigstore.getTrustedRoot()),
    keys: [],
    keyHosts: new Set(),
  });

  return {
    ours: verifyBundle(bundle, {kind: `none`, keys: []}).status === `verified`,
    stock: await verify(bundle, {tufMirrorURL: lab.tufServer.url, tufRootPath: files.tufRoot, tufCachePath: cache}).then(() => true, () => false),
  };
}

const rows: Array<[what: string, options: () => AttestOptions, valid: boolean]> = [
  [`an honest bundle`, () => ({}), true],
  [`a bundle 0.2 with an intoto entry`, () => ({bundleVersion: `0.2`}), true],
  [`a bundle of the second log's making`, () => ({log: `dsse-v2`}), true],
  [`a certificate that was not logged`, () => ({certificateLogged: false}), false],
  [`a strange Sigstore`, () => ({sigstore: lab.makeStrangeSigstore()}), false],
  [`neither promise nor proof`, () => ({inclusion: {promise: false, proof: false}}), false],
];

it.each(rows)(`should judge %s as the stock verifier does`, async (_, options, valid) => {
  expect(await verifyByBoth(options())).toEqual({ours: valid, stock: valid});
});
