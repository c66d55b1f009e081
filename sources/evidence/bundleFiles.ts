import {ppath, xfs, type Filename, type PortablePath} from '@yarnpkg/fslib';

import type {ServedAttestation}                       from './types';

/**
 * Writes what a registry served, for other tools: each bundle into a file of
 * its own, and all of them in the registry's own form. Nothing of the
 * registry's words is in the names.
 */
export async function writeBundles(attestations: ReadonlyArray<ServedAttestation>, folder: PortablePath, stem: string): Promise<void> {
  const write = async (name: string, value: unknown) => {
    await xfs.writeFilePromise(ppath.join(folder, name as Filename), `${JSON.stringify(value)}\n`);
  };

  await xfs.mkdirPromise(folder, {recursive: true});
  await write(`${stem}.attestations.json`, {attestations});

  for (const [index, {predicateType, bundle}] of attestations.entries()) {
    await write(`${stem}.${index + 1}-${getKind(predicateType)}.sigstore.json`, bundle);
  }
}

function getKind(predicateType: string): string {
  if (predicateType.includes(`/provenance/`))
    return `provenance`;

  return predicateType.includes(`/publish/`) ? `publish` : `attestation`;
}
