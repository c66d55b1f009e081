import {execFile}                                                    from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir}                                                      from 'node:os';
import path                                                          from 'node:path';

import type {Lab}                                                    from '../lab/lab';

type NpmResult = {exitCode: number, stdout: string, stderr: string};

/** What stock npm says about one project. */
export type NpmAudit = {
  /** Code of the error that ended the run before its end; null when it got there. */
  stoppedBy: string | null;
  exitCode: number;
  /** `name@version` of packages whose signature is missing. */
  missing: Array<string>;
  /** Codes of packages whose signature or attestation is invalid, by `name@version`. */
  invalid: Map<string, string>;
  /** Packages whose attestations were verified; null for versions of npm that do not list them. */
  attested: Array<string> | null;
  output: string;
};

const preload = path.resolve(import.meta.dirname, `npmTufMirror.cjs`);

/** A project that stock npm installs from the lab, trusting the lab's TUF root. */
export class NpmProject {
  readonly folder = mkdtempSync(path.join(tmpdir(), `attestations-npm-`));
  private readonly env: Record<string, string>;

  constructor(private readonly lab: Pick<Lab, `registry` | `tuf` | `tufServer`>, dependencies: Record<string, string>) {
    const cache = path.join(this.folder, `cache`);
    const tufFolder = path.join(cache, `_tuf`, encodeURIComponent(this.lab.tufServer.host));

    mkdirSync(tufFolder, {recursive: true});
    writeFileSync(path.join(tufFolder, `root.json`), this.lab.tuf.initialRoot);
    writeFileSync(path.join(this.folder, `.npmrc`), ``);
    writeFileSync(path.join(this.folder, `package.json`), JSON.stringify({name: `project`, version: `1.0.0`, private: true, dependencies}));

    this.env = {
      PATH: process.env.PATH ?? ``,
      SystemRoot: process.env.SystemRoot ?? ``,
      HOME: this.folder,
      NODE_OPTIONS: `--require ${JSON.stringify(preload)}`,
      LAB_TUF_MIRROR: this.lab.tufServer.url,
      npm_config_registry: this.lab.registry.url,
      npm_config_cache: cache,
      npm_config_userconfig: path.join(this.folder, `.npmrc`),
      npm_config_globalconfig: path.join(this.folder, `.npmrc-global`), // otherwise a machine's mirror would be used
      npm_config_update_notifier: `false`,
      npm_config_fetch_retries: `0`,
    };
  }

  async install(): Promise<void> {
    const {exitCode, stderr} = await this.run(`install`, `--ignore-scripts`, `--no-audit`, `--no-fund`);
    if (exitCode !== 0) {
      throw new Error(`npm install failed: ${stderr}`);
    }
  }

  async auditSignatures(): Promise<NpmAudit> {
    const {exitCode, stdout, stderr} = await this.run(`audit`, `signatures`, `--json`, `--include-attestations`);
    const answer = JSON.parse(stdout || `{}`);
    const toId = ({name, version}: {name: string, version: string}) => `${name}@${version}`;

    return {
      stoppedBy: answer.error ? answer.error.code ?? answer.error.summary : null,
      exitCode,
      missing: (answer.missing ?? []).map(toId),
      invalid: new Map((answer.invalid ?? []).map((row: any) => [toId(row), row.code])),
      attested: answer.verified?.map(toId) ?? null,
      output: `${stdout}\n${stderr}`,
    };
  }

  /** Integrities by `name@version`, as npm locked them. */
  readLockfile(): Map<string, string> {
    const {packages} = JSON.parse(readFileSync(path.join(this.folder, `package-lock.json`), `utf8`));
    return new Map(Object.entries<any>(packages).map(([key, {version, integrity}]) => [`${key.replace(/^.*node_modules\//, ``)}@${version}`, integrity]));
  }

  remove(): void {
    rmSync(this.folder, {recursive: true, force: true});
  }

  private run(...args: Array<string>): Promise<NpmResult> {
    return new Promise(resolve => {
      const npm = process.platform === `win32` ? `npm.cmd` : `npm`;
      execFile(npm, args, {cwd: this.folder, env: this.env, shell: process.platform === `win32`}, (error, stdout, stderr) => {
        resolve({exitCode: error ? Number(error.code ?? 1) : 0, stdout, stderr});
      });
    });
  }
}
