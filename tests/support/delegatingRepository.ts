import {Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp} from '@tufjs/models';
import {createHash}                                                         from 'node:crypto';

import {TufKey}                                                             from '../lab/tuf';

export type DelegatedRole = {
  name: string;
  /** The role that delegates; the top-level targets when absent. */
  from?: string;
  paths?: Array<string>;
  terminating?: boolean;
  /** Content of its targets, by name. */
  targets?: Record<string, unknown>;
  /** Signed by somebody else. */
  forged?: boolean;
  expires?: string;
  /** Its list of targets gives lengths only. */
  hashless?: boolean;
  /** Not to be had. */
  lost?: boolean;
};

export type DelegatingRepositoryOptions = {
  roles: Array<DelegatedRole>;
  targets?: Record<string, unknown>;
  consistentSnapshot?: boolean;
};

const EXPIRES = `2100-01-01T00:00:00Z`;

/** The files of a TUF repository with delegations, by path. The anchor is `1.root.json`. */
export function makeDelegatingRepository({roles, targets = {}, consistentSnapshot = true}: DelegatingRepositoryOptions): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const key = new TufKey();
  const meta: Record<string, MetaFile> = {};

  const write = (path: string, content: unknown) => {
    const bytes = Buffer.from(JSON.stringify(content));
    files.set(path, bytes);
    return bytes;
  };

  const writeSigned = (path: string, signed: Root | Targets | Snapshot | Timestamp, signer = key) => {
    const metadata = new Metadata(signed as Timestamp);
    metadata.sign(data => signer.sign(data, key.key.keyID));
    return write(path, metadata.toJSON());
  };

  const writeTargets = ({name, targets = {}, expires = EXPIRES, forged = false, hashless = false, lost = false}: DelegatedRole) => {
    const signed = Targets.fromJSON({
      _type: `targets`,
      spec_version: `1.0`,
      version: 1,
      expires,
      targets: {},
      delegations: {
        keys: {[key.key.keyID]: key.key.toJSON()},
        roles: roles.filter(({from = `targets`}) => from === name).map(({name, paths = [], terminating = false}) => {
          return {name, paths, terminating, keyids: [key.key.keyID], threshold: 1};
        }),
      },
    });

    for (const [path, content] of Object.entries(targets)) {
      const bytes = Buffer.from(JSON.stringify(content));
      const hash = createHash(`sha256`).update(bytes).digest(`hex`);
      signed.addTarget(new TargetFile({path, length: bytes.length, hashes: hashless ? {} : {sha256: hash}}));
      write(`targets/${consistentSnapshot ? path.replace(/[^/]+$/, `${hash}.$&`) : path}`, content);
    }

    const path = `${consistentSnapshot ? `1.` : ``}${encodeURIComponent(name)}.json`;
    writeSigned(path, signed, forged ? new TufKey() : key);
    meta[`${name}.json`] = new MetaFile({version: 1});
    if (lost) {
      files.delete(path);
    }
  };

  const root = new Root({version: 1, specVersion: `1.0`, expires: EXPIRES, consistentSnapshot});
  for (const role of [`root`, `timestamp`, `snapshot`, `targets`])
    root.addKey(key.key, role);

  writeSigned(`1.root.json`, root);
  writeTargets({name: `targets`, targets});
  for (const role of roles)
    writeTargets(role);

  writeSigned(consistentSnapshot ? `1.snapshot.json` : `snapshot.json`, new Snapshot({version: 1, specVersion: `1.0`, expires: EXPIRES, meta}));
  writeSigned(`timestamp.json`, new Timestamp({version: 1, specVersion: `1.0`, expires: EXPIRES, snapshotMeta: new MetaFile({version: 1})}));
  return files;
}
