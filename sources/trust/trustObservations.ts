import type {TrustDescription} from '../auditResult';
import type {Observation}      from '../findings';

import type {TufRepository}    from './tufRepository';

export function describeInvalidTrust({mirrorLabel}: TufRepository, error: Error): Observation {
  return {
    id: `trust-invalid`,
    message: `The TUF repository at ${mirrorLabel} served metadata that does not verify.`,
    expected: `metadata signed by the keys of the initial root, unexpired, and no older than what was seen before`,
    found: error.message,
    hint: `Check the clock of this machine and, for a private instance, that npmSigstoreTufRoot belongs to npmSigstoreTufMirror. If both are right, somebody may be tampering with the mirror or with the way to it.`,
  };
}

export function describeStaleTrust({mirrorLabel}: TufRepository, {source, expires}: TrustDescription, error: Error): Observation {
  return {
    id: `trust-stale`,
    message: `The Sigstore trust root could not be refreshed; the ${source === `cache` ? `cached` : `built-in`} one is past its expiry.`,
    expected: `trust that is still valid, from ${mirrorLabel}`,
    found: `expired ${expires}; refreshing failed: ${error.message}`,
    hint: `Run once with access to ${mirrorLabel}, or pin a trusted root with npmSigstoreTrustedRoot.`,
  };
}
