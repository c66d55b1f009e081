import {npath, type PortablePath}                     from '@yarnpkg/fslib';
import {randomUUID}                                   from 'node:crypto';
import {mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path                                           from 'node:path';

/**
 * Writes a file that others may read or write at the same moment, its folder
 * included: nobody ever reads half of it. Rejects when it cannot be written,
 * and leaves what was there before.
 *
 * An audit writes thousands of small files: to hand each to another thread
 * takes longer than to write it.
 */
export async function writeAtomically(file: PortablePath, content: string): Promise<void> {
  const destination = npath.fromPortablePath(file);
  const temporary = `${destination}.${randomUUID().replaceAll(`-`, ``)}.tmp`;

  try {
    writeNew(temporary, content);
    renameSync(temporary, destination);
  } catch (error) {
    rmSync(temporary, {force: true});
    throw error;
  }
}

/** The same for what is a mere convenience: does nothing where nothing can be written. */
export async function tryWriteAtomically(file: PortablePath, content: string): Promise<void> {
  await writeAtomically(file, content).catch(() => {});
}

function writeNew(file: string, content: string) {
  try {
    writeFileSync(file, content, {flag: `wx`});
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== `ENOENT`)
      throw error;

    mkdirSync(path.dirname(file), {recursive: true});
    writeFileSync(file, content, {flag: `wx`});
  }
}
