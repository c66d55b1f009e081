import type {Metadata, TargetFile, Targets}            from '@tufjs/models';
import {Readable}                                      from 'node:stream';
import {EqualVersionError}                             from 'tuf-js/dist/error';
import {TrustedMetadataStore}                          from 'tuf-js/dist/store';

import {InvalidMetadataError, RepositoryFault, verify} from './repositoryErrors';

/** Same bounds as tuf-js has, in bytes and in links. */
const MAX_BYTES = {root: 512_000, timestamp: 16_384, snapshot: 2_000_000, targets: 5_000_000};
const MAX_ROOT_ROTATIONS = 256;

/** A file of a TUF repository. */
type RepositoryFile = {
  /** What it is called in a cache: the same for all versions of a role. */
  key: string;
  /** Where it is, relative to the mirror. */
  path: string;
  maxBytes: number;
};

/** Resolves to null where there is no such file; rejects with `RepositoryFault` when that cannot be known. */
export type ReadFile = (file: RepositoryFile) => Promise<Buffer | null>;

export type MetadataWalkOptions = {
  /** The root.json that is trusted to begin with. */
  anchor: Buffer;
  /** What an earlier walk ended with. Spares requests and shows rollbacks, and is believed no more than the network. */
  known: ReadonlyMap<string, Buffer>;
  read: ReadFile;
  /** The time that expiry is held against. */
  referenceTime: Date;
};

/**
 * Walks a TUF repository from its anchor, file by file, in the order that the
 * specification's client workflow wants:
 * https://theupdateframework.github.io/specification/latest/#detailed-client-workflow
 *
 * Every decision about a file is tuf-js's (`TrustedMetadataStore`). What is
 * left to do is to find the files, and that is not left to its `Updater`,
 * which believes a root that lies in its cache folder, takes the time from
 * this machine, and tells a network fault from a forgery in its texts alone.
 *
 * Methods reject with `RepositoryFault` or `InvalidMetadataError`.
 */
export class MetadataWalk {
  /** All that was read and verified: the next walk's `known`. */
  readonly files = new Map<string, Buffer>();

  private readonly expiries: Array<Date> = [];

  private constructor(private readonly store: TrustedMetadataStore, private readonly options: MetadataWalkOptions) {
  }

  static async start(options: MetadataWalkOptions) {
    const store = verify(`the initial root.json`, () => new TrustedMetadataStore(options.anchor));
    // The store takes the time from the clock when it is made and offers no other way to give it one.
    Object.assign(store, {referenceTime: options.referenceTime});

    const walk = new MetadataWalk(store, options);
    await walk.updateRoot();
    await walk.updateTimestamp();
    await walk.updateSnapshot();
    return walk;
  }

  /** When the first of the files that were walked expires. */
  get expires() {
    return new Date(Math.min(...this.expiries.map(expiry => expiry.getTime())));
  }

  /** Loads and verifies the list of targets of a role, on behalf of the role that names it. */
  async loadTargets(role: string, delegator: string): Promise<Metadata<Targets>> {
    const meta = this.store.snapshot!.signed.meta[`${role}.json`];
    const name = `${encodeURIComponent(role)}.json`;
    const path = this.isConsistent && meta ? `${meta.version}.${name}` : name;

    await this.accept({key: name, path, maxBytes: MAX_BYTES.targets}, bytes => {
      ensureMetadata(path, bytes);
      verify(path, () => this.store.updateDelegatedTargets(bytes, role, delegator));
    });

    const targets = this.store.getRole(role)!;
    this.expiries.push(new Date(targets.signed.expires));
    return targets;
  }

  /** Reads a file that a list of targets vouches for. */
  async readTarget(target: TargetFile): Promise<unknown> {
    const hash = Object.values(target.hashes)[0];
    // A file that is vouched for by nothing but its length is not vouched for.
    if (typeof hash === `undefined`)
      throw new InvalidMetadataError(`${target.path}: no hash in the list of targets`);

    const slash = target.path.lastIndexOf(`/`) + 1;
    const path = this.isConsistent
      ? `targets/${target.path.slice(0, slash)}${hash}.${target.path.slice(slash)}`
      : `targets/${target.path}`;

    let content: unknown;
    await this.accept({key: `targets/${target.path}`, path, maxBytes: MAX_BYTES.targets}, async bytes => {
      content = parseJson(path, bytes);
      await target.verify(Readable.from([bytes])).catch(error => {
        throw new InvalidMetadataError(`${path}: ${error.message}`, {cause: error});
      });
    });
    return content;
  }

  private get isConsistent() {
    return this.store.root.signed.consistentSnapshot;
  }

  private async updateRoot() {
    for (let links = 0; links < MAX_ROOT_ROTATIONS; links++) {
      const path = `${this.store.root.signed.version + 1}.root.json`;
      const file = {key: path, path, maxBytes: MAX_BYTES.root};

      const isLast = await this.accept(file, bytes => {
        ensureMetadata(path, bytes);
        verify(path, () => this.store.updateRoot(bytes));
      }, {optional: true}) === null;

      if (isLast) {
        break;
      }
    }

    this.expiries.push(new Date(this.store.root.signed.expires));
  }

  private async updateTimestamp() {
    const path = `timestamp.json`;
    const known = this.options.known.get(path);
    // Only to hold the new one against: signed by keys that are no longer trusted, it holds nothing back.
    if (known)
      attempt(() => this.store.updateTimestamp(known));

    const bytes = await this.read({key: path, path, maxBytes: MAX_BYTES.timestamp});
    ensureMetadata(path, bytes);

    try {
      this.store.updateTimestamp(bytes);
      this.files.set(path, bytes);
    } catch (error) {
      // The store goes on with the one that it has: the new one was verified, but not loaded.
      if (!(error instanceof EqualVersionError))
        throw new InvalidMetadataError(`${path}: ${(error as Error).message}`, {cause: error});
      this.files.set(path, known!);
    }

    this.expiries.push(new Date(this.store.timestamp!.signed.expires));
  }

  private async updateSnapshot() {
    const key = `snapshot.json`;
    const known = this.options.known.get(key);
    // An outdated one is loaded and then refused: what it says must not be taken back by the new one.
    if (known)
      attempt(() => this.store.updateSnapshot(known, true));

    const {version} = this.store.timestamp!.signed.snapshotMeta;
    const path = this.isConsistent ? `${version}.${key}` : key;

    await this.accept({key, path, maxBytes: MAX_BYTES.snapshot}, bytes => {
      ensureMetadata(path, bytes);
      verify(path, () => this.store.updateSnapshot(bytes));
    });

    this.expiries.push(new Date(this.store.snapshot!.signed.expires));
  }

  /**
   * Takes the known file if `check` accepts it, else the one that is read. A
   * known file that is refused says nothing: whoever can write to the cache
   * must not be able to make the repository look forged.
   */
  private async accept(file: RepositoryFile, check: (bytes: Buffer) => void | Promise<void>, {optional = false} = {}) {
    const known = this.options.known.get(file.key);
    if (known) {
      try {
        await check(known);
        this.files.set(file.key, known);
        return known;
      } catch (error) {
        if (!(error instanceof InvalidMetadataError) && !(error instanceof RepositoryFault)) {
          throw error;
        }
      }
    }

    const bytes = optional ? await this.options.read(file) : await this.read(file);
    if (bytes !== null) {
      await check(bytes);
      this.files.set(file.key, bytes);
    }
    return bytes;
  }

  private async read(file: RepositoryFile) {
    const bytes = await this.options.read(file);
    if (bytes === null)
      throw new RepositoryFault(`${file.path} is missing`);

    return bytes;
  }
}

/** Captive portals and broken proxies answer with HTML, or with half of a file: that is no statement of the repository. */
function parseJson(path: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString(`utf8`));
  } catch (error) {
    throw new RepositoryFault(`${path} is not JSON, or only a part of it`, {cause: error});
  }
}

function ensureMetadata(path: string, bytes: Buffer) {
  const content = parseJson(path, bytes);
  if (typeof content !== `object` || content === null || !(`signed` in content) || !(`signatures` in content)) {
    throw new RepositoryFault(`${path} is not TUF metadata`);
  }
}

function attempt(load: () => void) {
  try {
    load();
  } catch {
    // What remains loaded is what was verified.
  }
}
