import type {PackageResult}                   from '../auditResult';
import type {Finding, FindingId, Observation} from '../findings';
import type {PackageTest}                     from '../packagePattern';

/** One entry of `npmAttestationExceptions`: a finding that somebody has accepted for some packages. */
export type Exception = {
  /** As written: a glob on idents, or `ident@range`. */
  pattern: string;
  test: PackageTest;
  finding: FindingId;
  reason: string;
  /** The last day (`YYYY-MM-DD`, UTC) that it holds for; null when it has no end. */
  until: string | null;
};

/**
 * The findings of a package with what the exceptions say of them. An accepted
 * finding stays visible and keeps its severity; an expired exception accepts
 * nothing, and is named for people to see why the finding is back.
 */
export function applyExceptions(findings: Array<Finding>, exceptions: ReadonlyArray<Exception>, {pkg, now}: {pkg: {name: string, version: string | null}, now: Date}): Array<Finding> {
  return findings.map(finding => {
    const matching = exceptions.filter(exception => exception.finding === finding.id && exception.test(pkg));

    const valid = matching.find(({until}) => !isOver(until, now));
    if (valid)
      return {...finding, accepted: {reason: valid.reason, ...valid.until !== null ? {until: valid.until} : {}}};

    const [expired] = matching;
    if (expired)
      return {...finding, message: `${finding.message} (an exception accepted this until ${expired.until}: ${expired.reason})`};

    return finding;
  });
}

/** Whether the whole of the last day lies behind. */
function isOver(until: string | null, now: Date): boolean {
  return until !== null && now.toISOString().slice(0, `YYYY-MM-DD`.length) > until;
}

/** Findings that only a look at the archives can bring up. */
const aboutArchives: ReadonlySet<FindingId> = new Set([`archive-absent`, `archive-mismatch`, `checksum-mismatch`, `integrity-mismatch`, `manifest-mismatch`]);

/**
 * The exceptions that no finding of a whole project needs any more. Nothing is
 * said where a package was left out or could not be checked completely: its
 * finding may be there again tomorrow.
 */
export function findUnusedExceptions(exceptions: ReadonlyArray<Exception>, packages: ReadonlyArray<Pick<PackageResult, `name` | `version` | `verdict` | `archive` | `findings`>>): Array<Observation> {
  const wasChecked = ({verdict, archive}: Pick<PackageResult, `verdict` | `archive`>, finding: FindingId) => {
    return verdict !== `incomplete` && verdict !== `excluded` && (archive.status !== `skipped` || !aboutArchives.has(finding));
  };

  const isInUse = ({test, finding}: Exception) => packages.some(pkg => {
    return test(pkg) && (!wasChecked(pkg, finding) || pkg.findings.some(({id}) => id === finding));
  });

  return exceptions.filter(exception => !isInUse(exception)).map(({pattern, finding, reason}) => ({
    id: `exception-unused`,
    message: `An exception of npmAttestationExceptions accepts nothing`,
    expected: `${finding} of ${pattern} (${reason})`,
    found: `no such finding`,
    hint: `Remove it: it would accept the next one unseen`,
  }));
}
