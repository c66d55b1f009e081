/**
 * The closed list of what an audit can say about a package or about the run.
 *
 * `effect` is what a finding means for the verdict of its package:
 * - `failed`: something is wrong;
 * - `incomplete`: something could not be checked, or is newer than this plugin;
 * - `unverifiable`: no evidence can exist;
 * - `notice`: worth reading, says nothing against the evidence.
 *
 * `severity` is the default that settings may change. Severities decide the
 * exit code, never the verdict. `minor` is the lighter form that some findings
 * have: the observation tells which one it is.
 */
export const findingCatalog = {
  'signature-missing': {effect: `failed`, severity: `error`},
  'signature-stripped': {effect: `incomplete`, severity: `warning`},
  'signature-invalid': {effect: `failed`, severity: `error`},
  'signature-key-unknown': {effect: `failed`, severity: `error`},
  'signature-key-expired': {effect: `failed`, severity: `error`},
  'registry-unsupported': {effect: `unverifiable`, severity: `info`},
  'keys-unavailable': {effect: `incomplete`, severity: `incomplete`},
  'trust-invalid': {effect: `failed`, severity: `error`},
  'trust-stale': {effect: `notice`, severity: `warning`},
  'version-not-found': {effect: `failed`, severity: `error`},
  'registry-unreachable': {effect: `incomplete`, severity: `incomplete`},
  'attestation-missing': {effect: `failed`, severity: `error`},
  'attestation-unserved': {effect: `incomplete`, severity: `incomplete`},
  'attestation-unavailable': {effect: `incomplete`, severity: `incomplete`},
  'attestation-malformed': {effect: `failed`, severity: `error`},
  'attestation-invalid': {effect: `failed`, severity: `error`},
  'attestation-unsupported': {effect: `incomplete`, severity: `warning`},
  'attestation-subject-mismatch': {effect: `failed`, severity: `error`},
  'attestation-type-mismatch': {effect: `failed`, severity: `error`},
  'attestation-publish-mismatch': {effect: `failed`, severity: `error`},
  'provenance-missing': {effect: `notice`, severity: `off`},
  'provenance-issuer-untrusted': {effect: `failed`, severity: `error`},
  'provenance-statement-mismatch': {effect: `failed`, severity: `error`},
  'provenance-repository-mismatch': {effect: `notice`, severity: `warning`},
  'provenance-self-hosted': {effect: `notice`, severity: `warning`},
  'policy-source-repository': {effect: `failed`, severity: `error`},
  'policy-source-ref': {effect: `failed`, severity: `error`},
  'policy-workflow': {effect: `failed`, severity: `error`},
  'policy-signer': {effect: `failed`, severity: `error`},
  'policy-issuer': {effect: `failed`, severity: `error`},
  'policy-runner': {effect: `failed`, severity: `error`},
  'policy-trigger': {effect: `failed`, severity: `error`},
  // Histories are read only where a severity asks for it; verdicts must not
  // depend on that.
  'trust-downgrade': {effect: `notice`, severity: `off`},
  'identity-changed': {effect: `failed`, severity: `error`},
  'identity-renamed': {effect: `notice`, severity: `info`},
  'identity-unpinned': {effect: `notice`, severity: `off`},
  'exception-unused': {effect: `notice`, severity: `info`},
  'integrity-mismatch': {effect: `failed`, severity: `error`},
  'archive-mismatch': {effect: `failed`, severity: `error`},
  'checksum-mismatch': {effect: `failed`, severity: `error`},
  'manifest-mismatch': {effect: `failed`, severity: `error`, minor: {effect: `notice`, severity: `warning`}},
  'archive-absent': {effect: `incomplete`, severity: `incomplete`, minor: {effect: `notice`, severity: `info`}},
  'unverifiable-source': {effect: `unverifiable`, severity: `info`},
  'nothing-verified': {effect: `failed`, severity: `error`},
} as const satisfies Record<string, Weight & {minor?: Weight}>;

type Weight = {effect: Effect, severity: Severity | `off`};

/** What publishing can say: never part of an audit, but settled by the same setting. */
export const publishingFindingCatalog = {
  'publish-downgrade': {severity: `warning`},
} as const satisfies Record<string, {severity: Severity | `off`}>;

export type Effect = `failed` | `incomplete` | `unverifiable` | `notice`;
export type Severity = `error` | `warning` | `info` | `incomplete`;
export type FindingId = keyof typeof findingCatalog;
export type PublishingFindingId = keyof typeof publishingFindingCatalog;

/**
 * What a stage noticed, before anybody decided how bad that is. All texts may
 * hold words of the registry: they are unprintable until a report has
 * sanitised them.
 */
export type Observation = {
  id: FindingId;
  /** Set for the lighter form of a finding that has one. */
  minor?: true;
  /** One calm sentence: what is the matter. */
  message: string;
  expected?: string;
  found?: string;
  /** What to do next. */
  hint?: string;
  /** Where to look: a transparency log entry, a CI run, a commit. */
  url?: string;
  /**
   * The package glob of the policy, or the pin, that requires the evidence of
   * which this says that it is missing or could not be checked. No severity
   * that is set for everybody switches that off.
   */
  requiredBy?: string;
};

/** Why a finding is not held against the outcome of the run. */
export type Acceptance = {
  reason: string;
  /** The last day (`YYYY-MM-DD`, UTC) that it holds for. */
  until?: string;
};

/** An observation with the severity that the policy in force gives it. */
export type Finding = Omit<Observation, `minor`> & {
  severity: Severity;
  /** The exception of the settings that accepts it. */
  accepted?: Acceptance;
};

/** What an observation means for its package, and how bad that is by default. */
export function getWeight({id, minor}: Pick<Observation, `id` | `minor`>): Weight {
  const entry: Weight & {minor?: Weight} = findingCatalog[id];
  return (minor && entry.minor) ?? entry;
}
