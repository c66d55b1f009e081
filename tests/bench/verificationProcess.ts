import {bundleFromJSON}                            from '@sigstore/bundle';
import {TrustedRoot}                               from '@sigstore/protobuf-specs';
import {Verifier, toSignedEntity, toTrustMaterial} from '@sigstore/verify';
import {readFileSync}                              from 'node:fs';
import path                                        from 'node:path';
import {gunzipSync}                                from 'node:zlib';

import {decodeKeys}                                from '../../sources/trust/decodeKeys';
import type {RegistryKey}                          from '../../sources/trust/types';
import {makeBundleVerifier}                        from '../../sources/verification/attestationBundle';
import {verifyRegistrySignature}                   from '../../sources/verification/registrySignature';

import {getDataset}                                from './dataset';
import type {Dataset}                              from './dataset';
import {getMedian}                                 from './medians';

/** Milliseconds of processor time, medians. */
export type VerificationCost = {
  /** For a provenance bundle and its publish attestation. */
  plugin: number;
  stock: number;
  /** For one registry signature. */
  signature: number;
};

/**
 * A process of its own: verifies all bundles of a data set in turn by the
 * plugin's verifier and by the library's, as the library is documented, each
 * with trust that is parsed once; and all registry signatures by the plugin.
 */
async function main(size: number, rounds: number) {
  const dataset = await getDataset(size);
  const pack = readFileSync(path.join(dataset.folder, `attestations.pack`));

  const pairs = Object.values(dataset.index.attestations).map(([offset, length]): Array<unknown> => {
    const {attestations} = JSON.parse(gunzipSync(pack.subarray(offset, offset + length)).toString());
    return attestations.map(({bundle}: {bundle: unknown}) => bundle);
  });

  const root = TrustedRoot.fromJSON(dataset.trustedRoot);
  const keys = decodeKeys(dataset.keys.target, `tuf`, `registry.example.org`);

  const verifyAll = {
    plugin: () => {
      const verifyBundle = makeBundleVerifier({description: {source: `pinned`, fetchedAt: null, expires: null}, observations: [], root, keys, keyHosts: new Set()});
      return (bundle: unknown) => verifyBundle(bundle, {kind: `tuf`, keys}).status === `verified`;
    },
    stock: () => {
      const verifier = new Verifier(toTrustMaterial(root, hint => ({publicKey: keys.find(({keyid}) => keyid === hint)!.publicKey, validFor: () => true})));
      return (bundle: unknown) => {
        verifier.verify(toSignedEntity(bundleFromJSON(bundle)));
        return true;
      };
    },
  };

  const costs: Record<keyof VerificationCost, Array<number>> = {plugin: [], stock: [], signature: []};

  for (let round = 0; round < rounds; round += 1) {
    for (const name of [`plugin`, `stock`] as const) {
      const start = process.cpuUsage();
      const verify = verifyAll[name]();

      if (!pairs.flat().every(verify))
        throw new Error(`${name} has refused an honest bundle`);

      const {user, system} = process.cpuUsage(start);
      costs[name].push((user + system) / 1000 / pairs.length);
    }

    costs.signature.push(measureSignatures(dataset, keys));
  }

  const cost: VerificationCost = {plugin: getMedian(costs.plugin), stock: getMedian(costs.stock), signature: getMedian(costs.signature)};
  process.stdout.write(JSON.stringify(cost));
}

function measureSignatures({folder, index, packages}: Dataset, keys: Array<RegistryKey>) {
  const pack = readFileSync(path.join(folder, `version.pack`));
  const documents = packages.map(({name, version}) => {
    const [offset, length] = index.version[`/${name}/${version}`]!;
    return {name, version, ...JSON.parse(gunzipSync(pack.subarray(offset, offset + length)).toString()).dist};
  });

  const start = process.cpuUsage();

  for (const {name, version, integrity, signatures} of documents)
    if (verifyRegistrySignature({name, version, integrity, signatures, keys: {kind: `tuf`, keys}, publishTime: null}).status !== `verified`)
      throw new Error(`The signature of ${name} does not hold`);

  const {user, system} = process.cpuUsage(start);
  return (user + system) / 1000 / documents.length;
}

void main(Number(process.argv[2]), Number(process.argv[3]));
