import {createHash}                                    from 'node:crypto';

import type {Observation}                              from '../findings';
import type {BundleVerifier}                           from '../verification/attestationBundle';
import {getCertifiedClaims, type CertifiedClaims}      from '../verification/certifiedClaims';
import {PROVENANCE_TYPES, verifyProvenanceAttestation} from '../verification/provenanceAttestation';
import {INTOTO_PAYLOAD_TYPE, tryParseStatement}        from '../verification/statement';
import {checkSubject}                                  from '../verification/subject';

import type {PublishSubject}                           from './subject';

/** A bundle that will pass everybody's audit: its signature holds, and it is about these bytes. */
type VerifiedProvenance = {
  payload: Buffer;
  predicateType: string;
  certified: CertifiedClaims;
  predicate: unknown;
  logIndex: string | null;
};

/** What provenance is believed by. */
export type ProvenanceTrust = {
  verifyBundle: BundleVerifier;
  /** Issuers of identities that the project's policies accept beside the known CIs. */
  acceptedIssuers: ReadonlySet<string>;
};

/** The bundle would fail an audit; nothing of it may be uploaded. */
export class ProvenanceError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = `ProvenanceError`;
  }
}

/** @throws ProvenanceError */
export function verifyProvenance(served: unknown, subject: PublishSubject, {verifyBundle, acceptedIssuers}: ProvenanceTrust): VerifiedProvenance {
  // Registry keys can't speak for a build: there are none to be found.
  const verification = verifyBundle(served, {kind: `none`, keys: []});
  if (verification.status === `keys-unavailable`)
    throw new Error(`Assertion failed: Expected no key to be looked for`);
  if (verification.status !== `verified`)
    throw makeError(verification.observation);

  const {bundle} = verification;
  const {signedBy, payload, payloadType, logIndex} = bundle;

  const statement = payloadType === INTOTO_PAYLOAD_TYPE ? tryParseStatement(payload) : null;
  if (statement === null || !PROVENANCE_TYPES.has(statement.predicateType))
    throw new ProvenanceError(`it holds no provenance statement, but ${statement?.predicateType ?? payloadType}`);

  if (statement.subjects.length !== 1)
    throw new ProvenanceError(`it is about ${statement.subjects.length} subjects; registries accept exactly one`);

  const integrity = `sha512-${createHash(`sha512`).update(subject.tarball).digest(`base64`)}`;
  const mismatch = checkSubject(statement, {name: subject.name, version: subject.version, integrity});
  if (mismatch !== null)
    throw makeError(mismatch);

  const {result, observations} = verifyProvenanceAttestation(statement, bundle, {repository: null, acceptedIssuers});
  if (result.status !== `verified` || signedBy.type !== `certificate`)
    throw makeError(observations[0]!);

  return {
    payload,
    predicateType: statement.predicateType,
    certified: getCertifiedClaims(signedBy.signer, bundle.time),
    predicate: statement.predicate,
    logIndex,
  };
}

function makeError({message, expected, found}: Observation): ProvenanceError {
  const details = [expected && `expected ${expected}`, found && `found ${found}`].filter(detail => detail);
  return new ProvenanceError(`${message}${details.length > 0 ? ` (${details.join(`; `)})` : ``}`);
}
