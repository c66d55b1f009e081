import {Manifest}               from '@yarnpkg/core';
import type {Configuration}     from '@yarnpkg/core';

import {getManifestClaims}      from '../../manifestClaims';
import type {ManifestClaims}    from '../../manifestClaims';

import {ensureObject, getField} from './fields';
import {parseJson}              from './parseJson';

/** The fields of package.json that the lockfile's entry was made from, or should have been. */
const fields = [`name`, `version`, `dependencies`, `optionalDependencies`, `peerDependencies`, `peerDependenciesMeta`, `bin`, `directories`];

/** What is kept of a package.json: the fields that matter, as they are. */
export type PackageManifest = Record<string, unknown>;

/** Throws `DecodeError`. */
export function decodePackageManifest(content: Uint8Array): PackageManifest {
  return pickManifestFields(parseJson(content));
}

/** Throws `DecodeError`. */
export function pickManifestFields(value: unknown): PackageManifest {
  const manifest = ensureObject(value, `package.json`);
  return Object.fromEntries(fields.map(field => [field, getField(manifest, field)]).filter(([, value]) => value !== null));
}

export type ArchivedClaims = ManifestClaims & {
  /** `directories.bin`, whose files the registry turns into commands. */
  binFolder: string | null;
};

/** What the manifest claims, read by Yarn's own rules; null for what Yarn could not read, or when there is no manifest. */
export function tryDecodeManifestClaims(manifest: PackageManifest | null, configuration: Configuration): ArchivedClaims | null {
  if (manifest === null)
    return null;

  const parsed = new Manifest();
  try {
    parsed.load(manifest);
  } catch {
    return null;
  }

  const {name, directories} = manifest;
  const binFolder = typeof directories === `object` && directories !== null ? getField(directories, `bin`) : null;

  return {
    ...getManifestClaims({
      name: typeof name === `string` ? name : null,
      version: parsed.version,
      dependencies: parsed.dependencies,
      peerDependencies: parsed.peerDependencies,
      bin: parsed.bin,
    }, configuration),
    binFolder: typeof binFolder === `string` ? binFolder : null,
  };
}
