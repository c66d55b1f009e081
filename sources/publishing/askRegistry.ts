import {structUtils}                    from '@yarnpkg/core';

import {ensureObject}                   from '../evidence/decode/fields';
import {getIdentPath}                   from '../evidence/paths';
import {askQuestion, isRefusal}         from '../evidence/question';
import {getField}                       from '../jsonFields';
import type {HttpClient}                from '../network/types';

import type {RegistryState, Visibility} from './registryState';

const MAX_BYTES = 64 * 1024 * 1024;

/** The root document without what an installation does not need; registries that do not know it send the full one. */
const ABBREVIATED = `application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*`;

export type RegistryContext = {
  http: HttpClient;
  /** URL, no trailing slash. */
  registry: string;
  /** What the upload itself is authorized with; null when nothing is. */
  authorization: string | null;
};

/** Asks the registry that is published to what it already knows about a package. */
export async function askVersions(name: string, context: RegistryContext): Promise<RegistryState[`versions`]> {
  const reply = await ask(context, getPath(name), ABBREVIATED, decodeVersions);

  switch (reply.status) {
    case `found`:
      return reply.value;

    case `absent`:
      return {status: `known`, known: new Set(), latest: null};

    default:
      return {status: `unknown`, reason: `reason` in reply ? reply.reason : reply.status};
  }
}

/** Whether the registry shows the package to everybody. */
export async function askVisibility(name: string, context: RegistryContext): Promise<Visibility> {
  const reply = await ask(context, `/-/package${getPath(name)}/visibility`, `application/json`, document => ({
    isPublic: getField(ensureObject(document, `the visibility`), `public`) === true,
  }));

  switch (reply.status) {
    case `found`:
      return {status: reply.value.isPublic ? `public` : `not-public`};

    // A package that does not exist yet is nothing that anybody can see.
    case `absent`:
      return reply.httpStatus === 404 ? {status: `not-public`} : {status: `unknown`, reason: `the registry answers HTTP ${reply.httpStatus}`};

    default:
      return {status: `unknown`, reason: `reason` in reply ? reply.reason : reply.status};
  }
}

function ask<T>({http, registry, authorization}: RegistryContext, path: string, accept: string, decode: (document: unknown) => T | null) {
  const headers: Record<string, string> = {accept};
  if (authorization !== null)
    headers.authorization = authorization;

  return askQuestion({
    question: path,
    send: () => http.request({url: `${registry}${path}`, headers, maxBytes: MAX_BYTES}),
    decode,
    notJson: `unreachable`,
    tooLarge: `unreachable`,
    saysAbsent: isRefusal,
  }, null);
}

function getPath(name: string): string {
  return getIdentPath(structUtils.parseIdent(name));
}

function decodeVersions(document: unknown): RegistryState[`versions`] {
  const versions = ensureObject(getField(ensureObject(document, `the document`), `versions`), `versions`);
  const latest = getField(document, `dist-tags`, `latest`);

  return {
    status: `known`,
    known: new Set(Object.keys(versions)),
    latest: typeof latest === `string` && Object.hasOwn(versions, latest)
      ? {version: latest, hasProvenance: hasProvenance(getField(versions, latest))}
      : null,
  };
}

function hasProvenance(version: unknown): boolean {
  const provenance = getField(version, `dist`, `attestations`, `provenance`);
  return typeof provenance === `object` && provenance !== null;
}
