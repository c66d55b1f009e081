import {structUtils}                 from '@yarnpkg/core';
import type {Configuration}          from '@yarnpkg/core';
import {ppath}                       from '@yarnpkg/fslib';
import type {Filename, PortablePath} from '@yarnpkg/fslib';
import {createHash}                  from 'node:crypto';

import {tryWriteAtomically}          from '../atomicFile';
import {readBoundedFile}             from '../boundedFile';
import {getField}                    from '../jsonFields';

import {DecodeError}                 from './decode/decodeError';
import {ensureObject, ensureString}  from './decode/fields';
import {parseJson}                   from './decode/parseJson';
import type {Validator}              from './question';
import type {RegistryPackage}        from './types';

/** Goes up when the form of an entry changes; other versions find nothing then. */
const FORMAT = `v1`;

/** Of one entry. Real evidence takes some kilobytes, the history of a package with thousands of releases some hundred. */
const MAX_BYTES = 1024 * 1024;

export type EvidenceKind = `document` | `attestations` | `history` | `catalogue`;

/** What an entry is about: one version of a package, or all of them (null). */
export type EvidenceSubject = Omit<RegistryPackage, `version`> & {version: string | null};

export type StoredEvidence<T> = {
  value: T;
  fetchedAt: Date;
  validator: Validator | null;
};

/**
 * What registries have said, kept for later runs and other projects. It holds
 * no verdicts, and nobody has to trust it: whatever comes out is decoded and
 * verified like an answer of the network.
 */
type EvidenceStore = {
  /** Null if there is no entry, or none that can be used. */
  tryRead: <T>(kind: EvidenceKind, pkg: EvidenceSubject, decode: (value: unknown) => T) => Promise<StoredEvidence<T> | null>;
  /** `value` must be what `decode` reads. What is too large is left out, and a store that cannot be written to is no reason to fail. */
  write: (kind: EvidenceKind, pkg: EvidenceSubject, evidence: StoredEvidence<unknown>) => Promise<void>;
};

/** Everything below it may be deleted at any time. */
export function getEvidenceFolder(configuration: Configuration): PortablePath {
  return ppath.join(configuration.get(`globalFolder`), `attestations` as Filename);
}

export function makeEvidenceStore(configuration: Configuration): EvidenceStore {
  const root = ppath.join(getEvidenceFolder(configuration), `evidence` as Filename, FORMAT as Filename);

  const tryRead: EvidenceStore[`tryRead`] = async (kind, pkg, decode) => {
    try {
      const key = makeKey(kind, pkg);
      return decodeEntry(key, parseJson(await readBoundedFile(getPath(root, key), MAX_BYTES)), decode);
    } catch {
      // Absent, damaged, unreadable: the registry knows better anyway.
      return null;
    }
  };

  const write: EvidenceStore[`write`] = async (kind, pkg, {value, fetchedAt, validator}) => {
    const key = makeKey(kind, pkg);
    const content = JSON.stringify({key, fetchedAt: fetchedAt.toISOString(), validator, value});
    if (Buffer.byteLength(content) <= MAX_BYTES) {
      await tryWriteAtomically(getPath(root, key), content);
    }
  };

  return {tryRead, write};
}

/** A hash, because names and versions may hold anything that a lockfile can. */
function makeKey(kind: EvidenceKind, {ident, registry, version}: EvidenceSubject): string {
  return createHash(`sha256`).update(JSON.stringify([kind, registry, structUtils.stringifyIdent(ident), version])).digest(`hex`);
}

function getPath(root: PortablePath, key: string): PortablePath {
  return ppath.join(root, key.slice(0, 2) as Filename, `${key.slice(2)}.json` as Filename);
}

function decodeEntry<T>(key: string, entry: unknown, decode: (value: unknown) => T): StoredEvidence<T> | null {
  const object = ensureObject(entry, `entry`);
  const fetchedAt = new Date(ensureString(getField(object, `fetchedAt`), `fetchedAt`, 100));

  if (getField(object, `key`) !== key || Number.isNaN(fetchedAt.getTime()))
    return null;

  return {
    value: decode(getField(object, `value`)),
    fetchedAt,
    validator: decodeValidator(getField(object, `validator`)),
  };
}

function decodeValidator(value: unknown): Validator | null {
  if (value === null)
    return null;

  const validator = ensureObject(value, `validator`);
  const etag = ensureString(getField(validator, `etag`), `validator.etag`, 16384);

  // It is sent as a header: what no header can hold would make every request fail.
  if (!/^[\x20-\x7e\x80-\xff]+$/.test(etag))
    throw new DecodeError(`validator.etag: expected the value of a header`);

  return {question: ensureString(getField(validator, `question`), `validator.question`, 100), etag};
}
