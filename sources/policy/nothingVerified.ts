import type {PackageResult} from '../auditResult';
import type {Finding}       from '../findings';

/**
 * Nothing checked is not success: the finding of a run that selected npm
 * packages and verified none of them. Null when something was verified, or
 * could not be checked (which then speaks for itself).
 *
 * Its severity is decided here and no setting is asked: otherwise one line in
 * a settings file would turn an audit of nothing into a green one. A run that
 * had nothing to check, because there is no npm package or because all of them
 * are excluded, says so and passes.
 */
export function getNothingVerified(packages: Iterable<PackageResult>): Finding | null {
  const npmPackages = Array.from(packages).filter(({registry}) => registry !== null);
  if (npmPackages.length === 0)
    return {id: `nothing-verified`, severity: `info`, message: `There is no npm package to verify.`};

  const judged = npmPackages.filter(({verdict}) => verdict !== `excluded`);
  if (judged.length === 0) {
    return {
      id: `nothing-verified`,
      severity: `info`,
      message: `Nothing was verified: every npm package of the selection is excluded.`,
      hint: `Review npmAuditAttestationsExcludePackages and --exclude.`,
    };
  }

  if (judged.some(({verdict}) => verdict === `verified` || verdict === `incomplete`))
    return null;

  return {
    id: `nothing-verified`,
    severity: `error`,
    message: `No npm package could be verified, so this run proves nothing.`,
    expected: `at least one verified npm package`,
    found: `${judged.length} npm ${judged.length === 1 ? `package` : `packages`}, none of them verified`,
    hint: `See the findings of the packages. If their registry offers no signatures, audit through one that does, or name its keys in npmSigstoreRegistryKeys.`,
  };
}
