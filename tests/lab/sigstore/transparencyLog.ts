import {json}                                               from '@sigstore/core';
import {createHash, generateKeyPairSync, randomBytes, sign} from 'node:crypto';

import {stringifyLogBody, type LogBody}                     from './logBodies';
import {hashLeaf, MerkleTree}                               from './merkleTree';

/** What follows the first shard's entries has a log-wide index other than its index in the tree, as in the public log. */
const FIRST_LOG_INDEX = 4_000_000;

export type LogEntry = {
  /** Identifier of the entry: tree and leaf, in hex. */
  uuid: string;
  kind: string;
  version: string;
  body: Buffer;
  logIndex: number;
  /** Seconds since 1970; null in a log of version 2, which vouches for no time. */
  integratedTime: number | null;
  signedEntryTimestamp: Buffer | null;
  proof: {
    logIndex: number;
    treeSize: number;
    rootHash: Buffer;
    hashes: Array<Buffer>;
    checkpoint: string;
  };
};

/**
 * An append-only log with a real Merkle tree: Rekor version 1 (promises and
 * proofs, P-256) or version 2 (proofs alone, Ed25519).
 */
export class TransparencyLog {
  private readonly tree = new MerkleTree();
  private readonly treeId = randomBytes(8);
  private readonly keys: {publicKey: Buffer, sign: (data: Buffer) => Buffer};

  private readonly byUuid = new Map<string, LogEntry>();

  /** In the order in which they were logged. */
  readonly entries: Array<LogEntry> = [];

  readonly logId: Buffer;

  /** @param host the name under which the log signs its checkpoints; part of its base URL */
  constructor(readonly version: 1 | 2, private readonly host: string) {
    const {publicKey, privateKey} = version === 1
      ? generateKeyPairSync(`ec`, {namedCurve: `P-256`})
      : generateKeyPairSync(`ed25519`);

    const spki = publicKey.export({format: `der`, type: `spki`});
    this.keys = {publicKey: spki, sign: data => sign(version === 1 ? `sha256` : null, data, privateKey)};

    // Version 2 names its key as signed notes do: https://github.com/C2SP/C2SP/blob/main/signed-note.md
    this.logId = version === 1
      ? createHash(`sha256`).update(spki).digest()
      : createHash(`sha256`).update(`${host}\n\x01`).update(spki.subarray(-32)).digest();
  }

  /** DER encoded. */
  get publicKey() {
    return this.keys.publicKey;
  }

  add(body: LogBody, date: Date): LogEntry {
    const bytes = stringifyLogBody(body);
    const index = this.tree.append(bytes);
    const logIndex = this.version === 1 ? FIRST_LOG_INDEX + index : index;
    const integratedTime = this.version === 1 ? Math.floor(date.getTime() / 1000) : null;

    const entry: LogEntry = {
      uuid: this.getUuid(bytes),
      kind: body.kind,
      version: body.apiVersion,
      body: bytes,
      logIndex,
      integratedTime,
      signedEntryTimestamp: integratedTime === null ? null : this.keys.sign(Buffer.from(json.canonicalize({
        body: bytes.toString(`base64`),
        integratedTime,
        logID: this.logId.toString(`hex`),
        logIndex,
      }))),
      proof: this.prove(index),
    };

    this.entries.push(entry);
    this.byUuid.set(entry.uuid, entry);
    return entry;
  }

  /** With a proof of today: the log has grown since. */
  tryGet(uuid: string): LogEntry | null {
    const entry = this.byUuid.get(uuid);
    return entry ? {...entry, proof: this.prove(entry.proof.logIndex)} : null;
  }

  getUuid(body: Buffer): string {
    return `${this.treeId.toString(`hex`)}${hashLeaf(body).toString(`hex`)}`;
  }

  private prove(index: number): LogEntry[`proof`] {
    const rootHash = this.tree.getRoot();
    const origin = this.version === 1 ? `${this.host} - ${this.treeId.readBigUInt64BE()}` : this.host;
    const note = `${origin}\n${this.tree.size}\n${rootHash.toString(`base64`)}\n`;
    const signature = Buffer.concat([this.logId.subarray(0, 4), this.keys.sign(Buffer.from(note))]);

    return {
      logIndex: index,
      treeSize: this.tree.size,
      rootHash,
      hashes: this.tree.getInclusionProof(index),
      checkpoint: `${note}\n\u2014 ${this.host} ${signature.toString(`base64`)}\n`,
    };
  }
}

export type Inclusion = {promise: boolean, proof: boolean};

/** The entry as bundles carry it. https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_rekor.proto */
export function toBundleEntry(log: TransparencyLog, entry: LogEntry, inclusion: Inclusion) {
  return {
    logIndex: `${entry.logIndex}`,
    logId: {keyId: log.logId.toString(`base64`)},
    kindVersion: {kind: entry.kind, version: entry.version},
    ...entry.integratedTime !== null && {integratedTime: `${entry.integratedTime}`},
    ...entry.signedEntryTimestamp && inclusion.promise && {inclusionPromise: {signedEntryTimestamp: entry.signedEntryTimestamp.toString(`base64`)}},
    ...inclusion.proof && {inclusionProof: {
      logIndex: `${entry.proof.logIndex}`,
      rootHash: entry.proof.rootHash.toString(`base64`),
      treeSize: `${entry.proof.treeSize}`,
      hashes: entry.proof.hashes.map(hash => hash.toString(`base64`)),
      checkpoint: {envelope: entry.proof.checkpoint},
    }},
    canonicalizedBody: entry.body.toString(`base64`),
  };
}
