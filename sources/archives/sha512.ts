import {hashUtils}             from '@yarnpkg/core';
import {xfs}                   from '@yarnpkg/fslib';
import type {PortablePath}     from '@yarnpkg/fslib';
import {createHash, webcrypto} from 'node:crypto';

import {readBoundedFile}       from '../boundedFile';

/** Up to here it takes longer to hand bytes to another thread than to hash them. In bytes. */
const SMALL = 32 * 1024;

/** Up to here an archive is read as a whole; larger ones piece by piece. In bytes. */
const MODEST = 16 * 1024 * 1024;

/** Lower-case hex of a tarball's sha512. */
export async function hashTarball(tarball: Uint8Array): Promise<string> {
  return tarball.length <= SMALL
    ? createHash(`sha512`).update(tarball).digest(`hex`)
    : Buffer.from(await webcrypto.subtle.digest(`SHA-512`, tarball)).toString(`hex`);
}

/** Lower-case hex of an archive's sha512, as in the lockfile's checksum. */
export async function hashArchive({path}: {path: PortablePath}): Promise<string> {
  return xfs.statSync(path).size <= MODEST
    ? hashTarball(await readBoundedFile(path, MODEST))
    : hashUtils.checksumFile(path);
}
