import {structUtils}                 from '@yarnpkg/core';
import type {Locator}                from '@yarnpkg/core';

import {encodeSegment, getIdentPath} from '../evidence/paths';
import type {RegistryPackage}        from '../evidence/types';
import type {RegistryClient}         from '../network/registryClient';
import {NetworkFault}                from '../network/types';
import type {HttpResponse}           from '../network/types';

/** Larger than what registries accept. */
const MAX_BYTES = 512 * 1024 * 1024;

type FetchedTarball =
  | {status: `found`, tarball: Buffer}
  | {status: `unreachable`, reason: string, authentication: boolean};

/**
 * Downloads the tarball of a package from where Yarn would.
 *
 * @param locator as the lockfile spells it: it may be bound to a URL
 */
export async function fetchTarball(client: RegistryClient, locator: Locator, pkg: RegistryPackage): Promise<FetchedTarball> {
  const request = {registry: pkg.registry, ident: pkg.ident, accept: `*/*`, maxBytes: MAX_BYTES};
  const url = tryGetArchiveUrl(locator);

  if (url !== null)
    return ask(() => client.getUrl({...request, url}));

  const [first, ...others] = getTarballPaths(pkg).map(path => () => ask(() => client.get({...request, path})));
  let answer = await first!();

  // Some registries do not understand the escaped spelling of a scope.
  for (const askAgain of others)
    answer = answer.status === `found` ? answer : await askAgain();

  return answer;
}

/** The URL to which the lockfile binds a package, because its registry keeps the tarball in an unusual place. */
function tryGetArchiveUrl(locator: Locator): string | null {
  const url = structUtils.parseRange(locator.reference).params?.__archiveUrl;
  return typeof url === `string` ? url : null;
}

function getTarballPaths({ident, version}: RegistryPackage): Array<string> {
  const path = `${getIdentPath(ident)}/-/${encodeSegment(ident.name)}-${encodeSegment(version)}.tgz`;
  return [...new Set([path, path.replaceAll(`%2f`, `/`)])];
}

async function ask(send: () => Promise<HttpResponse>): Promise<FetchedTarball> {
  try {
    const {status, body} = await send();
    return status === 200
      ? {status: `found`, tarball: body}
      : {status: `unreachable`, reason: `the tarball was asked for, and the answer was HTTP ${status}`, authentication: status === 401 || status === 403};
  } catch (error) {
    if (error instanceof NetworkFault)
      return {status: `unreachable`, reason: error.message, authentication: false};

    throw error;
  }
}
