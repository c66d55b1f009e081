import type {EvidenceStatus}                       from '../auditResult';
import type {Observation}                          from '../findings';

import {evidenceRules}                             from './packagePolicies';
import type {EvidenceRule, PolicyRule, StatedRule} from './packagePolicies';
import {requireEvidence}                           from './requiredEvidence';

const found: Record<EvidenceStatus, string> = {
  verified: `verified`,
  missing: `none`,
  invalid: `one that fails verification`,
  unsupported: `one that is newer than this plugin`,
  unavailable: `none that could be obtained`,
  unverifiable: `nothing that could be verified`,
};

const evidence: Record<EvidenceRule, {id: Observation[`id`], noun: string, hint: string}> = {
  signature: {
    id: `signature-missing`,
    noun: `a verified registry signature`,
    hint: `Get the package from a registry that signs it`,
  },
  provenance: {
    id: `provenance-missing`,
    noun: `verified provenance`,
    hint: `Use a version that was published from CI with provenance, or ask its maintainers for one`,
  },
};

/** What the rules `signature` and `provenance` make of a package. */
export function checkRequiredEvidence(rules: ReadonlyMap<PolicyRule, StatedRule>, statuses: Record<EvidenceRule, EvidenceStatus>, observations: ReadonlyArray<Observation>): Array<Observation> {
  let checked = [...observations];

  for (const rule of evidenceRules) {
    const stated = rules.get(rule);
    if (stated?.value !== `required`)
      continue;

    const {id, noun, hint} = evidence[rule];
    const status = statuses[rule];

    checked = requireEvidence(checked, {
      kind: rule,
      requiredBy: stated.glob,
      status,
      missing: {
        id,
        message: `The policy for ${stated.glob} asks for ${noun}`,
        expected: noun,
        found: found[status],
        hint,
      },
    });
  }

  return checked;
}
