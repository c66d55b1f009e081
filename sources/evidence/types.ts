import type {Ident} from '@yarnpkg/core';

/** A version of a package, as the lockfile names it, at the registry that the settings give for it. */
export type RegistryPackage = {
  ident: Ident;
  version: string;
  /** URL, no trailing slash. */
  registry: string;
};

/** Origin and age of a document: from the network in this run, or from the evidence store. */
export type Origin = {
  from: `network` | `store`;
  fetchedAt: Date;
};

/**
 * The answer to one question asked of a registry. The kinds are kept apart
 * because they mean different things to a user: an authoritative "no" is
 * evidence, a network fault is not, and garbage is neither.
 */
export type Fetched<T> =
  | {status: `found`, value: T, origin: Origin}
  | {status: `absent`, httpStatus: number}
  | {status: `unreachable`, reason: string, authentication: boolean}
  | {status: `malformed`, reason: string};

/** `dist.signatures[]` of a registry document. https://docs.npmjs.com/about-registry-signatures */
export type RegistrySignature = {
  keyid: string;
  /** Base64 of a DER encoded ECDSA signature. */
  sig: string;
};

/** The few fields of a version's document that the audit reads; nothing in it is signed but `integrity`. */
export type VersionDocument = {
  /** As the document spells it; null when it names none. */
  integrity: string | null;
  signatures: Array<RegistrySignature>;
  /** Present when the registry advertises attestations. */
  attestations: {
    /** As advertised: never contacted as it is, only its path is used. */
    url: string;
    /** The provenance predicate type that the registry promises, if any. */
    provenance: string | null;
  } | null;
  /** URL of the manifest's `repository`, shorthand included; null when there is none. */
  repository: string | null;
};

/** One element of the attestations endpoint's answer, still unverified. */
export type ServedAttestation = {
  predicateType: string;
  /** The Sigstore bundle as served. */
  bundle: unknown;
};

/**
 * One published version as the root document shows it: the registry's own,
 * unsigned word on how it was published.
 */
export type Release = {
  version: string;
  /** Null where the registry does not say when. */
  publishedAt: Date | null;
  /**
   * - `staged`: a maintainer approved it, with a second factor;
   * - `trusted-publisher`: a CI job published it without a token, and with provenance;
   * - `provenance`: it advertises provenance;
   * - `none`: none of these.
   */
  evidence: ReleaseEvidence;
  /** Who published it, in the registry's words; null where it does not say. */
  publisher: string | null;
};

export type ReleaseEvidence = `staged` | `trusted-publisher` | `provenance` | `none`;

/** The releases of a package, as far as a root document tells of them. */
export type History = {
  releases: Array<Release>;
  /**
   * False where it comes from an abbreviated document, which knows neither
   * times nor publishers: a release without provenance may have been staged,
   * one with provenance may be a trusted publisher's.
   */
  isFull: boolean;
  /** When anything about the package was last changed, its releases included; null where the registry does not say. */
  modified: Date | null;
};

/** All that a root document says of a package as a whole. */
export type Catalogue = {
  releases: Array<Release>;
  /** Versions, by dist-tag. */
  tags: ReadonlyMap<string, string>;
};
