import {structUtils}                           from '@yarnpkg/core';

import {getField}                              from '../../jsonFields';
import type {RegistryPackage, VersionDocument} from '../types';

import {DecodeError}                           from './decodeError';
import {ensureObject}                          from './fields';
import {decodeVersionDocument}                 from './versionDocument';

/** The document of one version within a package's root document; null when that version is not there. Throws `DecodeError`. */
export function decodeRootVersion(value: unknown, pkg: RegistryPackage): VersionDocument | null {
  const versions = getField(ensureRoot(value, pkg), `versions`);

  // A package of which every version was unpublished keeps a document without this field.
  if (versions === null)
    return null;

  const manifest = getField(ensureObject(versions, `versions`), pkg.version);
  return manifest === null ? null : decodeVersionDocument(manifest, `versions[${JSON.stringify(pkg.version)}]`);
}

/** When the registry says that the version was published; null when it does not say. Throws `DecodeError`. */
export function decodePublishTime(value: unknown, pkg: RegistryPackage): Date | null {
  const times = getField(ensureRoot(value, pkg), `time`);
  return times === null ? null : tryDecodeTime(getField(ensureObject(times, `time`), pkg.version));
}

export function tryDecodeTime(time: unknown): Date | null {
  const date = new Date(typeof time === `string` ? time : NaN);
  return Number.isNaN(date.getTime()) ? null : date;
}

export function ensureRoot(value: unknown, {ident}: Pick<RegistryPackage, `ident`>): object {
  const root = ensureObject(value, `the root document`);
  if (getField(root, `name`) !== structUtils.stringifyIdent(ident))
    throw new DecodeError(`name: the root document is another package's`);

  return root;
}
