import type {Configuration, Ident}        from '@yarnpkg/core';

import {redactUrl}                        from '../network/redactUrl';
import type {RegistryClient}              from '../network/registryClient';
import {NetworkFault}                     from '../network/types';

import {decodeKeys, MalformedKeysError}   from './decodeKeys';
import {loadPinnedKeys}                   from './pinnedKeys';
import {tryParseRegistryHost}             from './registryHost';
import type {RegistryKeys, SigstoreTrust} from './types';

const PATH = `/-/npm/v1/keys`;

/** The keys of a registry take some kilobytes. In bytes. */
const MAX_BYTES = 1024 * 1024;

/** How registries say that they have no such endpoint. */
const ABSENT = new Set([400, 404, 405, 501]);

type RegistryKeysOptions = {
  configuration: Configuration;
  client: RegistryClient;
  trust: SigstoreTrust;
  /** For each registry a package with whose credentials its keys are asked for; without any when absent. */
  readers: ReadonlyMap<string, Ident>;
};

/** Tells whose keys may sign for a registry, given as normalised URL. Asks each registry once. */
export type GetRegistryKeys = (registry: string) => Promise<RegistryKeys>;

/**
 * For one run. The settings come first, then TUF; only a registry that neither
 * knows is asked for its keys itself: who is checked must not choose the keys.
 * TUF's keys count for such a registry too, by key id: a mirror that passes
 * signatures on is held against the keys of their origin.
 *
 * Rejects with a `UsageError` when a file that the settings name can't be used.
 */
export async function makeGetRegistryKeys({configuration, client, trust, readers}: RegistryKeysOptions): Promise<GetRegistryKeys> {
  const pinned = await loadPinnedKeys(configuration);
  const defaultHost = getDefaultHost(configuration);
  const asked = new Map<string, Promise<RegistryKeys>>();

  return async registryUrl => {
    const registry = registryUrl.replace(/\/+$/, ``);
    const host = tryParseRegistryHost(registry);
    if (host === null)
      return {kind: `unavailable`, keys: [], reason: `${registry} is not a URL`};

    const vouchedHost = findVouchedHost(host, trust.keyHosts);
    const pinnedKeys = pinned.get(host);
    if (typeof pinnedKeys !== `undefined`)
      return {kind: `pinned`, keys: pinnedKeys, isVouchedFor: host === defaultHost || typeof vouchedHost !== `undefined`};

    // A registry that TUF names is held against its own keys; the default one,
    // which is an alias of another, against all.
    if (typeof vouchedHost !== `undefined`)
      return {kind: `tuf`, keys: trust.keys.filter(({tufHost}) => tufHost === vouchedHost)};
    if (host === defaultHost)
      return {kind: `tuf`, keys: trust.keys};

    const answer = asked.get(registry) ?? askRegistry(client, registry, readers.get(registry) ?? null);
    asked.set(registry, answer);
    return addTufKeys(await answer, trust);
  };
}

/**
 * A registry's own key never counts under an id that TUF has: not even for a
 * use that TUF does not give it.
 */
function addTufKeys(own: RegistryKeys, trust: SigstoreTrust): RegistryKeys {
  const taken = new Set(trust.keys.map(key => key.keyid));
  return {...own, keys: [...trust.keys, ...own.keys.filter(key => !taken.has(key.keyid))]};
}

/** The default of the running Yarn: the registry that no setting names. */
function getDefaultHost(configuration: Configuration) {
  const definition = configuration.settings.get(`npmRegistryServer`);
  return definition && `default` in definition && typeof definition.default === `string`
    ? tryParseRegistryHost(definition.default)
    : null;
}

/** A target for a host holds for all the paths below it; the most specific one counts. */
function findVouchedHost(host: string, keyHosts: ReadonlySet<string>): string | undefined {
  const segments = host.split(`/`);
  return segments.map((_, index) => segments.slice(0, index + 1).join(`/`)).findLast(prefix => keyHosts.has(prefix));
}

/** https://docs.npmjs.com/about-registry-signatures */
async function askRegistry(client: RegistryClient, registry: string, ident: Ident | null): Promise<RegistryKeys> {
  const answer = await client.get({registry, ident, path: PATH, accept: `application/json`, maxBytes: MAX_BYTES}).catch((error: unknown) => {
    if (error instanceof NetworkFault)
      return error;
    throw error;
  });

  if (answer instanceof NetworkFault)
    return {kind: `unavailable`, keys: [], reason: answer.message};

  // It has answered, so that this is a URL: `//host`, which Yarn takes for a registry, is none.
  const endpoint = redactUrl(new URL(`${registry}${PATH}`));
  if (ABSENT.has(answer.status))
    return {kind: `none`, keys: []};
  if (answer.status !== 200)
    return {kind: `unavailable`, keys: [], reason: describeStatus(endpoint, answer.status)};

  try {
    const keys = decodeKeys(JSON.parse(answer.body.toString(`utf8`)), `registry`);
    return {kind: keys.length > 0 ? `endpoint` : `none`, keys};
  } catch (error) {
    if (error instanceof MalformedKeysError || error instanceof SyntaxError)
      return {kind: `unavailable`, keys: [], reason: `${endpoint} did not answer with a list of keys: ${error.message}`};

    throw error;
  }
}

function describeStatus(endpoint: string, status: number) {
  return status === 401 || status === 403
    ? `${endpoint} answered HTTP ${status}: the registry wants other credentials than the settings give`
    : `${endpoint} answered HTTP ${status}`;
}
