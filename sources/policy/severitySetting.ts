import {UsageError}                                               from 'clipanion';

import {findingCatalog, publishingFindingCatalog, type FindingId} from '../findings';

import {getNearest}                                               from './nearest';
import {getAllowedSeverities}                                     from './severities';
import type {SeveritySetting}                                     from './severities';

/** Reads `npmAttestationSeverities`. Throws a `UsageError` that names the entry: a rule with a typo would change nothing, in silence. */
export function parseSeverities(setting: Iterable<[string, string]>): Map<FindingId, SeveritySetting> {
  const severities = new Map<FindingId, SeveritySetting>();

  for (const [word, severity] of setting) {
    // Publishing reads its own, but a typo is to be noticed before.
    if (Object.hasOwn(publishingFindingCatalog, word)) {
      ensureAllowed(word, severity, [`error`, `warning`, `info`, `off`]);
      continue;
    }

    const id = parseFindingId(`npmAttestationSeverities`, word);
    severities.set(id, ensureAllowed(id, severity, getAllowedSeverities(id)));
  }

  return severities;
}

function ensureAllowed(id: string, severity: string, allowed: ReadonlyArray<SeveritySetting>): SeveritySetting {
  const known = allowed.find(candidate => candidate === severity);
  if (typeof known === `undefined`)
    throw new UsageError(`The setting npmAttestationSeverities can't make ${id} ${JSON.stringify(severity)}; it can be ${allowed.join(`, `)}`);

  return known;
}

/** Throws a `UsageError` that names the nearest finding. */
export function parseFindingId(place: string, id: string): FindingId {
  if (!isFindingId(id))
    throw new UsageError(`The setting ${place} names ${JSON.stringify(id)}, which is not a finding; did you mean ${getNearest(id, Object.keys({...findingCatalog, ...publishingFindingCatalog}))}?`);

  return id;
}

function isFindingId(id: string): id is FindingId {
  return Object.hasOwn(findingCatalog, id);
}
