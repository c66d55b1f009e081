import type {Clock}                               from '../clock';
import type {Handler}                             from '../httpServer';

import {HASH_ALGORITHMS, type TimestampAuthority} from './timestampAuthority';

/** The JSON form of a timestamp request; the answer is DER. https://github.com/sigstore/timestamp-authority/blob/main/openapi.yaml */
export function makeTimestampHandler(authority: TimestampAuthority, clock: Clock): Handler {
  return ({method, path, body}) => {
    if (method !== `POST` || path !== `/api/v1/timestamp`)
      return null;

    const {artifactHash, hashAlgorithm = `sha256`, nonce, certificates} = JSON.parse(body.toString());
    if (!Object.hasOwn(HASH_ALGORITHMS, hashAlgorithm))
      return {status: 400, body: {code: 400, message: `unknown hash algorithm`}};

    const stamp = authority.stamp({hashAlgorithm, digest: Buffer.from(artifactHash, `base64`), nonce, includeCertificates: certificates === true}, clock.now());
    return {status: 201, headers: {'content-type': `application/timestamp-reply`}, body: stamp};
  };
}
