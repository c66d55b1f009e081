import {xfs, ppath, type Filename, type PortablePath} from '@yarnpkg/fslib';
import type {ServerResponse}                          from 'node:http';

import {makeHttpClient}                               from '../../sources/network/httpClient';
import {DEFAULT_TUF_MIRROR}                           from '../../sources/settings';
import {tryGetEmbeddedTrust}                          from '../../sources/trust/embeddedTrust';
import {loadSigstoreTrust}                            from '../../sources/trust/sigstoreTrust';
import {RegistryKey, makeKeysTarget}                  from '../lab/registryKey';
import {TufRepository}                                from '../lab/tuf';

import {makeTestConfiguration}                        from './configuration';
import {startTestServer}                              from './httpServer';

export const KEYS_TARGET = `registry.example.org/keys.json`;

type LoadOptions = {
  offline?: boolean;
  now?: Date;
  settings?: Record<string, unknown>;
};

/** A TUF repository on loopback, and a machine that trusts its first root. */
export async function makeTrustBench() {
  const repository = new TufRepository();
  const key = new RegistryKey();
  repository.setTarget(`trusted_root.json`, await getSomeTrustedRoot());
  repository.setTarget(KEYS_TARGET, makeKeysTarget([key]));
  repository.publish();

  /** What is answered instead of the file at a path. */
  const answers = new Map<string, (response: ServerResponse, file: Buffer) => void>();

  const server = await startTestServer((request, response) => {
    const path = decodeURI(request.url!).slice(1);
    const file = repository.files.get(path);
    const answer = answers.get(path);

    if (answer) {
      answer(response, file ?? Buffer.from(`{}`));
    } else {
      response.writeHead(file ? 200 : 404).end(file);
    }
  });

  const folder = await xfs.mktempPromise();
  const rootPath = ppath.join(folder, `initial-root.json` as Filename);
  await xfs.writeFilePromise(rootPath, repository.initialRoot);

  const load = async ({offline = false, now = new Date(), settings = {}}: LoadOptions = {}) => {
    const configuration = makeTestConfiguration({settings: {
      npmSigstoreTufMirror: server.url,
      npmSigstoreTufRoot: rootPath,
      ...settings,
    }});

    return await loadSigstoreTrust({configuration, http: makeHttpClient({configuration, offline}), folder, now});
  };

  /** The paths that were asked for since the last call. */
  const takeRequests = () => server.requests.splice(0).map(request => decodeURI(request.url!).slice(1));

  return {repository, key, answers, server, folder, load, takeRequests, cache: new CacheFile(ppath.join(folder, `tuf` as Filename))};
}

export type TrustBench = Awaited<ReturnType<typeof makeTrustBench>>;

/** What the machine remembers, and what an attacker who can write to it would change. */
class CacheFile {
  constructor(readonly folder: PortablePath) {
  }

  async getPath() {
    const [name, ...others] = await xfs.readdirPromise(this.folder);
    if (typeof name === `undefined` || others.length > 0)
      throw new Error(`Expected a single file in ${this.folder}`);

    return ppath.join(this.folder, name);
  }

  async poison(files: Record<string, Buffer>) {
    const path = await this.getPath();
    const content = await xfs.readJsonPromise(path);
    for (const [key, bytes] of Object.entries(files))
      content.files[key] = bytes.toString(`base64`);

    await xfs.writeJsonPromise(path, content);
  }
}

/** A trusted root with real keys and certificates; whose they are does not matter here. */
export async function getSomeTrustedRoot() {
  const embedded = await tryGetEmbeddedTrust(DEFAULT_TUF_MIRROR);
  return embedded!.targets.get(`trusted_root.json`) as object;
}

export function yearsFromNow(years: number) {
  return new Date(Date.now() + years * 365 * 24 * 60 * 60 * 1000);
}
