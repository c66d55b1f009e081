import type {PackageResult} from '../auditResult';
import type {Finding}       from '../findings';

/**
 * Nothing checked is not success: the finding of a run that selected npm
 * packages and verified none of them. Null when something was verified, or
 * could not be checked (which then speaks for itself).
 *
 * Its severity is decided here and no setting is asked: otherwise one line in
 * a settings file would turn an audit of nothing into a green one. For the
 * same reason packages that are excluded count as selected.
 */
export function getNothingVerified(packages: Iterable<PackageResult>): Finding | null {
  const npmPackages = Array.from(packages).filter(({registry}) => registry !== null);
  if (npmPackages.length === 0)
    return {id: `nothing-verified`, severity: `info`, message: `There is no npm package to verify.`};

  // What could not be checked speaks for itself only where it is heard: as a
  // warning, or silenced, it would leave a green run in which nothing was verified.
  const isHeard = ({verdict, findings}: PackageResult) => verdict === `incomplete` && findings.some(({severity, accepted}) => !accepted && (severity === `incomplete` || severity === `error`));
  if (npmPackages.some(pkg => pkg.verdict === `verified` || isHeard(pkg)))
    return null;

  const allExcluded = npmPackages.every(({verdict}) => verdict === `excluded`);
  return {
    id: `nothing-verified`,
    severity: `error`,
    message: `No npm package could be verified, so this run proves nothing.`,
    expected: `at least one verified npm package`,
    found: allExcluded ? `every npm package of the selection is excluded` : `${npmPackages.length} npm ${npmPackages.length === 1 ? `package` : `packages`}, none of them verified`,
    hint: allExcluded
      ? `Review npmAuditAttestationsExcludePackages and --exclude.`
      : `See the findings of the packages. If their registry offers no signatures, audit through one that does, or name its keys in npmSigstoreRegistryKeys.`,
  };
}
