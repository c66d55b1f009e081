import type {RegistryKeys}        from '../trust/types';

import type {PackageVerification} from './verifyPackage';

/** What a registry has shown of itself over the whole run. */
export type RegistryProfile = {
  keys: RegistryKeys;
  /** It served attestations for at least one package. */
  servesAttestations: boolean;
  /** It did so in this run, and one of them holds: garbage, or what a store remembers, proves nothing about its endpoint. */
  provesEndpoint: boolean;
  /** It passed on a signature that verified with a key that TUF vouches for. */
  passesTufSignatures: boolean;
};

export function profileRegistry(keys: RegistryKeys, verifications: Array<PackageVerification>): RegistryProfile {
  return {
    keys,
    servesAttestations: verifications.some(({attestations}) => attestations === `served`),
    provesEndpoint: verifications.some(({provesEndpoint}) => provesEndpoint),
    passesTufSignatures: verifications.some(({signature}) => signature.status === `verified` && signature.key.tufHost !== null),
  };
}

/** Whether its "there is no such attestation" counts as evidence: mirrors pass metadata on and do not serve the endpoint. */
export function isAuthoritative({keys, provesEndpoint}: RegistryProfile) {
  return keys.kind === `tuf` || keys.isVouchedFor === true || provesEndpoint;
}
