import {sign, verify, type KeyObject} from 'node:crypto';

/** A DSSE envelope in its JSON form. https://github.com/secure-systems-lab/dsse/blob/master/envelope.md */
export type Envelope = {
  /** Base64. */
  payload: string;
  payloadType: string;
  signatures: Array<{sig: string, keyid: string}>;
};

export const IN_TOTO_PAYLOAD = `application/vnd.in-toto+json`;

export function makeEnvelope(payload: Buffer, payloadType: string, privateKey: KeyObject, keyid: string): Envelope {
  return {
    payload: payload.toString(`base64`),
    payloadType,
    signatures: [{sig: sign(`sha256`, encodePreAuthentication(payload, payloadType), privateKey).toString(`base64`), keyid}],
  };
}

export function isSignedBy(envelope: Envelope, publicKey: KeyObject): boolean {
  const bytes = encodePreAuthentication(Buffer.from(envelope.payload, `base64`), envelope.payloadType);
  return envelope.signatures.length === 1 && verify(`sha256`, bytes, publicKey, Buffer.from(envelope.signatures[0]!.sig, `base64`));
}

/** https://github.com/secure-systems-lab/dsse/blob/master/protocol.md */
function encodePreAuthentication(payload: Buffer, payloadType: string): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `), payload]);
}
