import {Key, Metadata, MetaFile, Root, Signature, Snapshot, TargetFile, Targets, Timestamp} from '@tufjs/models';
import {createHash, generateKeyPairSync, sign}                                              from 'node:crypto';

import type {Answer, LabRequest}                                                            from './httpServer';

export type TufRole = `root` | `timestamp` | `snapshot` | `targets`;

const SPEC_VERSION = `1.0.31`;
const ROLES: Array<TufRole> = [`root`, `timestamp`, `snapshot`, `targets`];

/** One key pair of the repository. */
export class TufKey {
  private readonly keys = generateKeyPairSync(`ec`, {namedCurve: `P-256`});
  readonly key: Key;

  constructor() {
    const fields = {
      keytype: `ecdsa`,
      scheme: `ecdsa-sha2-nistp256`,
      keyval: {public: this.keys.publicKey.export({format: `pem`, type: `spki`}).toString()},
    };

    this.key = Key.fromJSON(createHash(`sha256`).update(JSON.stringify(fields)).digest(`hex`), fields);
  }

  /** @param keyID the key that the signature claims to be of */
  sign(data: Buffer, keyID = this.key.keyID): Signature {
    return new Signature({keyID, sig: sign(`sha256`, data, this.keys.privateKey).toString(`hex`)});
  }
}

type TufPublishOptions = {
  /** Signs this role with a stranger's key, under the right key's name. */
  forge?: TufRole;
  /** End of validity of single roles; ten years from now when absent. */
  expires?: Partial<Record<TufRole, Date>>;
};

/**
 * A TUF repository with consistent snapshots, served from memory.
 * https://theupdateframework.github.io/specification/latest/
 */
export class TufRepository {
  private rootKey = new TufKey();
  private readonly key = new TufKey();
  private readonly versions: Record<TufRole, number> = {root: 0, timestamp: 0, snapshot: 0, targets: 0};
  private readonly targets = new Map<string, Buffer>();

  /** Everything that is served, by path; may be changed at will. */
  files = new Map<string, Buffer>();

  /** The first root: what clients start from. */
  readonly initialRoot: Buffer;

  constructor() {
    this.initialRoot = this.publishRoot([this.rootKey], {});
    this.publish();
  }

  /** Takes effect with the next `publish`. */
  setTarget(path: string, content: object | null) {
    if (content === null) {
      this.targets.delete(path);
    } else {
      this.targets.set(path, Buffer.from(JSON.stringify(content)));
    }
  }

  /** Publishes new targets, snapshot and timestamp metadata. */
  publish(options: TufPublishOptions = {}): void {
    const targets = new Targets({...this.next(`targets`, options), targets: {}});
    for (const [path, content] of this.targets) {
      targets.addTarget(new TargetFile({path, length: content.length, hashes: hashesOf(content)}));
      this.files.set(`targets/${prefixName(path, hashesOf(content).sha256)}`, content);
    }

    const targetsBytes = this.store(targets, options);
    const snapshot = new Snapshot({...this.next(`snapshot`, options), meta: {'targets.json': describe(targets.version, targetsBytes)}});
    const snapshotBytes = this.store(snapshot, options);

    this.store(new Timestamp({...this.next(`timestamp`, options), snapshotMeta: describe(snapshot.version, snapshotBytes)}), options);
  }

  /** Publishes a root with a new root key, signed by the old one and the new one. */
  rotateRoot(options: TufPublishOptions = {}): void {
    const previous = this.rootKey;
    this.rootKey = new TufKey();
    this.publishRoot([previous, this.rootKey], options);
  }

  /** What is served now, to be put back later: `files = saved` is a rollback. */
  save(): Map<string, Buffer> {
    return new Map(this.files);
  }

  handle({method, path}: LabRequest): Answer | null {
    const file = method === `GET` ? this.files.get(path.replace(/^\//, ``)) : undefined;
    return file ? {headers: {'content-type': `application/octet-stream`}, body: file} : null;
  }

  private publishRoot(signers: Array<TufKey>, options: TufPublishOptions): Buffer {
    const root = new Root({...this.next(`root`, options), consistentSnapshot: true});
    for (const role of ROLES)
      root.addKey((role === `root` ? this.rootKey : this.key).key, role);

    const metadata = new Metadata(root);
    for (const signer of signers)
      metadata.sign(data => (options.forge === `root` ? new TufKey() : signer).sign(data, signer.key.keyID));

    const bytes = Buffer.from(JSON.stringify(metadata.toJSON()));
    this.files.set(`${root.version}.root.json`, bytes);
    return bytes;
  }

  private store(signed: Targets | Snapshot | Timestamp, options: TufPublishOptions): Buffer {
    const metadata = new Metadata(signed as Timestamp);
    metadata.sign(data => (options.forge === signed.type ? new TufKey() : this.key).sign(data, this.key.key.keyID));

    const bytes = Buffer.from(JSON.stringify(metadata.toJSON()));
    this.files.set(signed instanceof Timestamp ? `timestamp.json` : `${signed.version}.${signed.type}.json`, bytes);
    return bytes;
  }

  private next(role: TufRole, {expires}: TufPublishOptions) {
    this.versions[role] += 1;
    const date = expires?.[role] ?? new Date(Date.now() + 10 * 365 * 24 * 60 * 60 * 1000);

    return {version: this.versions[role], specVersion: SPEC_VERSION, expires: `${date.toISOString().slice(0, 19)}Z`};
  }
}

const hashesOf = (content: Buffer) => ({sha256: createHash(`sha256`).update(content).digest(`hex`)});

const describe = (version: number, bytes: Buffer) => new MetaFile({version, length: bytes.length, hashes: hashesOf(bytes)});

/** `<folder>/<hash>.<name>`: the place of a target in a repository with consistent snapshots. */
function prefixName(path: string, hash: string): string {
  const folders = path.split(`/`);
  const name = folders.pop();
  return [...folders, `${hash}.${name}`].join(`/`);
}
