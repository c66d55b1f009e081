import {Manifest}            from '@yarnpkg/core';
import type {Configuration}  from '@yarnpkg/core';

import {ensureObject}        from '../evidence/decode/fields';
import {parseJson}           from '../evidence/decode/parseJson';
import {getField}            from '../jsonFields';
import {getManifestClaims}   from '../manifestClaims';
import type {ArchivedClaims} from '../manifestClaims';

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

  const {name} = manifest;
  const binFolder = getField(manifest, `directories`, `bin`);

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
