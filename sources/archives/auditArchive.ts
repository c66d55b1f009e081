import type {Configuration}                          from '@yarnpkg/core';

import type {ArchiveResult}                          from '../auditResult';
import type {RegistryPackage}                        from '../evidence/types';
import {getFetchedPackage}                           from '../fetchedPackage';
import type {Observation}                            from '../findings';
import type {InstalledPackage, LockedArchive}        from '../inventory/installedPackage';
import type {RegistryClient}                         from '../network/registryClient';
import {getUnreachableHint}                          from '../unreachableHint';
import {checkChecksum}                               from '../verification/checksum';
import {checkManifest}                               from '../verification/manifest';
import {checkTarballIntegrity, formatIntegrity}      from '../verification/tarballIntegrity';
import type {ExpectedTarball}                        from '../verification/tarballIntegrity';

import {tryReadManifest}                             from './archiveContent';
import type {ArchiveRecords}                         from './archiveRecords';
import {compareArchive}                              from './compareArchive';
import {fetchTarball}                                from './fetchTarball';
import type {FindInstalledArchive, InstalledArchive} from './installedArchive';
import {tryDecodeManifestClaims}                     from './packageManifest';
import type {PackageManifest}                        from './packageManifest';
import {hashArchive, hashTarball}                    from './sha512';

export type ArchiveAudit = {
  result: ArchiveResult;
  observations: Array<Observation>;
};

type ArchiveContext = {
  configuration: Configuration;
  client: RegistryClient;
  find: FindInstalledArchive;
  records: ArchiveRecords;
  /** Whether this machine's own memory counts. */
  believeRecords: boolean;
};

/**
 * Looks at the bytes on disk: every archive that Yarn installs the package
 * from. `expected` is null where the registry did not say what the tarball has
 * to be, which the verification of the package speaks about.
 */
export async function auditPackageArchives(pkg: InstalledPackage, target: RegistryPackage, expected: ExpectedTarball | null, context: ArchiveContext): Promise<ArchiveAudit> {
  const audits: Array<ArchiveAudit> = [];
  for (const locked of pkg.archives)
    audits.push(await auditArchive(pkg, locked, target, expected, context));

  // Several archives of one package are as good as the worst of them.
  const order: Array<ArchiveResult[`status`]> = [`mismatch`, `unavailable`, `absent`, `verified`];
  const worst = order.flatMap(status => audits.filter(({result}) => result.status === status))[0];

  return typeof worst !== `undefined`
    ? {result: worst.result, observations: audits.flatMap(({observations}) => observations)}
    : makeAbsent(pkg);
}

async function auditArchive(pkg: InstalledPackage, locked: LockedArchive, target: RegistryPackage, expected: ExpectedTarball | null, context: ArchiveContext): Promise<ArchiveAudit> {
  const installed = await context.find(locked.locator, locked.checksum);
  if (installed === null)
    return makeAbsent(pkg);

  const sha512 = await hashArchive(installed);
  const checksum = `${installed.cacheKey}/${sha512}`;
  const wrongChecksum = checkChecksum(locked.checksum, checksum);

  const conclude = (result: ArchiveResult, observations: Array<Observation>): ArchiveAudit => ({
    result: {...result, status: wrongChecksum !== null ? `mismatch` : result.status, checksum},
    observations: [...wrongChecksum !== null ? [wrongChecksum] : [], ...observations],
  });

  if (expected === null)
    return conclude({status: `unavailable`}, []);

  const origin = await findOrigin(locked, target, expected, {installed, sha512, context});
  if (origin.status === `unreachable`)
    return conclude({status: `unavailable`}, [origin.observation]);

  const integrity = expected.integrity ?? formatIntegrity(origin.tarball);
  if (origin.status === `mismatch`)
    return conclude({status: `mismatch`, integrity, how: origin.how}, [origin.observation]);

  const claims = tryDecodeManifestClaims(origin.manifest, context.configuration);
  return conclude({status: `verified`, integrity, how: origin.how}, checkManifest({name: pkg.name, version: target.version}, claims, locked.claims));
}

/** What an archive was made of, as far as that could be found out. */
type Origin =
  /** Of a tarball that is as expected. */
  | {status: `known`, how: `recorded` | `downloaded`, tarball: string, manifest: PackageManifest | null}
  | {status: `mismatch`, how: `recorded` | `downloaded`, tarball: string, observation: Observation}
  | {status: `unreachable`, observation: Observation};

type Subject = {
  installed: InstalledArchive;
  /** Of the installed archive. */
  sha512: string;
  context: ArchiveContext;
};

async function findOrigin(locked: LockedArchive, target: RegistryPackage, expected: ExpectedTarball, {installed, sha512, context}: Subject): Promise<Origin> {
  const {client, records, believeRecords, configuration} = context;

  const record = believeRecords ? await records.tryRead(sha512) : null;
  if (record !== null) {
    const observation = checkTarballIntegrity(expected, record.tarball);
    return observation !== null
      ? {status: `mismatch`, how: `recorded`, tarball: record.tarball, observation}
      : {status: `known`, how: `recorded`, ...record};
  }

  const fetched = await getFetchedPackage().run(locked.locator, () => fetchTarball(client, locked.locator, target));
  if (fetched.status === `unreachable`)
    return {status: `unreachable`, observation: makeUnreachable(fetched)};

  const tarball = await hashTarball(fetched.tarball);
  const observation = checkTarballIntegrity(expected, tarball)
    ?? await compareArchive(locked.locator, fetched.tarball, {installed, sha512, configuration});

  if (observation !== null)
    return {status: `mismatch`, how: `downloaded`, tarball, observation};

  const manifest = await tryReadManifest(installed.path, locked.locator);
  if (manifest !== null)
    await records.write(sha512, {tarball, manifest});

  return {status: `known`, how: `downloaded`, tarball, manifest};
}

function makeAbsent({conditional}: InstalledPackage): ArchiveAudit {
  return {
    result: {status: `absent`},
    observations: [conditional ? {
      id: `archive-absent`,
      minor: true,
      message: `The package is for other platforms, and not in Yarn's cache`,
      hint: `Nothing of it is installed here; name its platform in supportedArchitectures to have it checked`,
    } : {
      id: `archive-absent`,
      message: `The package is not in Yarn's cache, so that its bytes could not be checked`,
      hint: `Run "yarn install" before the audit, or leave the archives out with --no-archives`,
    }],
  };
}

function makeUnreachable({reason, authentication}: {reason: string, authentication: boolean}): Observation {
  return {
    id: `registry-unreachable`,
    message: `The tarball could not be obtained, so that the archive in Yarn's cache could not be compared with it`,
    expected: `the tarball of this version`,
    found: reason,
    hint: getUnreachableHint({authentication}),
  };
}
