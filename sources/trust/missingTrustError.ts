import {MessageName, ReportError} from '@yarnpkg/core';

import type {Observation}         from '../findings';

import type {TufRepository}       from './tufRepository';

/** There is no trust to verify anything with: the run can't say anything about any package. */
export class MissingTrustError extends ReportError {
  constructor(
    {mirrorLabel}: TufRepository,
    cause: Error,
    /** What is to be reported nevertheless: `trust-invalid`. */
    readonly observations: Array<Observation>,
  ) {
    super(MessageName.NETWORK_ERROR, [
      `No Sigstore trust root: the TUF repository at ${mirrorLabel} (npmSigstoreTufMirror) could not be used (${cause.message}),`,
      `nothing of it is cached, and nothing is built in for it.`,
      `Run once with access to it, check npmSigstoreTufRoot, or pin a trusted root with npmSigstoreTrustedRoot.`,
    ].join(` `));
    this.cause = cause;
  }
}
