import type {ProvenanceResult}                          from './auditResult';
import type {EvidenceSource}                            from './evidence/evidenceSource';
import type {History, RegistryPackage, VersionDocument} from './evidence/types';
import type {HistoryExamination}                        from './policy/downgrade';
import {findStrongerRelease, needsFullHistory}          from './policy/strongerRelease';
import type {PackageVerification}                       from './verification/verifyPackage';

type HistoryContext = {
  evidence: EvidenceSource;
  /** What the version's document promises. */
  advertised: VersionDocument[`attestations`];
  /** Gathers and verifies the provenance of another version of the package. */
  verifyProvenance: (version: string) => Promise<ProvenanceResult>;
  now: Date;
};

/**
 * Looks for an earlier release with stronger evidence than the one that was
 * verified. The registry's word decides which one that is; what is told about
 * it was verified.
 */
export async function examineHistory(target: RegistryPackage, {publish, provenance}: PackageVerification, {evidence, advertised, verifyProvenance, now}: HistoryContext): Promise<HistoryExamination> {
  const {version} = target;
  const isEnough = (history: History) => !needsFullHistory(history, {version, now});

  // Where this release has provenance others have it as well, and which of
  // them were a trusted publisher's the abbreviated document does not say.
  const history = await evidence.fetchHistory(target, advertised?.provenance ? null : isEnough);
  if (history.status !== `found`)
    return {status: `unavailable`, reason: history.status === `absent` ? `the root document does not have this version` : history.reason};
  if (!history.value.isFull)
    return {status: `unbroken`};

  const loggedAt = publish.time ?? provenance.time;
  const comparison = findStrongerRelease(history.value.releases, {
    version,
    loggedAt: typeof loggedAt !== `undefined` ? new Date(loggedAt) : null,
    provenanceHolds: provenance.status !== `invalid` && provenance.status !== `unsupported`,
    now,
  });

  return comparison !== null
    ? {status: `broken`, comparison, provenance: await verifyProvenance(comparison.stronger.version)}
    : {status: `unbroken`};
}
