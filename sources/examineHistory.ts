import type {ProvenanceResult}    from './auditResult';
import type {EvidenceSource}      from './evidence/evidenceSource';
import type {RegistryPackage}     from './evidence/types';
import type {HistoryExamination}  from './policy/downgrade';
import {findStrongerRelease}      from './policy/strongerRelease';
import type {PackageVerification} from './verification/verifyPackage';

export type HistoryContext = {
  evidence: EvidenceSource;
  /** Gathers and verifies the provenance of another version of the package. */
  verifyProvenance: (version: string) => Promise<ProvenanceResult>;
  now: Date;
};

/**
 * Looks for an earlier release with stronger evidence than the one that was
 * verified. The registry's word decides which one that is; what is told about
 * it was verified.
 */
export async function examineHistory(target: RegistryPackage, {publish, provenance}: PackageVerification, {evidence, verifyProvenance, now}: HistoryContext): Promise<HistoryExamination> {
  const releases = await evidence.fetchReleases(target);
  if (releases.status !== `found`)
    return {status: `unavailable`, reason: releases.status === `absent` ? `the root document does not have this version` : releases.reason};

  const loggedAt = publish.time ?? provenance.time;
  const comparison = findStrongerRelease(releases.value, {
    version: target.version,
    loggedAt: typeof loggedAt !== `undefined` ? new Date(loggedAt) : null,
    provenanceHolds: provenance.status !== `invalid` && provenance.status !== `unsupported`,
    now,
  });

  return comparison !== null
    ? {status: `broken`, comparison, provenance: await verifyProvenance(comparison.stronger.version)}
    : {status: `unbroken`};
}
