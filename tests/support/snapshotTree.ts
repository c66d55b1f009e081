import {createHash}                         from 'node:crypto';
import {lstat, readdir, readFile, readlink} from 'node:fs/promises';
import path                                 from 'node:path';

/** Everything below a folder by path, with what is in it: equal for two moments when nothing was written in between. */
export async function snapshotTree(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder, {recursive: true})).sort();

  return new Map(await Promise.all(names.map(async name => {
    const file = path.join(folder, name);
    const stats = await lstat(file);

    const content = stats.isSymbolicLink() ? await readlink(file) : stats.isFile() ? hash(await readFile(file)) : `folder`;
    return [name, `${content} ${stats.mode} ${stats.mtimeMs}`] as const;
  })));
}

const hash = (content: Buffer) => createHash(`sha256`).update(content).digest(`hex`);
