import semver                                                               from 'semver';

import {getField}                                                           from '../../jsonFields';
import type {Catalogue, History, RegistryPackage, Release, ReleaseEvidence} from '../types';

import {DecodeError}                                                        from './decodeError';
import {ensureArray, ensureObject, ensureString, tryGetBoundedText}         from './fields';
import {ensureRoot, tryDecodeTime}                                          from './rootDocument';

/** More than any package has; the size of documents is bounded as well. */
const MAX_RELEASES = 100_000;
const MAX_TEXT = 4096;

const evidences: ReadonlySet<string> = new Set([`staged`, `trusted-publisher`, `provenance`, `none`] satisfies Array<ReleaseEvidence>);

/** The releases in a package's root document, full or abbreviated. Throws `DecodeError`. */
export function decodeHistory(value: unknown, pkg: Pick<RegistryPackage, `ident`>): History {
  const root = ensureRoot(value, pkg);
  const manifests = getManifests(root);
  const times = getTimes(root);

  return {
    releases: makeReleases(manifests, times),
    // Some registries put the times into abbreviated documents, too.
    isFull: Object.keys(times).length > 0 && manifests.some(([, manifest]) => getField(manifest, `_npmUser`) !== null),
    modified: tryDecodeTime(getField(root, `modified`)) ?? tryDecodeTime(getField(times, `modified`)),
  };
}

/** The releases and the dist-tags in a package's full root document. Throws `DecodeError`. */
export function decodeCatalogue(value: unknown, pkg: Pick<RegistryPackage, `ident`>): Catalogue {
  const root = ensureRoot(value, pkg);
  const tags = ensureObject(getField(root, `dist-tags`) ?? {}, `dist-tags`);

  return {
    releases: makeReleases(getManifests(root), getTimes(root)),
    tags: decodeTags(tags),
  };
}

function decodeTags(tags: object): Catalogue[`tags`] {
  return new Map(Object.entries(tags).filter((entry): entry is [string, string] => typeof entry[1] === `string`));
}

function getManifests(root: object): Array<[version: string, manifest: object]> {
  const manifests = Object.entries(ensureObject(getField(root, `versions`) ?? {}, `versions`));
  if (manifests.length > MAX_RELEASES)
    throw new DecodeError(`versions: expected at most ${MAX_RELEASES}`);

  return manifests
    .filter(([version]) => isVersion(version))
    .map(([version, manifest]) => [version, ensureObject(manifest, `versions[${JSON.stringify(version)}]`)]);
}

/** Such as can be compared without an error. */
function isVersion(text: string): boolean {
  return semver.valid(text) === text;
}

function getTimes(root: object): object {
  return ensureObject(getField(root, `time`) ?? {}, `time`);
}

function makeReleases(manifests: Array<[version: string, manifest: object]>, times: object): Array<Release> {
  return manifests.map(([version, manifest]) => makeRelease(version, manifest, getField(times, version)));
}

function makeRelease(version: string, manifest: object, time: unknown): Release {
  const user = getField(manifest, `_npmUser`);

  return {
    version,
    publishedAt: tryDecodeTime(time),
    evidence: getEvidence({
      isStaged: Boolean(getField(user, `approver`)),
      isTrustedPublisher: Boolean(getField(user, `trustedPublisher`)),
      hasProvenance: Boolean(getField(manifest, `dist`, `attestations`, `provenance`)),
    }),
    publisher: describePublisher(user),
  };
}

/**
 * A staged publish names who approved it. That a CI job published without a
 * token says little by itself; with provenance it says which one.
 */
function getEvidence({isStaged, isTrustedPublisher, hasProvenance}: {isStaged: boolean, isTrustedPublisher: boolean, hasProvenance: boolean}): ReleaseEvidence {
  if (isStaged)
    return `staged`;
  if (!hasProvenance)
    return `none`;

  return isTrustedPublisher ? `trusted-publisher` : `provenance`;
}

function describePublisher(user: unknown): string | null {
  const name = tryGetBoundedText(MAX_TEXT, user, `name`);
  const approver = tryGetBoundedText(MAX_TEXT, user, `approver`, `name`);
  const publisher = tryGetBoundedText(MAX_TEXT, user, `trustedPublisher`, `id`);

  const parts = [
    ...name !== null ? [name] : [],
    ...publisher !== null ? [`trusted publisher ${publisher}`] : [],
    ...approver !== null ? [`approved by ${approver}`] : [],
  ];

  return parts.length > 0 ? parts.join(`, `) : null;
}

/** In the form that `decodeStoredHistory` reads. */
export function encodeHistory({releases, isFull, modified}: History): unknown {
  return {
    isFull,
    modified: modified?.toISOString() ?? null,
    releases: encodeReleases(releases),
  };
}

/** Throws `DecodeError`. */
export function decodeStoredHistory(value: unknown): History {
  const history = ensureObject(value, `history`);

  return {
    isFull: getField(history, `isFull`) === true,
    modified: tryDecodeTime(getField(history, `modified`)),
    releases: decodeStoredReleases(getField(history, `releases`)),
  };
}

/** In the form that `decodeStoredCatalogue` reads. */
export function encodeCatalogue({releases, tags}: Catalogue): unknown {
  return {releases: encodeReleases(releases), tags: Object.fromEntries(tags)};
}

/** Throws `DecodeError`. */
export function decodeStoredCatalogue(value: unknown): Catalogue {
  const catalogue = ensureObject(value, `catalogue`);

  return {
    releases: decodeStoredReleases(getField(catalogue, `releases`)),
    tags: decodeTags(ensureObject(getField(catalogue, `tags`), `tags`)),
  };
}

function encodeReleases(releases: ReadonlyArray<Release>): unknown {
  return releases.map(release => ({...release, publishedAt: release.publishedAt?.toISOString() ?? null}));
}

function decodeStoredReleases(value: unknown): Array<Release> {
  return ensureArray(value, `releases`, MAX_RELEASES).map(decodeStoredRelease);
}

function decodeStoredRelease(value: unknown, index: number): Release {
  const release = ensureObject(value, `releases[${index}]`);
  const version = ensureString(getField(release, `version`), `releases[${index}].version`, MAX_TEXT);
  const evidence = ensureString(getField(release, `evidence`), `releases[${index}].evidence`, MAX_TEXT);

  if (!isVersion(version))
    throw new DecodeError(`releases[${index}].version: expected a version`);

  return {
    version,
    publishedAt: tryDecodeTime(getField(release, `publishedAt`)),
    evidence: evidences.has(evidence) ? evidence as ReleaseEvidence : `none`,
    publisher: tryGetBoundedText(MAX_TEXT, release, `publisher`),
  };
}
