import type {ProvenanceResult, PublishResult}             from '../auditResult';
import type {Fetched, ServedAttestation, VersionDocument} from '../evidence/types';
import type {Observation}                                 from '../findings';
import type {RegistryKeys}                                from '../trust/types';
import {getUnreachableHint}                               from '../unreachableHint';

import type {BundleVerifier}                              from './attestationBundle';
import {PROVENANCE_TYPES, verifyProvenanceAttestation}    from './provenanceAttestation';
import {PUBLISH_V0_1, verifyPublishAttestation}           from './publishAttestation';
import {keysUnavailable, verifyRegistrySignature}         from './registrySignature';
import type {PublishTime, SignatureVerification}          from './registrySignature';
import {INTOTO_PAYLOAD_TYPE, tryParseStatement}           from './statement';
import {checkSubject}                                     from './subject';

/** The package as the lockfile names it: what all evidence is held against. */
type VerifiedSubject = {
  name: string;
  version: string;
  /** OIDC issuers that count as a CI for this package alone, beside the known ones. */
  acceptedIssuers: ReadonlySet<string>;
};

/** What the registry was asked about one version, and what it said. */
export type PackageEvidence = {
  document: Fetched<VersionDocument>;
  /** Null when the document advertises none. */
  attestations: Fetched<Array<ServedAttestation>> | null;
  /** The registry's publish time; null unless it was asked for. */
  publishTime: Fetched<Date | null> | null;
};

/**
 * Everything that can be said about one package without knowing the others.
 * What a missing signature or an unserved attestation means depends on what
 * its registry did for the rest of the run: see `concludePackage`.
 */
export type PackageVerification = {
  signature: SignatureVerification | {status: `not-reached`};
  /** How the attestations endpoint answered; `not-advertised` when there was nothing to ask for. */
  attestations: `not-advertised` | `served` | `absent` | `unavailable` | `malformed`;
  /** The registry advertises provenance, and the list that it serves has none. */
  promisedProvenanceMissing: boolean;
  /** In this run the registry itself served an attestation that holds: its endpoint works. */
  provesEndpoint: boolean;
  publish: PublishResult;
  provenance: ProvenanceResult;
  observations: Array<Observation>;
};

export function verifyPackage(subject: VerifiedSubject, evidence: PackageEvidence, keys: RegistryKeys, verifyBundle: BundleVerifier): PackageVerification {
  try {
    return verifyEvidence(subject, evidence, keys, verifyBundle);
  } catch (error) {
    // Evidence of strangers goes through parsers of others. One that breaks is
    // the trouble of this package, and must not hide the rest of the run.
    return concludeUnprocessable(error as Error);
  }
}

function verifyEvidence(subject: VerifiedSubject, evidence: PackageEvidence, keys: RegistryKeys, verifyBundle: BundleVerifier): PackageVerification {
  if (evidence.document.status !== `found`)
    return concludeWithoutDocument(subject, evidence.document);

  const document = evidence.document.value;
  const {publish, provenance, observations, ...served} = verifyAttestations(subject, document, evidence.attestations, keys, verifyBundle);

  const logTime = publish.status === `verified` ? publish.time : provenance.status === `verified` ? provenance.time : undefined;
  const signature = verifyRegistrySignature({
    ...subject,
    keys,
    integrity: document.integrity,
    signatures: document.signatures,
    publishTime: logTime ? {source: `log`, time: new Date(logTime)} : getRegistryTime(evidence.publishTime),
  });

  if (`observation` in signature && !observations.some(({id}) => id === signature.observation.id))
    observations.unshift(signature.observation);

  return {signature, publish, provenance, observations, ...served};
}

function getRegistryTime(publishTime: PackageEvidence[`publishTime`]): PublishTime | null {
  if (publishTime === null)
    return null;

  return {source: `registry`, time: publishTime.status === `found` ? publishTime.value : null};
}

function concludeWithoutDocument({name, version}: VerifiedSubject, document: Exclude<Fetched<VersionDocument>, {status: `found`}>): PackageVerification {
  const status = document.status === `absent` ? `missing` : `unavailable`;
  const authentication = document.status === `unreachable` && document.authentication;

  return {
    signature: {status: `not-reached`},
    attestations: `not-advertised`,
    promisedProvenanceMissing: false,
    provesEndpoint: false,
    publish: {status},
    provenance: {status},
    observations: [document.status === `absent` ? {
      id: `version-not-found`,
      message: `The registry does not have the version that the lockfile names`,
      expected: `${name}@${version}`,
      found: `the registry answers that there is no such version`,
      hint: `It may have been unpublished, or never have been there: do not deploy it before you know`,
    } : {
      id: `registry-unreachable`,
      message: authentication ? `The registry asks for authentication` : `The registry gave no usable answer about this version`,
      expected: `the document of ${name}@${version}`,
      found: document.reason,
      hint: getUnreachableHint({authentication}),
    }],
  };
}

function concludeUnprocessable({message}: Error): PackageVerification {
  return {
    signature: {status: `not-reached`},
    attestations: `malformed`,
    promisedProvenanceMissing: false,
    provesEndpoint: false,
    publish: {status: `invalid`},
    provenance: {status: `invalid`},
    observations: [{
      id: `attestation-malformed`,
      message: `The evidence of this version could not be processed`,
      expected: `documents and attestations as registries serve them`,
      found: message,
      hint: `Do not install this version; report it to the registry, and to this plugin's maintainers`,
    }],
  };
}

type Found<T> = Extract<Fetched<T>, {status: `found`}>;
type AttestationsVerification = Omit<PackageVerification, `signature`>;

function verifyAttestations(subject: VerifiedSubject, document: VersionDocument, fetched: PackageEvidence[`attestations`], keys: RegistryKeys, verifyBundle: BundleVerifier): AttestationsVerification {
  const without = (attestations: PackageVerification[`attestations`], status: PublishResult[`status`], observations: Array<Observation> = []): AttestationsVerification => ({
    attestations,
    promisedProvenanceMissing: false,
    provesEndpoint: false,
    publish: {status},
    provenance: {status},
    observations,
  });

  if (fetched === null)
    return without(`not-advertised`, `missing`);

  switch (fetched.status) {
    case `found`:
      return verifyServed(subject, document, fetched, keys, verifyBundle);

    case `absent`:
      return without(`absent`, `missing`);

    case `unreachable`:
      return without(`unavailable`, `unavailable`, [{
        id: `attestation-unavailable`,
        message: `The attestations that the registry advertises could not be obtained`,
        found: fetched.reason,
        hint: getUnreachableHint(fetched),
      }]);

    default:
      return without(`malformed`, `invalid`, [{
        id: `attestation-malformed`,
        message: `The registry's list of attestations is not what the endpoint promises`,
        expected: `{"attestations": [{"predicateType", "bundle"}]}`,
        found: fetched.reason,
        hint: `Run the command again; if it stays, report it to the registry`,
      }]);
  }
}

function verifyServed(subject: VerifiedSubject, document: VersionDocument, {value: served, origin}: Found<Array<ServedAttestation>>, keys: RegistryKeys, verifyBundle: BundleVerifier): AttestationsVerification {
  const publish: Array<PublishResult> = [];
  const provenance: Array<ProvenanceResult> = [];
  const observations: Array<Observation> = [];

  for (const {predicateType, bundle: servedBundle} of served) {
    const isPublish = predicateType === PUBLISH_V0_1;
    const results = isPublish ? publish : provenance;

    if (!isPublish && !PROVENANCE_TYPES.has(predicateType)) {
      observations.push(unsupportedPredicate(predicateType));
      continue;
    }

    const verified = verifyBundle(servedBundle, keys);
    if (verified.status === `keys-unavailable`) {
      results.push({status: `unavailable`});
      observations.push(keysUnavailable(keys));
      continue;
    }

    if (verified.status !== `verified`) {
      results.push({status: verified.status});
      observations.push(verified.observation);
      continue;
    }

    const {bundle} = verified;
    const statement = bundle.payloadType === INTOTO_PAYLOAD_TYPE ? tryParseStatement(bundle.payload) : null;

    const mismatch = statement === null || statement.predicateType !== predicateType
      ? typeMismatch(predicateType, statement?.predicateType ?? bundle.payloadType)
      : checkSubject(statement, {...subject, integrity: document.integrity});

    if (statement === null || mismatch !== null) {
      results.push({status: `invalid`});
      observations.push(mismatch!);
    } else if (isPublish) {
      const result = verifyPublishAttestation(statement, bundle, {...subject, keys, signedKeyids: document.signatures.map(({keyid}) => keyid)});
      publish.push({status: result.status, ...bundle.logIndex !== null ? {logIndex: bundle.logIndex} : {}, time: bundle.time.toISOString()});
      if (`observation` in result) {
        observations.push(result.observation);
      }
    } else {
      const result = verifyProvenanceAttestation(statement, bundle, {repository: document.repository, acceptedIssuers: subject.acceptedIssuers});
      provenance.push(result.result);
      observations.push(...result.observations);
    }
  }

  // Anybody can attest bytes that exist: whoever serves two stories would choose the one that is shown.
  const builds = new Set(provenance.filter(({status}) => status === `verified`).map(({sourceRepository, sourceCommit, workflow}) => JSON.stringify([sourceRepository, sourceCommit, workflow])));
  if (builds.size > 1) {
    provenance.unshift({status: `invalid`});
    observations.push({
      id: `provenance-statement-mismatch`,
      message: `The registry serves the provenance of several builds for this version`,
      expected: `one build`,
      found: [...builds].join(` and `),
      hint: `Do not trust this version before its publisher has said which build is theirs`,
    });
  }

  const promised = document.attestations?.provenance ?? null;
  const unsupported = observations.some(({id}) => id === `attestation-unsupported`);

  const holds = ({status}: PublishResult | ProvenanceResult) => status === `verified` || status === `unverifiable`;

  return {
    attestations: `served`,
    provesEndpoint: origin.from === `network` && [...publish, ...provenance].some(holds),
    promisedProvenanceMissing: promised !== null && !served.some(({predicateType}) => PROVENANCE_TYPES.has(predicateType) || predicateType === promised),
    publish: summarise(publish) ?? {status: `missing`},
    provenance: summarise(provenance) ?? {status: unsupported ? `unsupported` : `missing`},
    observations,
  };
}

/** Several attestations of one kind are as good as the worst of them. */
function summarise<T extends {status: PublishResult[`status`]}>(results: Array<T>): T | undefined {
  const order: Array<PublishResult[`status`]> = [`invalid`, `unavailable`, `unsupported`, `unverifiable`, `verified`];
  return order.flatMap(status => results.filter(result => result.status === status))[0];
}

function unsupportedPredicate(predicateType: string): Observation {
  return {
    id: `attestation-unsupported`,
    message: `An attestation of this version is of a type that this plugin does not know`,
    expected: [PUBLISH_V0_1, ...PROVENANCE_TYPES].join(`, `),
    found: predicateType,
    hint: `Update the plugin`,
  };
}

function typeMismatch(declared: string, signed: string): Observation {
  return {
    id: `attestation-type-mismatch`,
    message: `The registry declares another type of attestation than the one that was signed`,
    expected: declared,
    found: signed,
    hint: `Do not trust this attestation; report it to the registry`,
  };
}
