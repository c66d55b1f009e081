import {ppath, xfs, type Filename, type PortablePath} from '@yarnpkg/fslib';

import type {ServedAttestation}                       from './types';

/** Writes each bundle into a file of its own, for other tools; gives the paths. Nothing of the registry's words is in the names. */
export async function writeBundles(attestations: ReadonlyArray<ServedAttestation>, folder: PortablePath, stem: string): Promise<Array<PortablePath>> {
  await xfs.mkdirPromise(folder, {recursive: true});

  const paths: Array<PortablePath> = [];
  for (const [index, {predicateType, bundle}] of attestations.entries()) {
    const path = ppath.join(folder, `${stem}.${index + 1}-${getKind(predicateType)}.sigstore.json` as Filename);
    await xfs.writeFilePromise(path, `${JSON.stringify(bundle)}\n`);
    paths.push(path);
  }

  return paths;
}

function getKind(predicateType: string): string {
  if (predicateType.includes(`/provenance/`))
    return `provenance`;

  return predicateType.includes(`/publish/`) ? `publish` : `attestation`;
}
