import type {Configuration}   from '@yarnpkg/core';
import {UsageError}           from 'clipanion';

import {decodeKeys}           from './decodeKeys';
import {tryParseRegistryHost} from './registryHost';
import {decodeSettingFile}    from './settingFile';
import type {RegistryKey}     from './types';

/**
 * The keys that `npmSigstoreRegistryKeys` gives, by registry host. Throws a
 * `UsageError` that names the setting and the file when one of them can't be used.
 */
export async function loadPinnedKeys(configuration: Configuration): Promise<Map<string, Array<RegistryKey>>> {
  const pinned = new Map<string, Array<RegistryKey>>();

  for (const [registry, path] of configuration.get(`npmSigstoreRegistryKeys`)) {
    const setting = `npmSigstoreRegistryKeys[${JSON.stringify(registry)}]`;

    const host = tryParseRegistryHost(registry);
    if (host === null)
      throw new UsageError(`The setting ${setting} is not for a registry: its name must be a URL`);
    if (pinned.has(host))
      throw new UsageError(`The setting ${setting} is for a registry that npmSigstoreRegistryKeys already has an entry for`);

    pinned.set(host, await decodeSettingFile(setting, path, document => {
      const keys = decodeKeys(document, `pinned`);
      if (keys.length === 0)
        throw new Error(`the list of keys is empty`);
      return keys;
    }));
  }

  return pinned;
}
