import {bundleFromJSON}                            from '@sigstore/bundle';
import {TrustedRoot}                               from '@sigstore/protobuf-specs';
import {Verifier, toSignedEntity, toTrustMaterial} from '@sigstore/verify';
import {readFileSync}                              from 'node:fs';
import path                                        from 'node:path';
import {gunzipSync}                                from 'node:zlib';

import {decodeKeys}                                from '../../sources/trust/decodeKeys';
import {makeBundleVerifier}                        from '../../sources/verification/attestationBundle';

import {getDataset}                                from './dataset';
import {getMedian}                                 from './medians';

/** Milliseconds of processor time for a provenance bundle and its publish attestation, medians. */
export type BundleCost = {plugin: number, stock: number};

/**
 * A process of its own: verifies all bundles of a data set in turn by the
 * plugin's verifier and by the library's, as the library is documented, each
 * with trust that is parsed once.
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

  const costs: Record<keyof typeof verifyAll, Array<number>> = {plugin: [], stock: []};

  for (let round = 0; round < rounds; round += 1) {
    for (const name of [`plugin`, `stock`] as const) {
      const start = process.cpuUsage();
      const verify = verifyAll[name]();

      if (!pairs.flat().every(verify))
        throw new Error(`${name} has refused an honest bundle`);

      const {user, system} = process.cpuUsage(start);
      costs[name].push((user + system) / 1000 / pairs.length);
    }
  }

  const cost: BundleCost = {plugin: getMedian(costs.plugin), stock: getMedian(costs.stock)};
  process.stdout.write(JSON.stringify(cost));
}

void main(Number(process.argv[2]), Number(process.argv[3]));
