import type {FetchOptions, Locator} from '@yarnpkg/core';
import type {ZipFS}                 from '@yarnpkg/libzip';

import {readManifest}               from '../archives/archiveContent';
import {makeArchiveRecords}         from '../archives/archiveRecords';
import {hashArchive}                from '../archives/installedArchive';
import {hashTarball}                from '../archives/tarballHash';

import {getProcessState}            from './processState';

/**
 * Has the gate, where there is one, look at a tarball before Yarn gets it.
 *
 * @returns its sha512, lower-case hex
 * @throws ReportError when the gate refuses it
 */
export async function checkDownload(locator: Locator, tarball: Buffer, {project}: FetchOptions): Promise<string> {
  const sha512 = await hashTarball(tarball);

  if (project.configuration.get(`npmAttestationGate`) !== `off`) {
    const {openGate} = await import(`./gateSession`);
    const {sessions} = getProcessState();

    const session = sessions.get(project) ?? openGate(project);
    sessions.set(project, session);

    await (await session).check(locator, sha512);
  }

  return sha512;
}

/**
 * Remembers what an archive was made of, so that the audit does not have to
 * download its tarball again. The archive is hashed before Yarn moves it to a
 * cache where other processes write, too.
 */
export async function recordDownload(locator: Locator, tarball: string, zipFs: ZipFS, {project}: FetchOptions): Promise<void> {
  const manifest = readManifest(zipFs, locator);
  if (manifest !== null) {
    const archive = await hashArchive({path: zipFs.getRealPath()});
    await makeArchiveRecords(project.configuration).write(archive, {tarball, manifest});
  }
}
