import type {Configuration}          from '@yarnpkg/core';
import {ppath}                       from '@yarnpkg/fslib';
import type {Filename, PortablePath} from '@yarnpkg/fslib';

import {tryWriteAtomically}          from '../atomicFile';
import {readBoundedFile}             from '../boundedFile';
import {ensureObject, ensureString}  from '../evidence/decode/fields';
import {parseJson}                   from '../evidence/decode/parseJson';
import {getEvidenceFolder}           from '../evidence/evidenceStore';
import {getField}                    from '../jsonFields';

import {pickManifestFields}          from './packageManifest';
import type {PackageManifest}        from './packageManifest';

/** Of one record: it holds some fields of a package.json. */
const MAX_BYTES = 1024 * 1024;

/** Goes up when the form of a record changes; other versions find nothing then. */
const FORMAT = `v1`;

/** What this machine has seen once: which tarball an archive was made of. */
type ArchiveRecord = {
  /** Lower-case hex of the tarball's sha512. */
  tarball: string;
  /** Of the archive's package.json, so that no archive has to be opened for it again. */
  manifest: PackageManifest;
};

/**
 * This machine's own memory, the one thing in the evidence store that is
 * believed and not verified again. A record is found by the sha512 of the
 * archive, so that it says nothing any more about one that was changed.
 */
export type ArchiveRecords = {
  /** Null if there is none, or none that can be used. */
  tryRead: (archiveSha512: string) => Promise<ArchiveRecord | null>;
  write: (archiveSha512: string, record: ArchiveRecord) => Promise<void>;
};

export function makeArchiveRecords(configuration: Configuration): ArchiveRecords {
  const root = ppath.join(getEvidenceFolder(configuration), `archives` as Filename, FORMAT as Filename);
  const getPath = (sha512: string): PortablePath => ppath.join(root, sha512.slice(0, 2) as Filename, `${sha512.slice(2)}.json` as Filename);

  return {
    tryRead: async archiveSha512 => {
      try {
        return decodeRecord(archiveSha512, parseJson(await readBoundedFile(getPath(archiveSha512), MAX_BYTES)));
      } catch {
        // Absent, damaged, unreadable: the tarball is downloaded instead.
        return null;
      }
    },

    write: async (archiveSha512, {tarball, manifest}) => {
      await tryWriteAtomically(getPath(archiveSha512), JSON.stringify({archive: archiveSha512, tarball, manifest}));
    },
  };
}

function decodeRecord(archiveSha512: string, value: unknown): ArchiveRecord | null {
  const record = ensureObject(value, `record`);
  const tarball = ensureString(getField(record, `tarball`), `tarball`, 128);

  if (getField(record, `archive`) !== archiveSha512 || !/^[0-9a-f]{128}$/.test(tarball))
    return null;

  return {tarball, manifest: pickManifestFields(getField(record, `manifest`))};
}
