import type {ArchiveStatus, AuditResult, AuditSummary, EvidenceStatus, KeySource, Verdict} from '../auditResult';

import {getOutcome}                                                                        from './exitCode';

const noVerdicts: Record<Verdict, number> = {verified: 0, failed: 0, incomplete: 0, unverifiable: 0, excluded: 0};
const noEvidence: Record<EvidenceStatus, number> = {verified: 0, missing: 0, invalid: 0, unsupported: 0, unavailable: 0, unverifiable: 0};
const noKeySources: Record<KeySource, number> = {tuf: 0, embedded: 0, pinned: 0, registry: 0};
const noArchives: Record<ArchiveStatus, number> = {verified: 0, mismatch: 0, absent: 0, skipped: 0, unavailable: 0};
const noFindings: AuditSummary[`findings`] = {error: 0, warning: 0, info: 0, incomplete: 0, accepted: 0};

/**
 * The totals of a run. Verdicts add up to `packages`, the whole selection.
 * Signatures, attestations and archives add up to the packages that were
 * looked at: excluded ones count as excluded and nowhere else.
 */
export function summarise(
  {packages, findings}: Pick<AuditResult, `packages` | `findings`>,
  run: Pick<AuditSummary, `outOfScope` | `durationMs` | `requests` | `bytes`>,
): AuditSummary {
  const judged = packages.filter(({verdict}) => verdict !== `excluded`);
  const allFindings = [...findings, ...packages.flatMap(pkg => pkg.findings)];

  return {
    outcome: getOutcome(allFindings),
    packages: packages.length,
    outOfScope: run.outOfScope,
    verdicts: count(noVerdicts, packages.map(({verdict}) => verdict)),
    signatures: count(noEvidence, judged.map(({signature}) => signature.status)),
    keySources: count(noKeySources, judged.flatMap(({signature: {status, keySource}}) => status === `verified` && keySource ? [keySource] : [])),
    publish: count(noEvidence, judged.map(({publish}) => publish.status)),
    provenance: count(noEvidence, judged.map(({provenance}) => provenance.status)),
    archives: count(noArchives, judged.map(({archive}) => archive.status)),
    findings: count(noFindings, allFindings.map(({severity, accepted}) => accepted ? `accepted` : severity)),
    durationMs: run.durationMs,
    requests: run.requests,
    bytes: run.bytes,
  };
}

function count<T extends string>(zeros: Record<T, number>, values: Iterable<NoInfer<T>>): Record<T, number> {
  const totals = {...zeros};
  for (const value of values)
    totals[value] += 1;

  return totals;
}
