import {execFile}      from 'node:child_process';
import {readdir, stat} from 'node:fs/promises';
import {existsSync}    from 'node:fs';
import path            from 'node:path';
import {promisify}     from 'node:util';

const root = path.resolve(__dirname, `../..`);

/** What users import: the one file that the acceptance tests run. */
export const bundlePath = path.join(root, `bundles/@yarnpkg/plugin-npm-attestations.js`);

/** Builds the plugin unless the built one is newer than everything it is made of. */
export async function ensureBundle() {
  const inputs = [
    ...await listFiles(path.join(root, `sources`)),
    path.join(root, `package.json`),
    path.join(root, `yarn.lock`),
  ];

  const times = await Promise.all(inputs.map(getTime));
  if (existsSync(bundlePath) && await getTime(bundlePath) > Math.max(...times))
    return;

  const builder = path.join(root, `node_modules/@yarnpkg/builder/lib/cli.js`);
  await promisify(execFile)(process.execPath, [builder, `build`, `plugin`], {cwd: root});
}

async function listFiles(folder: string): Promise<Array<string>> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true});
  return entries.filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name));
}

async function getTime(file: string) {
  const {mtimeMs} = await stat(file);
  return mtimeMs;
}
