import semver                                                               from 'semver';

import type {Catalogue, RegistryPackage, Release, ReleaseEvidence}          from '../types';

import {ensureArray, ensureObject, ensureString, getField, tryGetTextField} from './fields';
import {ensureRoot, tryDecodeTime}                                          from './rootDocument';

/** More than any package has; the size of documents is bounded as well. */
const MAX_RELEASES = 100_000;
const MAX_TEXT = 4096;

const evidences: ReadonlySet<string> = new Set([`staged`, `trusted-publisher`, `provenance`, `none`] satisfies Array<ReleaseEvidence>);

/**
 * The releases in a package's full root document; null when the version that
 * is asked about is not among them. Throws `DecodeError`.
 */
export function decodeReleases(value: unknown, pkg: RegistryPackage): Array<Release> | null {
  const {releases} = decodeCatalogue(value, pkg);
  return releases.some(({version}) => version === pkg.version) ? releases : null;
}

/** The releases and the dist-tags in a package's full root document. Throws `DecodeError`. */
export function decodeCatalogue(value: unknown, pkg: Pick<RegistryPackage, `ident`>): Catalogue {
  const root = ensureRoot(value, pkg);
  const versions = ensureObject(getField(root, `versions`) ?? {}, `versions`);
  const tags = ensureObject(getField(root, `dist-tags`) ?? {}, `dist-tags`);
  const times = ensureObject(getField(root, `time`) ?? {}, `time`);

  const releases = Object.entries(versions)
    .filter(([version]) => semver.valid(version) === version)
    .map(([version, manifest]) => makeRelease(version, ensureObject(manifest, `versions[${JSON.stringify(version)}]`), getField(times, version)));

  return {releases, tags: new Map(Object.entries(tags).filter((entry): entry is [string, string] => typeof entry[1] === `string`))};
}

function makeRelease(version: string, manifest: object, time: unknown): Release {
  const user = getObjectField(manifest, `_npmUser`);
  const attestations = getObjectField(getObjectField(manifest, `dist`), `attestations`);

  return {
    version,
    publishedAt: tryDecodeTime(time),
    evidence: getEvidence({
      isStaged: Boolean(getField(user, `approver`)),
      isTrustedPublisher: Boolean(getField(user, `trustedPublisher`)),
      hasProvenance: Boolean(getField(attestations, `provenance`)),
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

function describePublisher(user: object): string | null {
  const name = tryGetTextField(user, `name`, MAX_TEXT);
  const approver = tryGetTextField(getObjectField(user, `approver`), `name`, MAX_TEXT);
  const publisher = tryGetTextField(getObjectField(user, `trustedPublisher`), `id`, MAX_TEXT);

  const parts = [
    ...name !== null ? [name] : [],
    ...publisher !== null ? [`trusted publisher ${publisher}`] : [],
    ...approver !== null ? [`approved by ${approver}`] : [],
  ];

  return parts.length > 0 ? parts.join(`, `) : null;
}

function getObjectField(object: object, key: string): object {
  const value = getField(object, key);
  return typeof value === `object` && value !== null ? value : {};
}

/** In the form that `decodeStoredReleases` reads. */
export function encodeReleases(releases: Array<Release>): unknown {
  return releases.map(release => ({...release, publishedAt: release.publishedAt?.toISOString() ?? null}));
}

/** Throws `DecodeError`. */
export function decodeStoredReleases(value: unknown): Array<Release> {
  return ensureArray(value, `releases`, MAX_RELEASES).map((element, index) => {
    const release = ensureObject(element, `releases[${index}]`);
    const evidence = ensureString(getField(release, `evidence`), `releases[${index}].evidence`, MAX_TEXT);

    return {
      version: ensureString(getField(release, `version`), `releases[${index}].version`, MAX_TEXT),
      publishedAt: tryDecodeTime(getField(release, `publishedAt`)),
      evidence: evidences.has(evidence) ? evidence as ReleaseEvidence : `none`,
      publisher: tryGetTextField(release, `publisher`, MAX_TEXT),
    };
  });
}
