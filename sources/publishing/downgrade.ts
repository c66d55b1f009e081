import type {Configuration}                      from '@yarnpkg/core';
import {UsageError}                              from 'clipanion';

import {publishingFindingCatalog, type Severity} from '../findings';

import type {RegistryState}                      from './registryState';

const ID = `publish-downgrade`;

type DowngradeSeverity = Exclude<Severity, `incomplete`> | `off`;

export type DowngradeFinding = {
  id: typeof ID;
  severity: Exclude<DowngradeSeverity, `off`>;
  message: string;
  hint: string;
};

/** @throws UsageError */
export function getDowngradeSeverity(configuration: Configuration): DowngradeSeverity {
  const severity = configuration.get(`npmAttestationSeverities`).get(ID) ?? publishingFindingCatalog[ID].severity;

  switch (severity) {
    case `error`: case `warning`: case `info`: case `off`:
      return severity;
  }

  throw new UsageError(`The setting npmAttestationSeverities can't make ${ID} ${JSON.stringify(severity)}; it can be error, warning, info, off`);
}

/** A release without provenance after one with it: a mistake of the set-up, or somebody else's release. */
export function findDowngrade(versions: RegistryState[`versions`], severity: DowngradeSeverity): DowngradeFinding | null {
  if (severity === `off`)
    return null;

  const hint = `Publish from CI with --provenance, or decide with npmAttestationSeverities that this is as it should be`;

  // Whoever wants to be stopped wants to be stopped when it can't be known, too.
  if (versions.status === `unknown`)
    return severity === `error` ? {id: ID, severity, message: `Whether the latest release has provenance, which this one will not have, could not be asked: ${versions.reason}`, hint} : null;

  if (!versions.latest?.hasProvenance)
    return null;

  return {id: ID, severity, message: `The latest release (${versions.latest.version}) has provenance, this one will not`, hint};
}
