import {httpUtils, structUtils}                            from '@yarnpkg/core';
import type {Configuration, WrapNetworkRequestInfo}        from '@yarnpkg/core';

import {DecodeError}                                       from '../evidence/decode/decodeError';
import {parseJson}                                         from '../evidence/decode/parseJson';
import {decodeHistory, decodeStoredHistory, encodeHistory} from '../evidence/decode/releases';
import {getIdentPath}                                      from '../evidence/paths';
import type {History, RegistryPackage}                     from '../evidence/types';
import {getRegistry}                                       from '../inventory/packageSource';
import {readsHistories}                                    from '../policy/judgePackage';

import {getProcessState}                                   from './processState';

/** Of all histories of one installation, as text. A hundred thousand releases, of some thousand packages, take a third of it. */
const MAX_CHARACTERS = 32 * 1024 * 1024;

/** The histories that Yarn came across, as text by the URL of their document. */
export type HistoryMemory = {
  histories: Map<string, string>;
  characters: number;
};

/**
 * Keeps what a root document tells of a package's history when Yarn reads it
 * to resolve a range, so that the gate does not have to ask for megabytes
 * again. Whatever is not such a document is left alone, and what does not fit
 * is forgotten: the gate asks for what it does not know.
 */
export function rememberHistory({configuration, method, target}: WrapNetworkRequestInfo, {statusCode, rawBody}: httpUtils.Response & {rawBody?: unknown}): void {
  // By now Yarn has taken what it needs itself out of `body` and left the rest behind.
  if (method !== httpUtils.Method.GET || statusCode !== 200 || !(rawBody instanceof Uint8Array))
    return;
  if (!readsHistories({severities: configuration.get(`npmAttestationSeverities`)}))
    return;

  const url = target.toString();
  const ident = tryParseIdent(url, configuration);
  const history = ident !== null ? tryDecode(() => decodeHistory(parseJson(rawBody), {ident})) : null;
  if (history === null)
    return;

  const memory = getMemory(configuration);
  const text = JSON.stringify(encodeHistory(history));
  const characters = memory.characters + text.length - (memory.histories.get(url)?.length ?? 0);

  if (characters <= MAX_CHARACTERS) {
    memory.histories.set(url, text);
    memory.characters = characters;
  }
}

/** Null where Yarn has not read of the version in this installation. */
export function recallHistory(configuration: Configuration, {ident, registry, version}: RegistryPackage): History | null {
  const text = getMemory(configuration).histories.get(`${registry}${getIdentPath(ident)}`);
  if (typeof text === `undefined`)
    return null;

  const history = decodeStoredHistory(JSON.parse(text));
  return history.releases.some(release => release.version === version) ? history : null;
}

function getMemory(configuration: Configuration): HistoryMemory {
  const {histories} = getProcessState();
  const memory = histories.get(configuration) ?? {histories: new Map(), characters: 0};
  histories.set(configuration, memory);

  return memory;
}

/** The package whose root document a URL is, at the registry that the settings give for it. */
function tryParseIdent(url: string, configuration: Configuration) {
  const [, name = ``] = /\/((?:@[^/]+?%2f)?[^/]+)$/i.exec(url) ?? [];
  const ident = structUtils.tryParseIdent(tryDecode(() => decodeURIComponent(name)) ?? ``);

  return ident !== null && url === `${getRegistry(ident, configuration)}${getIdentPath(ident)}` ? ident : null;
}

function tryDecode<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError || error instanceof URIError)
      return null;

    throw error;
  }
}
