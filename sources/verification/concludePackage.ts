import type {ProvenanceResult, PublishResult, SignatureResult} from '../auditResult';
import {getWeight}                                             from '../findings';
import type {Observation}                                      from '../findings';

import {isAuthoritative}                                       from './registryProfile';
import type {RegistryProfile}                                  from './registryProfile';
import type {PackageVerification}                              from './verifyPackage';

/** All that was found out about one package, before policy has a word. */
export type PackageConclusion = {
  signature: SignatureResult;
  publish: PublishResult;
  provenance: ProvenanceResult;
  observations: Array<Observation>;
};

/** Reads one package's verification in the light of what its registry did for the others. */
export function concludePackage(verification: PackageVerification, profile: RegistryProfile): PackageConclusion {
  // A mirror without the endpoint does not say that there are no attestations.
  const isUnserved = verification.attestations === `absent` && !isAuthoritative(profile);
  const publish = isUnserved ? {status: `unavailable`} as const : verification.publish;
  const provenance = isUnserved ? {status: `unavailable`} as const : verification.provenance;

  const signature = concludeSignature(verification, profile);

  const observations = [
    ...signature.observation ? [signature.observation] : [],
    ...verification.observations,
    ...concludeAttestations(verification, profile),
  ];

  // Whatever the registry did, silence is not an answer: a package of which
  // nothing was verified says why.
  const isExplained = observations.some(observation => getWeight(observation).effect !== `notice`);
  if (!isExplained && ![signature.result, publish, provenance].some(({status}) => status === `verified`))
    observations.unshift(makeUnsupported(profile));

  return {signature: signature.result, publish, provenance, observations};
}

function makeUnsupported({servesAttestations}: RegistryProfile): Observation {
  return {
    id: `registry-unsupported`,
    message: servesAttestations
      ? `The registry has no signing keys, and this version has no attestation that could be verified`
      : `The registry offers neither signing keys nor attestations`,
    hint: `Nothing can be verified about this version; its registry's operators would have to sign packages`,
  };
}

function concludeSignature({signature, publish}: PackageVerification, profile: RegistryProfile): {result: SignatureResult, observation?: Observation} {
  switch (signature.status) {
    case `verified`:
      return {result: {status: `verified`, keyid: signature.key.keyid, keySource: signature.key.source, keyExpiry: signature.keyExpiry}};

    case `failed`:
      return {result: {status: `invalid`, keyid: signature.keyid}};

    case `unavailable`:
      return {result: {status: `unavailable`}};

    case `not-reached`:
      return {result: {status: publish.status}};

    case `absent`: break;
  }

  if (profile.keys.kind !== `none`) {
    return {
      result: {status: `missing`},
      observation: {
        id: `signature-missing`,
        message: `This version carries no registry signature, and its registry signs packages`,
        expected: `a signature by one of the registry's keys`,
        found: `no signature`,
        hint: `Compare the version's metadata with another source; ask the registry's operators why it is not signed`,
      },
    };
  }

  if (profile.passesTufSignatures) {
    return {
      result: {status: `missing`},
      observation: {
        id: `signature-stripped`,
        message: `This mirror passed on the signatures of other packages, but none for this version`,
        expected: `the signature that the original registry gave`,
        found: `no signature`,
        hint: `Private packages of a mirror look like this; a public one is to be compared with its original registry`,
      },
    };
  }

  return {result: {status: `unverifiable`}};
}

function concludeAttestations({signature, attestations, promisedProvenanceMissing, provenance}: PackageVerification, profile: RegistryProfile): Array<Observation> {
  if (attestations === `absent`) {
    return [isAuthoritative(profile) ? {
      id: `attestation-missing`,
      message: `The registry advertises attestations for this version and does not have them`,
      expected: `the attestations that the version's document advertises`,
      found: `none`,
      hint: `This can be a fault of the registry: run the command again later. If it stays, treat the version as tampered with`,
    } : {
      id: `attestation-unserved`,
      message: `This registry passes on that there are attestations, and does not serve them`,
      expected: `an attestations endpoint`,
      found: `no such answer`,
      hint: `Mirrors do this: audit against the original registry, or have the mirror pass /-/npm/v1/attestations through`,
    }];
  }

  if (promisedProvenanceMissing) {
    return [{
      id: `attestation-missing`,
      message: `The registry advertises provenance for this version, and the attestations that it serves have none`,
      expected: `a provenance attestation`,
      found: `other attestations`,
      hint: `This can be a fault of the registry: run the command again later. If it stays, treat the version as tampered with`,
    }];
  }

  if (provenance.status === `missing` && signature.status !== `not-reached`) {
    return [{
      id: `provenance-missing`,
      message: `This version was published without provenance`,
      expected: `a provenance attestation`,
      found: `none`,
      hint: `Ask its maintainers to publish from CI with provenance`,
    }];
  }

  return [];
}
