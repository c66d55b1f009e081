import type {Configuration}                                                                    from '@yarnpkg/core';

import type {RegistryClient}                                                                   from '../network/registryClient';

import {readAttestations}                                                                      from './attestationDocument';
import {decodeAttestations}                                                                    from './decode/attestations';
import {decodeStoredCatalogue, decodeStoredHistory, encodeCatalogue, encodeHistory}            from './decode/releases';
import {decodeVersionDocument, encodeVersionDocument}                                          from './decode/versionDocument';
import {makeEvidenceStore}                                                                     from './evidenceStore';
import type {EvidenceKind, EvidenceSubject, StoredEvidence}                                    from './evidenceStore';
import {limitConcurrency}                                                                      from './limitConcurrency';
import type {Reply, Validator}                                                                 from './question';
import {makeDocumentReader}                                                                    from './registryDocument';
import type {HistoryTest}                                                                      from './registryDocument';
import type {Catalogue, Fetched, History, RegistryPackage, ServedAttestation, VersionDocument} from './types';

/** Past this, an entry of the store is not used without asking its registry whether anything has changed. */
const MAX_UNASKED_AGE = 24 * 60 * 60 * 1000;

export type EvidenceSourceOptions = {
  configuration: Configuration;
  client: RegistryClient;
  /**
   * - `normal`: recent entries of the store, else the network;
   * - `offline`: the store alone, whatever its age;
   * - `refresh`: the network alone; the store is written to.
   */
  mode: `normal` | `offline` | `refresh`;
  /** The time of this run. */
  now: Date;
  /** What the host has just read of a package by itself; null where it did not. */
  recallHistory?: (pkg: RegistryPackage) => History | null;
};

/** Where an audit gets its evidence from. One per run: it remembers what it learns about registries. */
export interface EvidenceSource {
  fetchVersionDocument(pkg: RegistryPackage): Promise<Fetched<VersionDocument>>;
  /** Only for packages whose document advertises attestations. */
  fetchAttestations(pkg: RegistryPackage, advertised: NonNullable<VersionDocument[`attestations`]>): Promise<Fetched<Array<ServedAttestation>>>;
  /** The registry's own, unsigned word on when it was published; never from the store. The value is null when it does not say. */
  fetchPublishTime(pkg: RegistryPackage): Promise<Fetched<Date | null>>;
  /**
   * The releases of a package, the given version among them: unsigned, and in
   * full often megabytes to ask for. An abbreviated history is given only
   * where `isEnough` holds for it; null asks for the full one at once.
   */
  fetchHistory(pkg: RegistryPackage, isEnough: HistoryTest | null): Promise<Fetched<History>>;
  /** What there is of a package whose version is not yet known. */
  fetchCatalogue(pkg: Omit<RegistryPackage, `version`>): Promise<Fetched<Catalogue>>;
}

type Subject<T> = {
  kind: EvidenceKind;
  /** What `decode` reads. */
  encode: (value: T) => unknown;
  decode: (value: unknown) => T;
  /** Whether it may be in the store; an entry for which it does not hold was not written by this plugin. */
  isWorthKeeping: (value: T) => boolean;
  /** Whether a recent entry will do: what the latest release is has to be asked. */
  isUsableUnasked: boolean;
};

const documentSubject: Subject<VersionDocument> = {
  kind: `document`,
  encode: encodeVersionDocument,
  decode: value => decodeVersionDocument(value, `the document`),
  // The store holds signed evidence; that there is none may be different a minute later.
  isWorthKeeping: ({signatures, attestations}) => signatures.length > 0 || attestations !== null,
  isUsableUnasked: true,
};

const attestationSubject: Subject<Array<ServedAttestation>> = {
  kind: `attestations`,
  encode: attestations => ({attestations}),
  decode: decodeAttestations,
  isWorthKeeping: attestations => attestations.length > 0,
  isUsableUnasked: true,
};

/** Full root documents may take megabytes each, and are held in memory while they are read. */
const MAX_HISTORIES_AT_ONCE = 8;

const makeHistorySubject = ({version}: RegistryPackage, isEnough: HistoryTest): Subject<History> => ({
  kind: `history`,
  encode: encodeHistory,
  decode: decodeStoredHistory,
  isWorthKeeping: history => isEnough(history) && history.releases.some(release => release.version === version),
  isUsableUnasked: true,
});

const catalogueSubject: Subject<Catalogue> = {
  kind: `catalogue`,
  encode: encodeCatalogue,
  decode: decodeStoredCatalogue,
  isWorthKeeping: () => true,
  isUsableUnasked: false,
};

export function makeEvidenceSource({configuration, client, mode, now, recallHistory}: EvidenceSourceOptions): EvidenceSource {
  const documents = makeDocumentReader(client);
  const store = makeEvidenceStore(configuration);

  const fetch = async <T>(pkg: EvidenceSubject, subject: Subject<T>, ask: (known: Validator | null) => Promise<Reply<T>>): Promise<Fetched<T>> => {
    const entry = mode === `refresh` ? null : await store.tryRead(subject.kind, pkg, subject.decode);
    const stored = entry !== null && subject.isWorthKeeping(entry.value) ? entry : null;

    if (stored !== null && (mode === `offline` || (subject.isUsableUnasked && isRecent(stored, now))))
      return {status: `found`, value: stored.value, origin: {from: `store`, fetchedAt: stored.fetchedAt}};

    if (mode === `offline`)
      return {status: `unreachable`, reason: `the evidence store has no copy, and this run is offline`, authentication: false};

    const reply = await ask(stored?.validator ?? null);
    if (reply.status !== `found` && reply.status !== `unchanged`)
      return reply;

    const {value, validator} = reply.status === `found` ? reply : stored!;
    if (subject.isWorthKeeping(value))
      await store.write(subject.kind, pkg, {value: subject.encode(value), fetchedAt: now, validator});

    return {status: `found`, value, origin: {from: `network`, fetchedAt: now}};
  };

  return {
    fetchVersionDocument: pkg => fetch(pkg, documentSubject, known => documents.readVersion(pkg, known)),
    fetchAttestations: (pkg, {url}) => fetch(pkg, attestationSubject, known => readAttestations(client, pkg, url, known)),

    fetchHistory: limitConcurrency(MAX_HISTORIES_AT_ONCE, (pkg: RegistryPackage, isEnough: HistoryTest | null) => {
      const suffices = (history: History) => history.isFull || (isEnough?.(history) ?? false);

      return fetch(pkg, makeHistorySubject(pkg, suffices), async known => {
        const recalled = recallHistory?.(pkg) ?? null;
        return recalled !== null && suffices(recalled)
          ? {status: `found`, value: recalled, validator: null}
          : await documents.readHistory(pkg, known, isEnough && suffices);
      });
    }),

    fetchCatalogue: pkg => fetch({...pkg, version: null}, catalogueSubject, known => documents.readCatalogue(pkg, known)),

    fetchPublishTime: async pkg => {
      if (mode === `offline`)
        return {status: `unreachable`, reason: `publish times are never stored, and this run is offline`, authentication: false};

      const reply = await documents.readPublishTime(pkg);
      if (reply.status === `unchanged`)
        throw new Error(`Assertion failed: Nothing was known before`);

      return reply.status === `found`
        ? {status: `found`, value: reply.value.time, origin: {from: `network`, fetchedAt: now}}
        : reply;
    },
  };
}

function isRecent({fetchedAt}: StoredEvidence<unknown>, now: Date): boolean {
  const age = now.getTime() - fetchedAt.getTime();

  // Times that lie ahead come from a clock that was wrong, now or then.
  return age >= 0 && age < MAX_UNASKED_AGE;
}
