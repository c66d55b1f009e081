import type {Observation}    from '../findings';
import {getText}             from '../jsonFields';
import type {RegistryKeys}   from '../trust/types';

import type {VerifiedBundle} from './attestationBundle';
import {keysUnavailable}     from './registrySignature';
import type {Statement}      from './statement';

export const PUBLISH_V0_1 = `https://github.com/npm/attestation/tree/main/specs/publish/v0.1`;

type PublishVerification =
  | {status: `verified`}
  /** A keyless registry has signed with a certificate: genuine, but nobody vouches that this signer speaks for the registry. */
  | {status: `unverifiable`}
  | {status: `invalid` | `unavailable`, observation: Observation};

/**
 * The registry's own word that it published this version.
 * https://github.com/npm/attestation/tree/main/specs/publish/v0.1
 */
export function verifyPublishAttestation(statement: Statement, {signedBy}: VerifiedBundle, {name, version, keys, signedKeyids}: {
  name: string;
  version: string;
  keys: RegistryKeys;
  /** The ids of the keys by which the version's registry signatures are. */
  signedKeyids: Array<string>;
}): PublishVerification {
  // Whether this registry has keys is not known: it may be a keyless one.
  if (signedBy.type === `certificate` && keys.kind === `unavailable`)
    return {status: `unavailable`, observation: keysUnavailable(keys)};

  // A mirror of a registry with keys has none of its own, but what it passes on is signed by them.
  const hasKeys = keys.kind !== `none` || keys.keys.some(({keyid}) => signedKeyids.includes(keyid));
  if (signedBy.type === `certificate` && hasKeys) {
    return {
      status: `invalid`,
      observation: {
        id: `attestation-invalid`,
        message: `The publish attestation is signed with a certificate, not with a key of the registry`,
        expected: `a signature by one of the registry's keys`,
        found: `a certificate for ${signedBy.signer.identity?.subjectAlternativeName ?? `nobody`}`,
        hint: `Do not trust this attestation: anyone can get such a certificate`,
      },
    };
  }

  const found = {
    name: getText(statement.predicate, `name`),
    version: getText(statement.predicate, `version`),
    registry: getText(statement.predicate, `registry`),
  };

  const tufHost = signedBy.type === `registry-key` ? signedBy.key.tufHost : null;
  if (found.name !== name || found.version !== version || (tufHost !== null && getRegistryHost(found.registry) !== tufHost)) {
    return {
      status: `invalid`,
      observation: {
        id: `attestation-publish-mismatch`,
        message: `The publish attestation is about another publication`,
        expected: `${name}@${version}${tufHost !== null ? ` on ${tufHost}` : ``}`,
        found: `${found.name ?? `(no name)`}@${found.version ?? `(no version)`} on ${found.registry ?? `(no registry)`}`,
        hint: `Do not trust this version; report it to the registry`,
      },
    };
  }

  return {status: signedBy.type === `registry-key` ? `verified` : `unverifiable`};
}

/** The name that a registry has among the TUF targets: host, port and path. */
function getRegistryHost(registry: string | null) {
  try {
    const {host, pathname} = new URL(registry ?? ``);
    return `${host}${pathname.replace(/\/+$/, ``)}`;
  } catch {
    return null;
  }
}
