import {webcrypto} from 'node:crypto';

/** Lower-case hex of the sha512, computed off the main thread: an installation has other things to do on it. */
export async function hashTarball(tarball: Uint8Array): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest(`SHA-512`, tarball)).toString(`hex`);
}
