import {structUtils}                             from '@yarnpkg/core';
import {unescape}                                from 'node:querystring';

import type {RegistryClient}                     from '../network/registryClient';

import {decodeAttestations}                      from './decode/attestations';
import {encodeSegment, getIdentPath}             from './paths';
import {askQuestion, isRefusal}                  from './question';
import type {Reply, Validator}                   from './question';
import type {RegistryPackage, ServedAttestation} from './types';

const MAX_BYTES = 16 * 1024 * 1024;
const ENDPOINT = `/-/npm/v1/attestations/`;

/** Asks the registry of the package for its attestations; an empty list is `absent`. */
export async function readAttestations(client: RegistryClient, pkg: RegistryPackage, advertisedUrl: string, known: Validator | null): Promise<Reply<Array<ServedAttestation>>> {
  return askQuestion({
    question: `attestations`,
    send: etag => client.get({
      registry: pkg.registry,
      ident: pkg.ident,
      path: getAttestationPath(pkg, advertisedUrl),
      accept: `application/json`,
      etag,
      maxBytes: MAX_BYTES,
    }),
    decode: value => {
      const attestations = decodeAttestations(value);
      return attestations.length > 0 ? attestations : null;
    },
    // Whoever advertises attestations promises JSON here; its document, asked
    // for on the same way, was that.
    notJson: `malformed`,
    tooLarge: `unreachable`,
    saysAbsent: isRefusal,
  }, known);
}

/**
 * Where the attestations are, below the registry's own URL. The advertised URL
 * may name another host (mirrors pass it on unchanged) and another folder, and
 * whoever wrote it is not trusted: nothing is taken from it but how it spells
 * this very package (`@scope/name` or `@scope%2fname`).
 */
export function getAttestationPath({ident, version}: RegistryPackage, advertisedUrl: string): string {
  const subject = `${structUtils.stringifyIdent(ident)}@${version}`;
  const canonical = `${ENDPOINT}${getIdentPath(ident).slice(1)}@${encodeSegment(version)}`;

  if (!URL.canParse(advertisedUrl))
    return canonical;

  const {pathname} = new URL(advertisedUrl);
  const start = pathname.lastIndexOf(ENDPOINT);
  const spelled = pathname.slice(start + ENDPOINT.length);

  return start >= 0 && unescape(spelled) === subject
    ? `${ENDPOINT}${spelled}`
    : canonical;
}
