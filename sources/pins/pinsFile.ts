import {npath, ppath, xfs} from '@yarnpkg/fslib';
import type {PortablePath} from '@yarnpkg/fslib';
import {UsageError}        from 'clipanion';

import {readBoundedFile}   from '../boundedFile';
import {PINS_FILE}         from '../policy/identityPins';
import type {IdentityPins} from '../policy/identityPins';

import {editPins}          from './editPins';
import {parsePins}         from './pinsText';

/** Ten thousand pins take a quarter of it. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The identities that a project has pinned; null when it has no pins file. Throws a `UsageError` for a file that is not understood in full. */
export async function readPins(projectCwd: PortablePath): Promise<IdentityPins> {
  const text = await tryReadText(projectCwd);
  if (text === null)
    return null;

  try {
    return parsePins(text);
  } catch (error) {
    throw new UsageError(`The identity pins in ${npath.fromPortablePath(getPath(projectCwd))} can't be read: ${(error as Error).message}`);
  }
}

/** Writes the file anew where the pins in it change; `pins` are all that it is to have. */
export async function writePins(projectCwd: PortablePath, pins: NonNullable<IdentityPins>): Promise<void> {
  const path = getPath(projectCwd);

  await xfs.mkdirpPromise(ppath.dirname(path));
  await xfs.changeFilePromise(path, editPins(await tryReadText(projectCwd), pins));
}

async function tryReadText(projectCwd: PortablePath): Promise<string | null> {
  const path = getPath(projectCwd);

  try {
    return (await readBoundedFile(path, MAX_BYTES)).toString(`utf8`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === `ENOENT`)
      return null;

    throw new UsageError(`The identity pins in ${npath.fromPortablePath(path)} can't be read: ${(error as Error).message}`);
  }
}

function getPath(projectCwd: PortablePath): PortablePath {
  return ppath.join(projectCwd, PINS_FILE as PortablePath);
}
