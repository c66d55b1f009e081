import type {FetchOptions, Locator, Project} from '@yarnpkg/core';
import type {ZipFS}                          from '@yarnpkg/libzip';

import {readManifest}                        from '../archives/archiveContent';
import {makeArchiveRecords}                  from '../archives/archiveRecords';
import {hashArchive, hashTarball}            from '../archives/sha512';

import type {GateSession}                    from './gateSession';
import {getProcessState}                     from './processState';

/** A tarball, and its sha512 in lower-case hex. */
export type Download = {tarball: Buffer, sha512: string};

/**
 * Downloads a tarball and has the gate, where there is one, look at it before
 * Yarn gets it. What the gate asks for is on its way at the same time.
 *
 * @throws ReportError when the gate refuses it
 */
export async function checkDownload(locator: Locator, download: () => Promise<Buffer>, {project}: FetchOptions): Promise<Download> {
  const downloading = download().then(async tarball => ({tarball, sha512: await hashTarball(tarball)}));

  if (project.configuration.get(`npmAttestationGate`) === `off`)
    return await downloading;

  const checking = getSession(project).then(session => session.check(locator, downloading));
  const [checked] = await Promise.all([downloading, checking]);

  return checked;
}

async function getSession(project: Project): Promise<GateSession> {
  const {openGate} = await import(`./gateSession`);
  const {sessions} = getProcessState();

  const session = sessions.get(project) ?? openGate(project);
  sessions.set(project, session);

  return await session;
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
