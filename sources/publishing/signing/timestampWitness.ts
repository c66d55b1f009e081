import type {Witness}                                 from '@sigstore/sign/dist/witness';
import {createHash}                                   from 'node:crypto';

import {SigningError}                                 from './signingError';
import {describeFault, describeRefusal, getUrl, send} from './signingService';
import type {SigningService}                          from './signingService';

/** Has a timestamp authority sign the time of a signature. https://github.com/sigstore/timestamp-authority/blob/main/openapi.yaml */
export function makeTimestampWitness(authority: SigningService): Witness {
  return {
    testify: async content => {
      if (content.$case !== `dsseEnvelope`)
        throw new Error(`Assertion failed: Expected an envelope`);

      const artifactHash = createHash(`sha256`).update(content.dsseEnvelope.signatures[0]!.sig).digest(`base64`);
      const body = Buffer.from(JSON.stringify({artifactHash, hashAlgorithm: `sha256`}));

      const response = await send(authority, {url: getEndpoint(authority), body}).catch(error => {
        throw new SigningError(`The timestamp authority could not be asked: ${describeFault(error)}`, `none`, {cause: error});
      });

      if (response.status !== 200 && response.status !== 201)
        throw new SigningError(`The timestamp authority refused to sign the time (${describeRefusal(response)})`, `none`);

      return {rfc3161Timestamps: [{signedTimestamp: response.body}]};
    },
  };
}

/** Some instances name the whole URL, Sigstore's signing configuration among them. */
function getEndpoint(authority: SigningService): string {
  return new URL(authority.server).pathname === `/` ? getUrl(authority, `/api/v1/timestamp`) : authority.server;
}
