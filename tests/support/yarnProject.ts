import {execFile}                                      from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire}                                 from 'node:module';
import {tmpdir}                                        from 'node:os';
import path                                            from 'node:path';

import {writeLabFiles, type LabFiles}                  from '../lab/files';
import type {Lab}                                      from '../lab/lab';

export type YarnVersion = `4.0.2` | `4.5.3` | `4.9.4` | `4.12.0` | `4.18.1`;

export type YarnProjectOptions = {
  yarn?: YarnVersion;
  /** Settings on top of those that point at the lab; null takes one of these away. */
  settings?: Record<string, unknown>;
  env?: Record<string, string>;
  /** Manifests of further workspaces, by folder. */
  workspaces?: Record<string, Record<string, unknown>>;
  /** Node's executable; the one that runs the tests when absent. */
  node?: string;
};

export type YarnResult = {exitCode: number, stdout: string, stderr: string};

const plugin = path.resolve(import.meta.dirname, `../../bundles/@yarnpkg/plugin-npm-attestations.js`);

/** A project with the built plugin in a real Yarn, in a folder of its own; nothing of this machine's settings reaches it. */
export class YarnProject {
  readonly folder = mkdtempSync(path.join(tmpdir(), `attestations-yarn-`));
  readonly files: LabFiles;

  private readonly yarnPath: string;

  constructor(lab: Lab, manifest: Record<string, unknown>, private readonly options: YarnProjectOptions = {}) {
    const {yarn = `4.18.1`, settings = {}, workspaces = {}} = options;
    this.files = writeLabFiles(lab);
    this.yarnPath = createRequire(import.meta.url).resolve(`yarn-${yarn}/bin/yarn.js`);

    this.write(`.yarnrc.yml`, {
      enableImmutableInstalls: false, // otherwise the first install of a CI job would be refused
      enableTelemetry: false,
      enableTimers: false,
      enableProgressBars: false,
      enableGlobalCache: false,
      globalFolder: path.join(this.folder, `.yarn/global`),
      httpRetry: 0,
      npmRegistryServer: lab.registry.url,
      npmSigstoreTufMirror: lab.tufServer.url,
      npmSigstoreTufRoot: this.files.tufRoot,
      plugins: [{path: plugin, spec: `@yarnpkg/plugin-npm-attestations`}],
      unsafeHttpWhitelist: [`127.0.0.1`],
      ...settings,
    });

    this.write(`package.json`, {name: `project`, private: true, ...Object.keys(workspaces).length > 0 && {workspaces: Object.keys(workspaces)}, ...manifest});
    for (const [folder, workspace] of Object.entries(workspaces))
      this.write(path.join(folder, `package.json`), workspace);

    this.write(`yarn.lock`, ``);
  }

  /** @param content text, or an object to be written as JSON (which YAML is, too); fields that are null are left out */
  write(name: string, content: string | object): void {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), {recursive: true});
    writeFileSync(file, typeof content === `string` ? content : JSON.stringify(content, (_, value) => value ?? undefined, 2));
  }

  run(...args: Array<string>): Promise<YarnResult> {
    return new Promise(resolve => {
      execFile(this.options.node ?? process.execPath, [this.yarnPath, ...args], {cwd: this.folder, env: this.makeEnvironment(), maxBuffer: 1e9}, (error, stdout, stderr) => {
        resolve({exitCode: error ? Number(error.code ?? 1) : 0, stdout, stderr});
      });
    });
  }

  async install(): Promise<void> {
    const {exitCode, stdout} = await this.run(`install`);
    if (exitCode !== 0) {
      throw new Error(`yarn install failed: ${stdout}`);
    }
  }

  /** The records of `yarn npm audit-attestations --json`. */
  async audit(...args: Array<string>): Promise<YarnResult & {records: Array<any>}> {
    const result = await this.run(`npm`, `audit-attestations`, `--json`, ...args);
    return {...result, records: result.stdout.split(`\n`).filter(line => line !== ``).map(line => JSON.parse(line))};
  }

  remove(): void {
    this.files.remove();
    rmSync(this.folder, {recursive: true, force: true});
  }

  private makeEnvironment(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? ``,
      SystemRoot: process.env.SystemRoot ?? ``,
      HOME: this.folder, // otherwise a user's settings would be read
      USERPROFILE: this.folder,
      FORCE_COLOR: `0`,
      NO_COLOR: `1`,
      YARN_IGNORE_PATH: `1`, // otherwise a project above this folder could bring its own Yarn
      ...this.options.env,
    };
  }
}
