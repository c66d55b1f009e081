import type {ProvenanceResult}                from '../auditResult';
import type {Observation}                     from '../findings';

import type {VerifiedBundle}                  from './attestationBundle';
import {canonicalizeRepository}               from './canonicalizeRepository';
import {getCertifiedClaims}                   from './certifiedClaims';
import {crossCheck}                           from './crossCheck';
import {listAssertedClaims, readStatedClaims} from './statedClaims';
import type {Statement}                       from './statement';

/** https://slsa.dev/spec/v1.0/provenance, https://slsa.dev/spec/v0.2/provenance */
export const PROVENANCE_TYPES: ReadonlySet<string> = new Set([
  `https://slsa.dev/provenance/v1`,
  `https://slsa.dev/provenance/v0.2`,
]);

/** OIDC issuers that stand for a CI job; everybody else's certificates name people or unknown machines. */
export const KNOWN_CI_ISSUERS: ReadonlySet<string> = new Set([
  `https://token.actions.githubusercontent.com`,
  `https://gitlab.com`,
]);

type ProvenanceVerification = {
  result: ProvenanceResult;
  observations: Array<Observation>;
};

export function verifyProvenanceAttestation(statement: Statement, {signedBy, time, logIndex}: VerifiedBundle, {repository, acceptedIssuers}: {
  /** The published manifest's `repository`: unsigned, so a difference is worth a look and no more. */
  repository: string | null;
  acceptedIssuers: ReadonlySet<string>;
}): ProvenanceVerification {
  if (signedBy.type === `registry-key`) {
    return {
      result: {status: `invalid`, predicateType: statement.predicateType},
      observations: [{
        id: `attestation-invalid`,
        message: `The provenance is signed with a registry key, which cannot speak for a build`,
        expected: `a certificate that was issued to a CI job`,
        found: `registry key ${signedBy.key.keyid}`,
        hint: `Do not trust this provenance; report it to the registry`,
      }],
    };
  }

  const certified = getCertifiedClaims(signedBy.signer, time);
  const {lacking, sourceOwnerId, sourceVisibility, workflowRef, ...claims} = certified;

  const observations: Array<Observation> = [];
  const isCi = typeof certified.issuer !== `undefined` && (KNOWN_CI_ISSUERS.has(certified.issuer) || acceptedIssuers.has(certified.issuer));

  if (!isCi) {
    observations.push({
      id: `provenance-issuer-untrusted`,
      message: `The provenance was signed by something that is not a known CI`,
      expected: [...new Set([...KNOWN_CI_ISSUERS, ...acceptedIssuers])].join(` or `),
      found: `${certified.signer ?? `(nobody)`}, vouched for by ${certified.issuer ?? `(no issuer)`}`,
      hint: `Do not trust this provenance: a person or an unknown machine has signed it. A CI of your own is accepted where npmAttestationPolicies names its issuer`,
    });
  }

  // Only a CI's certificates are known to have gaps. But what others claim is
  // compared as well: a setting may have made the finding above a mere remark.
  const mismatch = crossCheck({...certified, lacking: isCi ? lacking : []}, statement.predicate);
  if (mismatch !== null)
    observations.push(mismatch);

  const status = observations.length > 0 ? `invalid` : `verified`;

  if (certified.runner === `self-hosted`) {
    observations.push({
      id: `provenance-self-hosted`,
      message: `This version was built on a self-hosted runner`,
      expected: `a runner of the CI's own`,
      found: certified.runner,
      hint: `Its operator controls what the build does; decide whether you trust them`,
      url: certified.run,
    });
  }

  const published = canonicalizeRepository(repository);
  if (published !== null && certified.sourceRepository && published !== certified.sourceRepository.toLowerCase()) {
    observations.push({
      id: `provenance-repository-mismatch`,
      message: `The package says that its source is in another repository than the one it was built from`,
      expected: published,
      found: certified.sourceRepository,
      hint: `Renamed repositories and forks look like this; make sure that this is one`,
      url: certified.sourceRepository,
    });
  }

  return {
    observations,
    result: {
      status,
      predicateType: statement.predicateType,
      ...claims,
      ...logIndex !== null ? {logIndex} : {},
      time: time.toISOString(),
      asserted: listAssertedClaims(statement.predicate, readStatedClaims(statement.predicate, certified)),
    },
  };
}
