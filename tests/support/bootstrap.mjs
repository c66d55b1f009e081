// Set-up for a machine that has Node and npm only: fetches the Yarn version
// that package.json names (npm package `@yarnpkg/cli-dist`), installs the
// dependencies, then runs one script of package.json. Plain JavaScript,
// because nothing is installed yet when it starts.
import {execFileSync, spawnSync}  from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import path                       from 'node:path';
import {fileURLToPath}            from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), `../..`);
const {packageManager} = JSON.parse(readFileSync(path.join(root, `package.json`), `utf8`));

const yarnVersion = packageManager.replace(/^yarn@/, ``);
const yarnFolder = path.join(root, `.yarn/bootstrap/${yarnVersion}`);
const yarnPath = path.join(yarnFolder, `node_modules/@yarnpkg/cli-dist/bin/yarn.js`);

const npm = process.platform === `win32` ? `npm.cmd` : `npm`;

if (!existsSync(yarnPath)) {
  execFileSync(npm, [`install`, `--no-save`, `--no-audit`, `--no-fund`, `--loglevel=error`, `--prefix`, yarnFolder, `@yarnpkg/cli-dist@${yarnVersion}`], {
    stdio: [`ignore`, `ignore`, `inherit`],
    shell: process.platform === `win32`,
  });
}

// Where npm finds its packages, Yarn does too: a machine behind a mirror has
// configured npm at least.
const registry = execFileSync(npm, [`config`, `get`, `registry`], {
  encoding: `utf8`,
  stdio: [`ignore`, `pipe`, `ignore`],
  shell: process.platform === `win32`,
}).trim();

function yarn(...args) {
  // npm exports its own settings to the scripts it starts; some of them change
  // what the tests' child processes do (npm_config_*), so they end here.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  env.YARN_NPM_REGISTRY_SERVER ??= registry;

  const {status, error} = spawnSync(process.execPath, [yarnPath, ...args], {cwd: root, env, stdio: `inherit`});
  if (error)
    throw error;

  if (status !== 0) {
    process.exit(status ?? 1);
  }
}

yarn(`install`, `--immutable`);
yarn(`run`, ...process.argv.slice(2));
