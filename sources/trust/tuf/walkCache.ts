import {ppath, type Filename, type PortablePath} from '@yarnpkg/fslib';
import {createHash}                              from 'node:crypto';

import {tryWriteAtomically}                      from '../../atomicFile';
import {readBoundedFile}                         from '../../boundedFile';

/** What the last good walk of a repository ended with. */
export type CachedWalk = {
  /** Keys and content of all its files. */
  files: Map<string, Buffer>;
  fetchedAt: Date;
};

/** Far above what a walk can need: only so that a foreign file is not read into memory. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The memory of one repository, as seen from one initial root: a single file,
 * replaced as a whole, so that parallel runs never mix their metadata.
 * Nothing in it is trusted: a walk verifies it again from the initial root.
 */
export class WalkCache {
  private readonly path: PortablePath;

  constructor(folder: PortablePath, mirror: string, anchor: Buffer) {
    const {host, pathname} = new URL(mirror);
    const label = `${host}${pathname}`.replace(/[^\w.-]+/g, `_`).slice(0, 100);
    const digest = createHash(`sha256`).update(mirror).update(`\0`).update(anchor).digest(`hex`).slice(0, 16);

    this.path = ppath.join(folder, `${label}-${digest}.json` as Filename);
  }

  /** Null when there is none, or none that can be read: then it is as if there had never been one. */
  async tryRead(): Promise<CachedWalk | null> {
    try {
      const {fetchedAt, files} = JSON.parse((await readBoundedFile(this.path, MAX_BYTES)).toString(`utf8`));
      const time = new Date(fetchedAt);
      if (typeof fetchedAt !== `string` || Number.isNaN(time.getTime()))
        return null;

      const contents = Object.entries(files);
      // Of `{"length": 1e9}` a buffer of that size would be made.
      if (!contents.every((entry): entry is [string, string] => typeof entry[1] === `string`))
        return null;

      return {fetchedAt: time, files: new Map(contents.map(([key, content]) => [key, Buffer.from(content, `base64`)]))};
    } catch {
      return null;
    }
  }

  /** Does nothing where nothing can be written: a cache is a convenience. */
  async tryWrite({files, fetchedAt}: CachedWalk): Promise<void> {
    const content = JSON.stringify({
      fetchedAt: fetchedAt.toISOString(),
      files: Object.fromEntries([...files].map(([key, bytes]) => [key, bytes.toString(`base64`)])),
    });

    await tryWriteAtomically(this.path, content);
  }
}
