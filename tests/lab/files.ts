import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir}                             from 'node:os';
import path                                 from 'node:path';

import type {Lab}                           from './lab';
import {makeKeysAnswer, makeKeysTarget}     from './registryKey';

export type LabFiles = {
  folder: string;
  /** The first root of the TUF repository. */
  tufRoot: string;
  trustedRoot: string;
  /** The registry's keys in the form of the keys endpoint, and in that of the TUF target. */
  endpointKeys: string;
  targetKeys: string;
  remove: () => void;
};

/** Writes what settings name by path into a temporary folder, as it is now. */
export function writeLabFiles(lab: Pick<Lab, `tuf` | `sigstore` | `registry`>): LabFiles {
  const folder = mkdtempSync(path.join(tmpdir(), `attestations-lab-`));

  const write = (name: string, content: Buffer | object) => {
    const file = path.join(folder, name);
    writeFileSync(file, Buffer.isBuffer(content) ? content : JSON.stringify(content));
    return file;
  };

  return {
    folder,
    tufRoot: write(`root.json`, lab.tuf.initialRoot),
    trustedRoot: write(`trusted_root.json`, lab.sigstore.getTrustedRoot()),
    endpointKeys: write(`endpoint-keys.json`, makeKeysAnswer(lab.registry.keys)),
    targetKeys: write(`target-keys.json`, makeKeysTarget(lab.registry.keys)),
    remove: () => rmSync(folder, {recursive: true, force: true}),
  };
}
