import type {Configuration}                      from '@yarnpkg/core';
import {UsageError}                              from 'clipanion';
import {TrustedMetadataStore}                    from 'tuf-js/dist/store';

import {redactUrl}                               from '../network/redactUrl';
import {DEFAULT_TUF_MIRROR}                      from '../settings';

import {tryGetEmbeddedTrust, type EmbeddedTrust} from './embeddedTrust';
import {makeSettingFileError, readSettingFile}   from './settingFile';

/** The TUF repository that the settings name. */
export type TufRepository = {
  /** URL without a trailing slash. */
  mirror: string;
  /** The same for people: without credentials. */
  mirrorLabel: string;
  /** The root.json that is trusted to begin with. */
  root: Buffer;
  rootExpires: Date;
  /** What is built in for it; null where the settings name another mirror or another root. */
  embedded: EmbeddedTrust | null;
};

/**
 * A mirror without a root of its own (`npmSigstoreTufRoot`) is taken for a
 * mirror of the public good instance and held against the root of that one;
 * but it is somebody's decision not to use the public good mirror, so what is
 * built in does not stand in for it.
 */
export async function getTufRepository(configuration: Configuration): Promise<TufRepository> {
  const mirror = configuration.get(`npmSigstoreTufMirror`).replace(/\/+$/, ``);
  if (!/^https?:\/\//i.test(mirror) || !URL.canParse(mirror))
    throw new UsageError(`The setting npmSigstoreTufMirror is not an http(s) URL: ${mirror}`);

  const mirrorLabel = redactUrl(new URL(mirror));

  const publicGood = await tryGetEmbeddedTrust(DEFAULT_TUF_MIRROR);
  if (publicGood === null)
    throw new Error(`Assertion failed: Expected the trust of ${DEFAULT_TUF_MIRROR} to be built in`);

  const path = configuration.get(`npmSigstoreTufRoot`);
  if (path === null)
    return {mirror, mirrorLabel, root: publicGood.root, rootExpires: getExpiry(publicGood.root), embedded: mirror === DEFAULT_TUF_MIRROR ? publicGood : null};

  const root = await readSettingFile(`npmSigstoreTufRoot`, path);
  try {
    return {mirror, mirrorLabel, root, rootExpires: getExpiry(root), embedded: null};
  } catch (error) {
    throw makeSettingFileError(`npmSigstoreTufRoot`, path, error);
  }
}

/** Also checks that the root is one, signed by its own keys. */
function getExpiry(root: Buffer) {
  return new Date(new TrustedMetadataStore(root).root.signed.expires);
}
