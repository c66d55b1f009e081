import {UsageError}                                   from 'clipanion';

import {claimRules, evidenceRules}                    from './packagePolicies';
import type {EvidenceRule, PackagePolicy, PolicyRule} from './packagePolicies';

type PolicyShape = {get: (rule: PolicyRule) => string | null | undefined};

/**
 * Reads `npmAttestationPolicies`; Yarn has refused unknown rules already.
 * Throws a `UsageError` that names the place.
 */
export function parsePolicies(setting: Iterable<[string, PolicyShape]>): Array<PackagePolicy> {
  return Array.from(setting, ([glob, shape]) => {
    const rules = new Map<PolicyRule, string>();

    for (const rule of [...evidenceRules, ...claimRules]) {
      const value = shape.get(rule) ?? null;
      if (value !== null) {
        ensureValue(`npmAttestationPolicies[${JSON.stringify(glob)}].${rule}`, rule, value);
        rules.set(rule, value);
      }
    }

    // Whoever names a repository does not mean "unless there is no provenance
    // at all", which is what a thief with a stolen token would publish.
    if (claimRules.some(rule => rules.has(rule)) && !rules.has(`provenance`))
      rules.set(`provenance`, `required`);

    return {glob, rules};
  });
}

function ensureValue(place: string, rule: PolicyRule, value: string) {
  if (evidenceRules.includes(rule as EvidenceRule) && value !== `required` && value !== `optional`)
    throw new UsageError(`The setting ${place} can't be ${JSON.stringify(value)}; it can be required or optional`);

  if (value.trim() === ``) {
    throw new UsageError(`The setting ${place} is empty, which no package could fulfil; use "*" for any value`);
  }
}
