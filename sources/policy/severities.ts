import {findingCatalog, getWeight, type Finding, type FindingId, type Observation, type Severity} from '../findings';

export type SeveritySetting = Severity | `off`;

export type SeverityPolicy = {
  /** `npmAttestationSeverities`, already checked with `getAllowedSeverities`. */
  severities: ReadonlyMap<FindingId, SeveritySetting>;
  /** Warnings and whatever could not be checked count as failures. */
  strict: boolean;
};

/**
 * What a setting may make of a finding. `incomplete` is only for those that
 * say that something could not be checked; `nothing-verified` is what keeps an
 * audit of nothing from looking like success, so it stays as it is.
 */
export function getAllowedSeverities(id: FindingId): ReadonlyArray<SeveritySetting> {
  if (id === `nothing-verified`)
    return [`error`];

  return findingCatalog[id].effect === `incomplete`
    ? [`error`, `warning`, `info`, `off`, `incomplete`]
    : [`error`, `warning`, `info`, `off`];
}

/** The observations that are worth a finding, in their order, each with its severity. */
export function applySeverities(observations: Iterable<Observation>, policy: SeverityPolicy): Array<Finding> {
  const findings: Array<Finding> = [];

  for (const observation of observations) {
    const severity = getSeverity(observation, policy);
    if (severity !== `off`) {
      const {minor, ...rest} = observation;
      findings.push({...rest, severity});
    }
  }

  return findings;
}

function getSeverity(observation: Observation, {severities, strict}: SeverityPolicy): SeveritySetting {
  const {id, requiredBy} = observation;
  const {effect, severity: byDefault} = getWeight(observation);

  const setting = severities.get(id);
  if (typeof setting !== `undefined` && !getAllowedSeverities(id).includes(setting))
    throw new Error(`Assertion failed: Expected "${setting}" to have been refused as a severity of ${id}`);

  // Whoever requires evidence has decided how bad it is that there is none.
  if (typeof requiredBy !== `undefined`)
    return effect === `incomplete` && setting !== `error` && !strict ? `incomplete` : `error`;

  const severity = setting ?? byDefault;

  // What the settings call info or off was decided on purpose; --strict is
  // about what nobody decided.
  return strict && (severity === `warning` || severity === `incomplete`)
    ? `error`
    : severity;
}
