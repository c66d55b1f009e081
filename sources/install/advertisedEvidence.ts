import type {httpUtils, WrapNetworkRequestInfo} from '@yarnpkg/core';

import {getIdentPath}                           from '../evidence/paths';
import type {RegistryPackage}                   from '../evidence/types';

import {getProcessState}                        from './processState';

/** More documents than an installation reads. */
const MAX_DOCUMENTS = 100_000;

/** What no document is without that offers a signature or an attestation, and hardly any other has. */
const signs = [`"keyid"`, `"attestations"`].map(text => Buffer.from(text));

/**
 * Remembers the packages in whose documents Yarn came across evidence when it
 * resolved them. The bytes are searched, not read: a package too many costs
 * nothing but a request.
 */
export function rememberAdvertised({target}: WrapNetworkRequestInfo, {rawBody}: httpUtils.Response & {rawBody?: unknown}): void {
  const {advertised} = getProcessState();
  if (!(rawBody instanceof Uint8Array) || advertised.size >= MAX_DOCUMENTS)
    return;

  const bytes = Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength);
  if (signs.some(sign => bytes.includes(sign))) {
    advertised.add(normalize(target));
  }
}

/** Whether the root document of a package may have shown evidence; false where Yarn has not read it. */
export function isAdvertised({registry, ident}: Pick<RegistryPackage, `registry` | `ident`>): boolean {
  const {advertised} = getProcessState();
  return advertised.size >= MAX_DOCUMENTS || advertised.has(normalize(`${registry}${getIdentPath(ident)}`));
}

/** As other spellings of one URL are, too; two names that get mixed up are both asked about. */
function normalize(url: string | URL): string {
  return new URL(url).href.toLowerCase();
}
