import type {Configuration, Ident}     from '@yarnpkg/core';

import {getRegistryAuthorization}      from './registryAuth';
import type {RegistryAuthOptions}      from './registryAuth';
import {NetworkFault}                  from './types';
import type {HttpClient, HttpResponse} from './types';

export type RegistryRequest = {
  /** URL, no trailing slash. */
  registry: string;
  /** The package that is asked about; null for questions about the registry itself. */
  ident: Ident | null;
  /** Below the registry's URL, with a leading slash. */
  path: string;
  accept: string;
  /** To be told "unchanged" (304) instead of the same again. */
  etag?: string | null;
  maxBytes: number;
};

/** Asks registries, each with its own credentials. */
export interface RegistryClient {
  /** Rejects as `HttpClient.request` does. */
  get(request: RegistryRequest): Promise<HttpResponse>;
  /** The same for a URL that the registry chose: elsewhere than on the registry's own origin, nobody learns its credentials. */
  getUrl(request: Omit<RegistryRequest, `path`> & {url: string}): Promise<HttpResponse>;
}

export function makeRegistryClient({configuration, http}: {configuration: Configuration, http: HttpClient}): RegistryClient {
  const send = async (url: string, {registry, ident, accept, etag, maxBytes}: Omit<RegistryRequest, `path`>) => {
    const authorization = isSameOrigin(url, registry) ? await getAuthorization(registry, {configuration, ident}) : null;

    const headers: Record<string, string> = {accept};
    if (authorization !== null)
      headers.authorization = authorization;
    if (etag)
      headers[`if-none-match`] = etag;

    return http.request({url, headers, maxBytes});
  };

  return {
    get: async ({path, ...request}) => send(getRegistryUrl(request.registry, path), request),
    getUrl: async ({url, ...request}) => send(url, request),
  };
}

function isSameOrigin(url: string, registry: string): boolean {
  return URL.canParse(url) && URL.canParse(registry) && new URL(url).origin === new URL(registry).origin;
}

/**
 * Names come from a lockfile that a stranger may have written: none may lead
 * out of the folder that the credentials are for.
 */
function getRegistryUrl(registry: string, path: string): string {
  const base = `${registry}/`;
  if (!URL.canParse(base))
    throw new NetworkFault(`unreachable`, `the settings name a registry that is not a URL`);

  const url = new URL(`${registry}${path}`);
  if (!url.href.startsWith(new URL(base).href))
    throw new NetworkFault(`unreachable`, `the name of the package leads out of its registry`);

  return url.href;
}

/** Hooks run other programs to get at credentials: one that fails is the trouble of one registry, not of the run. */
async function getAuthorization(registry: string, options: RegistryAuthOptions): Promise<string | null> {
  try {
    return await getRegistryAuthorization(registry, options);
  } catch (error) {
    throw new NetworkFault(`unreachable`, `no credentials could be obtained for the registry (${(error as Error).message})`, {cause: error});
  }
}
