import {MessageName}        from '@yarnpkg/core';

import type {Observation}   from '../findings';
import {UncheckableError}   from '../uncheckableError';

import type {TufRepository} from './tufRepository';

/** There is no trust to verify anything with; the observation beside it, if there is one, is `trust-invalid`. */
export class MissingTrustError extends UncheckableError {
  constructor({mirrorLabel}: TufRepository, cause: Error, observations: ReadonlyArray<Observation>) {
    super(MessageName.NETWORK_ERROR, [
      `No Sigstore trust root: the TUF repository at ${mirrorLabel} (npmSigstoreTufMirror) could not be used (${cause.message}),`,
      `nothing of it is cached, and nothing is built in for it.`,
      `Run once with access to it, check npmSigstoreTufRoot, or pin a trusted root with npmSigstoreTrustedRoot.`,
    ].join(` `), observations);
    this.cause = cause;
  }
}
