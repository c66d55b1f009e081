import {structUtils}                          from '@yarnpkg/core';
import {npath, ppath, xfs}                    from '@yarnpkg/fslib';
import type {Filename, PortablePath}          from '@yarnpkg/fslib';
import type {IncomingMessage, ServerResponse} from 'node:http';

import {makeEvidenceSource}                   from '../../sources/evidence/evidenceSource';
import type {EvidenceSourceOptions}           from '../../sources/evidence/evidenceSource';
import type {RegistryPackage}                 from '../../sources/evidence/types';
import {makeHttpClient}                       from '../../sources/network/httpClient';
import {makeRegistryClient}                   from '../../sources/network/registryClient';

import {makeTestConfiguration}                from './configuration';
import type {TestConfigurationOptions}        from './configuration';
import {startTestServer}                      from './httpServer';

export const signatures = [{keyid: `SHA256:key`, sig: `c2ln`}];
export const NOW = new Date(`2024-01-02T12:00:00Z`);

/** What a path answers: a status, a text as it is, or anything else as JSON. */
export type Route = number | string | object | ((request: IncomingMessage, response: ServerResponse) => void);

/** A registry that answers 404 but for these (decoded) paths. */
export async function startRegistry(routes: Record<string, Route>, {folder = ``}: {folder?: string} = {}) {
  const server = await startTestServer((request, response) => {
    const path = decodeURIComponent(request.url!);
    const route = Object.hasOwn(routes, path) ? routes[path]! : 404;

    if (typeof route === `function`) {
      route(request, response);
    } else if (typeof route === `number`) {
      response.writeHead(route).end();
    } else {
      response.end(typeof route === `string` ? route : JSON.stringify(route));
    }
  });

  return {
    registry: `${server.url}${folder}`,
    routes,
    requests: server.requests,
    getPaths: () => server.requests.map(({url}) => decodeURIComponent(url!)),
  };
}

export function makePackage(registry: string, name: string, version: string): RegistryPackage {
  return {ident: structUtils.parseIdent(name), registry, version};
}

export function makeManifest(name: string, version: string, dist: object = {integrity: `sha512-x`, signatures}) {
  return {name, version, dist};
}

export async function makeGlobalFolder(): Promise<PortablePath> {
  return ppath.join(await xfs.mktempPromise(), `global` as Filename);
}

/** All files below a folder; none where there is no such folder. */
export async function listFiles(folder: PortablePath): Promise<Array<PortablePath>> {
  if (!await xfs.existsPromise(folder))
    return [];

  const entries = await xfs.readdirPromise(folder, {recursive: true, withFileTypes: true});
  return entries.filter(entry => entry.isFile()).map(entry => ppath.join(entry.path, entry.name));
}

export type TestSourceOptions = Partial<Pick<EvidenceSourceOptions, `mode` | `now` | `recallHistory`>> & TestConfigurationOptions & {
  globalFolder?: PortablePath;
};

/** A source with a store of its own, unless told otherwise. */
export async function makeSource({mode = `normal`, now = NOW, recallHistory, globalFolder, settings, ...options}: TestSourceOptions = {}) {
  const folder = globalFolder ?? await makeGlobalFolder();
  const configuration = makeTestConfiguration({...options, settings: {globalFolder: npath.fromPortablePath(folder), ...settings}});
  return makeEvidenceSource({configuration, client: makeRegistryClient({configuration, http: makeHttpClient({configuration, offline: mode === `offline`})}), mode, now, recallHistory});
}
