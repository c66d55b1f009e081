import {getField, getText}   from '../jsonFields';

import {normalizeRepository} from './repositoryField';

/** The body of an upload, as registries understand it; everything that is not read here passes through. */
export type UploadBody = {
  _attachments: Record<string, {content_type: string, data: string, length: number}>;
  versions: Record<string, Record<string, unknown>>;
};

/** What this plugin reads of an upload. */
export type PublishDocument = {
  name: string;
  version: string;
  access: string | null;
  repository: unknown;
  tarball: Buffer;
};

/** Whether the body of a request uploads a version, which is the case for publishing and for staging. */
export function isUploadBody(body: unknown): body is UploadBody {
  return [`_attachments`, `versions`].every(name => {
    const field = getField(body, name);
    return typeof field === `object` && field !== null;
  });
}

/**
 * Reads the one version of an upload, its `repository` as it is going to be
 * uploaded when provenance is attached.
 */
export function readDocument(body: UploadBody): PublishDocument {
  const name = getText(body, `name`);
  const [version, ...others] = Object.keys(body.versions);

  const tarball = getText(body, `_attachments`, `${name}-${version}.tgz`, `data`);
  if (name === null || typeof version === `undefined` || others.length > 0 || tarball === null)
    throw new Error(`Assertion failed: Expected the upload to hold one version and its tarball`);

  return {
    name,
    version,
    access: getText(body, `access`),
    repository: normalizeRepository(getField(body, `versions`, version, `repository`)),
    tarball: Buffer.from(tarball, `base64`),
  };
}

/** Adds a bundle to an upload, as text and to the letter, together with the `repository` that it was checked for. */
export function attachBundle(body: UploadBody, document: PublishDocument, {mediaType, text}: {mediaType: string, text: string}): void {
  body._attachments[`${document.name}-${document.version}.sigstore`] = {
    content_type: mediaType,
    data: text,
    length: text.length,
  };

  body.versions[document.version]!.repository = document.repository;
}
