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

/** How many releases are looked up in the transparency log where a registry gives no times: each takes two requests. */
const MAX_LOOKUPS = 20;

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

  const loggedAt = tryMakeDate(publish.time ?? provenance.time);
  const question = {
    version,
    loggedAt,
    provenanceHolds: provenance.status !== `invalid` && provenance.status !== `unsupported`,
    now,
  };

  let {releases} = history.value;
  for (let lookups = 1; ; ++lookups) {
    const comparison = findStrongerRelease(releases, question);
    if (comparison === null)
      return {status: `unbroken`};

    const {stronger, order} = comparison;
    const before = await verifyProvenance(stronger.version);
    const strongerLoggedAt = order === `semver` && before.status === `verified` ? tryMakeDate(before.time) : null;

    if (loggedAt === null || strongerLoggedAt === null || lookups === MAX_LOOKUPS)
      return {status: `broken`, comparison, provenance: before};
    if (strongerLoggedAt < loggedAt)
      return {status: `broken`, comparison: {...comparison, stronger: {...stronger, publishedAt: strongerLoggedAt}, order: `log`}, provenance: before};

    // The lower version is the later one.
    releases = releases.filter(release => release !== stronger);
  }
}

function tryMakeDate(time: string | undefined): Date | null {
  return typeof time === `undefined` ? null : new Date(time);
}
