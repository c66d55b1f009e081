import type {Configuration}                             from '@yarnpkg/core';
import {ppath, type Filename, type PortablePath}        from '@yarnpkg/fslib';

import type {TrustDescription}                          from '../auditResult';
import type {HttpClient}                                from '../network/types';

import {decodeKeyTargets, decodeTargets, isTrustTarget} from './decodeTargets';
import {decodeTrustedRoot}                              from './decodeTrustedRoot';
import {MissingTrustError}                              from './missingTrustError';
import {decodeSettingFile}                              from './settingFile';
import {describeInvalidTrust, describeStaleTrust}       from './trustObservations';
import {makeDownload}                                   from './tuf/downloadFile';
import {findTargets}                                    from './tuf/findTargets';
import {MetadataWalk, type MetadataWalkOptions}         from './tuf/metadataWalk';
import {InvalidMetadataError, RepositoryFault, verify}  from './tuf/repositoryErrors';
import {WalkCache, type CachedWalk}                     from './tuf/walkCache';
import {getTufRepository, type TufRepository}           from './tufRepository';
import type {SigstoreTrust}                             from './types';

type SigstoreTrustOptions = {
  configuration: Configuration;
  http: HttpClient;
  /** The plugin's folder for what it has fetched. */
  folder: PortablePath;
  now: Date;
};

/** Trust without what happened on the way. */
type Trust = Omit<SigstoreTrust, `observations`>;

/**
 * The Sigstore trusted root and the registry keys that this run starts from:
 *
 * 1. the file that `npmSigstoreTrustedRoot` names, and then nothing is asked
 *    of any TUF repository. Such a file says nothing of registry keys: those
 *    that are built in stay in force, unless the settings name another TUF
 *    repository and so another authority;
 * 2. the TUF repository, when it answers and its metadata verifies;
 * 3. what it said the last time, verified again from the initial root, but
 *    whatever its age;
 * 4. what is built into the plugin, for the public good instance.
 *
 * The network may be off: then its faults are those of a network that is down.
 * Rejects with a `UsageError` for settings that can't be used, and with
 * `MissingTrustError` when nothing is left to start from.
 */
export async function loadSigstoreTrust({configuration, http, folder, now}: SigstoreTrustOptions): Promise<SigstoreTrust> {
  const pinned = configuration.get(`npmSigstoreTrustedRoot`);
  if (pinned !== null)
    return await loadPinnedTrust(configuration, pinned);

  const repository = await getTufRepository(configuration);
  const cache = new WalkCache(ppath.join(folder, `tuf` as Filename), repository.mirror, repository.root);
  const cached = await cache.tryRead();

  try {
    const {trust, files} = await walk({
      anchor: repository.root,
      known: cached?.files ?? new Map(),
      read: makeDownload(http, repository.mirror),
      referenceTime: now,
    }, {source: `tuf`, fetchedAt: now});

    await cache.tryWrite({files, fetchedAt: now});
    return {...trust, observations: []};
  } catch (error) {
    if (error instanceof RepositoryFault || error instanceof InvalidMetadataError)
      return await fallBack(repository, cached, error, now);

    throw error;
  }
}

async function loadPinnedTrust(configuration: Configuration, path: PortablePath): Promise<SigstoreTrust> {
  const root = await decodeSettingFile(`npmSigstoreTrustedRoot`, path, decodeTrustedRoot);
  const {embedded} = await getTufRepository(configuration);

  return {
    description: {source: `pinned`, fetchedAt: null, expires: null},
    observations: [],
    root,
    ...decodeKeyTargets(embedded?.targets ?? new Map(), `embedded`),
  };
}

/** What to go on with when the repository could not be asked, or not believed. */
async function fallBack(repository: TufRepository, cached: CachedWalk | null, error: RepositoryFault | InvalidMetadataError, now: Date): Promise<SigstoreTrust> {
  const observations = error instanceof InvalidMetadataError
    ? [describeInvalidTrust(repository, error)]
    : [];

  const trust = await tryLoadCachedTrust(repository, cached) ?? tryLoadEmbeddedTrust(repository);
  if (trust === null)
    throw new MissingTrustError(repository, error, observations);

  if (new Date(trust.description.expires!) <= now)
    observations.push(describeStaleTrust(repository, trust.description, error));

  return {...trust, observations};
}

async function tryLoadCachedTrust({root}: TufRepository, cached: CachedWalk | null): Promise<Trust | null> {
  if (cached === null)
    return null;

  try {
    const {trust} = await walk({
      anchor: root,
      known: new Map(),
      read: async ({key}) => cached.files.get(key) ?? null,
      // Expiry is reported instead: outdated trust that says so is better than none.
      referenceTime: new Date(0),
    }, {source: `cache`, fetchedAt: cached.fetchedAt});

    return trust;
  } catch (error) {
    if (error instanceof RepositoryFault || error instanceof InvalidMetadataError)
      return null;

    throw error;
  }
}

function tryLoadEmbeddedTrust({embedded, rootExpires}: TufRepository): Trust | null {
  if (embedded === null)
    return null;

  return {
    description: {source: `embedded`, fetchedAt: null, expires: rootExpires.toISOString()},
    ...decodeTargets(embedded.targets, `embedded`),
  };
}

type WalkOrigin = {
  source: Extract<TrustDescription[`source`], `tuf` | `cache`>;
  fetchedAt: Date;
};

async function walk(options: MetadataWalkOptions, {source, fetchedAt}: WalkOrigin) {
  const walk = await MetadataWalk.start(options);

  const targets = new Map<string, unknown>();
  for (const [name, target] of await findTargets(walk, isTrustTarget))
    targets.set(name, await walk.readTarget(target));

  const trust: Trust = {
    description: {source, fetchedAt: fetchedAt.toISOString(), expires: walk.expires.toISOString()},
    ...verify(`targets`, () => decodeTargets(targets, `tuf`)),
  };

  return {trust, files: walk.files};
}
