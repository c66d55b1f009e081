import type {EvidenceStatus}         from '../auditResult';
import type {FindingId, Observation} from '../findings';

import type {EvidenceRule}           from './packagePolicies';

/** Evidence that somebody insists on: a policy, or a pin. */
type Requirement = {
  kind: EvidenceRule;
  status: EvidenceStatus;
  /** Where it is written. */
  requiredBy: string;
  /** What to say where it is not there. */
  missing: Observation;
};

/** The findings that say why evidence of a kind could not be had, by its status. */
const explanations: Record<EvidenceRule, Partial<Record<EvidenceStatus, ReadonlyArray<FindingId>>>> = {
  signature: {
    unavailable: [`registry-unreachable`, `keys-unavailable`],
  },
  provenance: {
    unavailable: [`registry-unreachable`, `keys-unavailable`, `attestation-unavailable`],
    missing: [`attestation-unserved`],
  },
};

/**
 * The observations of a package with those that a requirement adds or
 * sharpens. What is not there or does not verify is a finding of its own.
 * What could not be had stays what it is, not to call a network fault a
 * missing attestation, but no setting may switch it off any more: else
 * whoever cuts the connection would be rid of the requirement.
 */
export function requireEvidence(observations: ReadonlyArray<Observation>, {kind, status, requiredBy, missing}: Requirement): Array<Observation> {
  if (status === `verified`)
    return [...observations];

  const isExplanation = ({id}: Observation) => explanations[kind][status]?.includes(id) ?? false;
  if (observations.some(isExplanation))
    return observations.map(observation => isExplanation(observation) ? {...observation, requiredBy} : observation);

  return [
    ...observations.filter(({id}) => id !== missing.id),
    {...missing, requiredBy},
  ];
}
