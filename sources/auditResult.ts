import type {Finding}     from './findings';
import type {Selection}   from './inventory/selection';
import type {IdentityPin} from './policy/identityPins';

export type EvidenceStatus = `verified` | `missing` | `invalid` | `unsupported` | `unavailable` | `unverifiable`;
export type ArchiveStatus = `verified` | `mismatch` | `absent` | `skipped` | `unavailable`;
export type Verdict = `verified` | `failed` | `incomplete` | `unverifiable` | `excluded`;
export type Outcome = `passed` | `failed` | `incomplete`;

export type SignatureResult = {
  status: EvidenceStatus;
  keyid?: string;
  keySource?: KeySource;
  /** What the end of the key's validity was held against. */
  keyExpiry?: `log` | `registry` | `unchecked` | `none`;
};

/** Who vouches for a registry key: TUF, the embedded copy of TUF, a file that the settings name, or the registry alone. */
export type KeySource = `tuf` | `embedded` | `pinned` | `registry`;

export type PublishResult = {
  status: EvidenceStatus;
  logIndex?: string;
  /** ISO 8601, from the transparency log or a timestamp authority. */
  time?: string;
};

/**
 * The fields beside `asserted` are certified: they come from the extensions of
 * the Fulcio certificate, or were held against them.
 */
export type ProvenanceResult = {
  status: EvidenceStatus;
  predicateType?: string;
  issuer?: string;
  signer?: string;
  sourceRepository?: string;
  sourceRepositoryId?: string;
  sourceRef?: string;
  sourceCommit?: string;
  workflow?: string;
  trigger?: string;
  runner?: string;
  run?: string;
  logIndex?: string;
  time?: string;
  /** What only the statement says: whoever controls the build wrote it. */
  asserted?: Record<string, string>;
};

export type ArchiveResult = {
  status: ArchiveStatus;
  /** Of the tarball that the archive is held against (Subresource Integrity). */
  integrity?: string;
  /** Of the archive on disk, as yarn.lock spells it. */
  checksum?: string;
  /** Where the tarball's integrity is known from: this machine's own record, or a download of this run. */
  how?: `recorded` | `downloaded`;
};

export type PackageResult = {
  locator: string;
  name: string;
  version: string | null;
  /** Null for sources that have no registry. */
  registry: string | null;
  workspaces: Array<string>;
  direct: boolean;
  patched: boolean;
  verdict: Verdict;
  /** Origin and age of what was judged; absent when nothing was obtained. */
  evidence?: {from: `network` | `store`, fetchedAt: string};
  signature: SignatureResult;
  publish: PublishResult;
  provenance: ProvenanceResult;
  archive: ArchiveResult;
  findings: Array<Finding>;
  /** The attestations as the registry served them; only when asked for. */
  bundles?: Array<unknown>;
};

export type TrustDescription = {
  source: `tuf` | `cache` | `embedded` | `pinned`;
  /** ISO 8601; null where it is not known (pinned files). */
  fetchedAt: string | null;
  /** ISO 8601; null where nothing expires (pinned files). */
  expires: string | null;
};

/** What was asked for: which packages, and what was looked at of them. */
export type AuditScope = Selection & {
  /** Stored evidence only, no network. */
  offline: boolean;
  /** No stored evidence. */
  refresh: boolean;
  strict: boolean;
  /** Whether the bytes on disk were looked at. */
  archives: boolean;
};

export type AuditSummary = {
  outcome: Outcome;
  packages: number;
  outOfScope: number;
  verdicts: Record<Verdict, number>;
  signatures: Record<EvidenceStatus, number>;
  /** Of the verified signatures: who vouches for their keys. */
  keySources: Record<KeySource, number>;
  publish: Record<EvidenceStatus, number>;
  provenance: Record<EvidenceStatus, number>;
  archives: Record<ArchiveStatus, number>;
  findings: Record<Finding[`severity`] | `accepted`, number>;
  durationMs: number;
  requests: number;
  bytes: number;
};

/** An identity that a run has pinned. */
export type PinChange = {
  name: string;
  pin: IdentityPin;
  /** The one whose place it took. */
  replaced: IdentityPin | null;
};

/** Everything an audit found: one value, read by every printer and by the exit code. */
export type AuditResult = {
  trust: TrustDescription;
  scope: AuditScope;
  /** Sorted by locator. */
  packages: Array<PackageResult>;
  /** Findings of the run, not of a package. */
  findings: Array<Finding>;
  /** What `--pin` has written; absent without it. */
  pinned?: Array<PinChange>;
  summary: AuditSummary;
};
