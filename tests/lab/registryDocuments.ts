import {createHash}        from 'node:crypto';
import * as semver         from 'semver';

import type {LabPackage}   from './registry';
import {SLSA_V02, SLSA_V1} from './statements';

/** Below the package's own path. */
export function getTarballPath({name, version}: LabPackage): string {
  return `-/${name.replace(/^@[^/]+\//, ``)}-${version}.tgz`;
}

/** `GET /<name>/<version>`, and one element of a root document's `versions`. */
export function makeVersionDocument(published: LabPackage, {registry, attestationsRegistry}: {registry: string, attestationsRegistry: string}) {
  const {name, version, manifest, tarball, integrity, signatures, attestations} = published;
  const provenance = attestations.find(({predicateType}) => predicateType === SLSA_V1 || predicateType === SLSA_V02);

  return structuredClone({
    ...manifest,
    _id: `${name}@${version}`,
    dist: {
      integrity,
      shasum: createHash(`sha1`).update(tarball).digest(`hex`),
      tarball: `${registry}/${name}/${getTarballPath(published)}`,
      fileCount: 1,
      unpackedSize: tarball.length,
      ...signatures.length > 0 && {signatures},
      ...attestations.length > 0 && {attestations: {
        url: `${attestationsRegistry}/-/npm/v1/attestations/${name.replace(`/`, `%2f`)}@${version}`,
        ...provenance && {provenance: {predicateType: provenance.predicateType}},
      }},
    },
  });
}

type RootDocumentOptions = {
  tags: ReadonlyMap<string, string>;
  abbreviated: boolean;
  makeVersion: (published: LabPackage) => object;
};

/** `GET /<name>`; abbreviated ones have no `time`. https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */
export function makeRootDocument(name: string, versions: ReadonlyMap<string, LabPackage>, {tags, abbreviated, makeVersion}: RootDocumentOptions) {
  const all = [...versions.values()];
  const times = all.map(({time}) => time.toISOString()).sort();
  const shorten = (document: object) => abbreviated ? abbreviate(document) : document;

  return {
    name,
    modified: times.at(-1),
    'dist-tags': getTags(versions, tags),
    versions: Object.fromEntries(all.map(published => [published.version, shorten(makeVersion(published))])),
    ...!abbreviated && {
      _id: name,
      time: {
        created: times[0],
        modified: times.at(-1),
        ...Object.fromEntries(all.map(published => [published.version, published.time.toISOString()])),
      },
    },
  };
}

const ABBREVIATED_FIELDS = [
  `name`, `version`, `dependencies`, `optionalDependencies`, `devDependencies`, `bundleDependencies`, `peerDependencies`,
  `peerDependenciesMeta`, `bin`, `directories`, `dist`, `engines`, `os`, `cpu`, `libc`, `deprecated`, `hasInstallScript`,
];

function abbreviate(document: any): object {
  const scripts = document?.scripts ?? {};
  const hasInstallScript = [`preinstall`, `install`, `postinstall`].some(script => script in scripts);

  return Object.fromEntries(Object.entries({...document, ...hasInstallScript && {hasInstallScript}}).filter(([field]) => ABBREVIATED_FIELDS.includes(field)));
}

/** `latest` is the highest release unless it was set, or the highest version where there is no release. */
export function getTags(versions: ReadonlyMap<string, LabPackage>, tags: ReadonlyMap<string, string>): Record<string, string> {
  const sorted = [...versions.keys()].sort(semver.compare);
  const latest = sorted.filter(version => !semver.prerelease(version)).at(-1) ?? sorted.at(-1) ?? ``;

  return {latest, ...Object.fromEntries(tags)};
}
