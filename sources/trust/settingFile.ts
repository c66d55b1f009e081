import {npath, type PortablePath} from '@yarnpkg/fslib';
import {UsageError}               from 'clipanion';

import {readBoundedFile}          from '../boundedFile';

/** Trust files are some kilobytes; whatever is bigger than this is something else. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Reads a file that a setting names, whole. Throws a `UsageError` with both names. */
export async function readSettingFile(setting: string, path: PortablePath): Promise<Buffer> {
  try {
    return await readBoundedFile(path, MAX_BYTES);
  } catch (error) {
    throw makeSettingFileError(setting, path, error);
  }
}

/** Reads a JSON file that a setting names, and what `decode` makes of it. Throws a `UsageError` with both names. */
export async function decodeSettingFile<T>(setting: string, path: PortablePath, decode: (document: unknown) => T): Promise<T> {
  const content = await readSettingFile(setting, path);

  try {
    return decode(JSON.parse(content.toString(`utf8`)));
  } catch (error) {
    throw makeSettingFileError(setting, path, error);
  }
}

export function makeSettingFileError(setting: string, path: PortablePath, error: unknown) {
  return new UsageError(`The setting ${setting} names a file that can't be used: ${npath.fromPortablePath(path)} (${(error as Error).message})`);
}
