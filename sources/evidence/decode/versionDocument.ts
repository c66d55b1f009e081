import {getField}                                from '../../jsonFields';
import type {VersionDocument}                    from '../types';

import {ensureArray, ensureObject, ensureString} from './fields';

/** Anyone can append junk: a bound that junk reaches would hide a good signature as well as a forged one. */
const MAX_SIGNATURES = 10_000;
const MAX_TEXT = 4096;

/** The manifest of one version as registries serve it, in the root document or alone. Throws `DecodeError`. */
export function decodeVersionDocument(value: unknown, field: string): VersionDocument {
  const manifest = ensureObject(value, field);
  const dist = ensureObject(getField(manifest, `dist`), `${field}.dist`);

  return {
    integrity: decodeOptionalString(getField(dist, `integrity`), `${field}.dist.integrity`),
    signatures: decodeSignatures(getField(dist, `signatures`), `${field}.dist.signatures`),
    attestations: decodeAttestations(getField(dist, `attestations`), `${field}.dist.attestations`),
    repository: tryDecodeRepository(getField(manifest, `repository`)),
  };
}

/** The same fields again, in the form that `decodeVersionDocument` reads. */
export function encodeVersionDocument({integrity, signatures, attestations, repository}: VersionDocument): unknown {
  return {
    repository,
    dist: {
      integrity,
      signatures,
      attestations: attestations && {
        url: attestations.url,
        provenance: attestations.provenance === null ? null : {predicateType: attestations.provenance},
      },
    },
  };
}

function decodeSignatures(value: unknown, field: string): VersionDocument[`signatures`] {
  if (value === null)
    return [];

  return ensureArray(value, field, MAX_SIGNATURES).map((element, index) => {
    const signature = ensureObject(element, `${field}[${index}]`);

    return {
      keyid: ensureString(getField(signature, `keyid`), `${field}[${index}].keyid`, MAX_TEXT),
      sig: ensureString(getField(signature, `sig`), `${field}[${index}].sig`, MAX_TEXT),
    };
  });
}

function decodeAttestations(value: unknown, field: string): VersionDocument[`attestations`] {
  if (value === null)
    return null;

  const attestations = ensureObject(value, field);
  const provenance = getField(attestations, `provenance`);

  return {
    url: ensureString(getField(attestations, `url`), `${field}.url`, MAX_TEXT),
    provenance: provenance === null
      ? null
      : ensureString(getField(ensureObject(provenance, `${field}.provenance`), `predicateType`), `${field}.provenance.predicateType`, MAX_TEXT),
  };
}

function decodeOptionalString(value: unknown, field: string): string | null {
  return value === null ? null : ensureString(value, field, MAX_TEXT);
}

/** Authors write this field by hand, and decades of manifests hold everything: what cannot be read says nothing. */
function tryDecodeRepository(value: unknown): string | null {
  const url = typeof value === `object` && value !== null ? getField(value, `url`) : value;
  return typeof url === `string` && url !== `` && url.length <= MAX_TEXT ? url : null;
}
