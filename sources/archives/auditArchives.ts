import type {Configuration, Report} from '@yarnpkg/core';
import {UsageError}                 from 'clipanion';

import type {RegistryPackage}       from '../evidence/types';
import type {InstalledPackage}      from '../inventory/installedPackage';
import {mapConcurrently}            from '../mapConcurrently';
import {makeRegistryClient}         from '../network/registryClient';
import type {HttpClient}            from '../network/types';
import {formatBytes}                from '../reports/formatBytes';
import {withProgress}               from '../reports/progress';
import type {ExpectedTarball}       from '../verification/tarballIntegrity';

import {makeArchiveRecords}         from './archiveRecords';
import {auditPackageArchives}       from './auditArchive';
import type {ArchiveAudit}          from './auditArchive';
import {makeFindInstalledArchive}   from './installedArchive';
import type {FindInstalledArchive}  from './installedArchive';

/** Each tarball that has to be downloaded is held in memory: a few at a time. */
const CONCURRENCY = 4;

type ArchiveSubject = {
  pkg: InstalledPackage;
  target: RegistryPackage;
  /** What the tarball has to be; null where the registry did not say. */
  tarball: ExpectedTarball | null;
};

type ArchivesOptions = {
  configuration: Configuration;
  http: HttpClient;
  /** Whether this machine's own memory counts. */
  believeRecords: boolean;
  /** Shows the progress, in bytes on disk. */
  report: Report;
};

/** The audits of the archives of all these packages, by package id. */
export async function auditArchives(subjects: Array<ArchiveSubject>, {configuration, http, believeRecords, report}: ArchivesOptions): Promise<Map<string, ArchiveAudit>> {
  const context = {
    configuration,
    client: makeRegistryClient({configuration, http}),
    find: makeFindInstalledArchive(configuration),
    records: makeArchiveRecords(configuration),
    believeRecords,
  };

  const sizes = await mapConcurrently(subjects, CONCURRENCY, ({pkg}) => getSize(pkg, context.find));
  const total = sizes.reduce((sum, size) => sum + size, 0);

  const audits = await withProgress(report, done => `${formatBytes(done)} of ${formatBytes(total)} of archives compared`, tick => {
    return mapConcurrently(subjects, CONCURRENCY, async ({pkg, target, tarball}, index) => {
      const audit = await auditPackageArchives(pkg, target, tarball, context).catch(concludeUnreadable);
      tick(sizes[index]);
      return audit;
    });
  });

  return new Map(subjects.map(({pkg}, index) => [pkg.id, audits[index]!]));
}

/** A cache folder may hold anything under an archive's name; what cannot be read is the trouble of one package, and must not hide the others. */
function concludeUnreadable(error: Error): ArchiveAudit {
  // Settings that can't be used are the trouble of the run.
  if (error instanceof UsageError)
    throw error;

  return {
    result: {status: `unavailable`},
    observations: [{
      id: `archive-absent`,
      message: `The archive in Yarn's cache could not be read, so that its bytes could not be checked`,
      expected: `a readable archive`,
      found: error.message,
      hint: `Look at what is in its place, remove it, and run "yarn install" again`,
    }],
  };
}

async function getSize({archives}: InstalledPackage, find: FindInstalledArchive): Promise<number> {
  let size = 0;
  for (const {locator, checksum} of archives)
    size += (await find(locator, checksum).catch(() => null))?.size ?? 0;

  return size;
}
