/** The closed list of reasons for which a publish with provenance is refused before anything is signed. */
type ProblemCode =
  | `ci-unsupported`
  | `identity-token-missing`
  | `identity-token-unusable`
  | `variable-missing`
  | `claim-missing`
  | `claim-mismatch`
  | `issuer-unsupported`
  | `runner-not-hosted`
  | `source-not-public`
  | `repository-missing`
  | `repository-mismatch`
  | `access-not-public`
  | `access-unknown`
  | `version-exists`
  | `version-unknown`;

/** Something that would make the registry refuse, and what to change. */
export type Problem = {
  code: ProblemCode;
  message: string;
  hint: string;
};
