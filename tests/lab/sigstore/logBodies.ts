import {json}                                         from '@sigstore/core';
import {createHash, createPublicKey, X509Certificate} from 'node:crypto';

import type {Envelope}                                from './dsse';

/** Kind and version of a log entry: what a bundle repeats in `kindVersion`. */
export type EntryKind = `intoto` | `dsse` | `dsse-v2`;

/** The canonicalised JSON that a log keeps, and signs for. */
export type LogBody = {kind: string, apiVersion: string, spec: unknown};

const sha256 = (data: Buffer | string, encoding: `hex` | `base64` = `hex`) => createHash(`sha256`).update(data).digest(encoding);

/** @param verifier PEM of the certificate or public key that verifies the envelope */
export function makeLogBody(kind: EntryKind, envelope: Envelope, verifier: string): LogBody {
  const makers = {[`intoto`]: makeIntoto, [`dsse`]: makeDsse, [`dsse-v2`]: makeDsseV2};
  return makers[kind](envelope, verifier);
}

export const stringifyLogBody = (body: LogBody) => Buffer.from(json.canonicalize(body));

/** Rekor keeps the payload elsewhere, and strings in base64 twice. https://github.com/sigstore/rekor/tree/main/pkg/types/intoto/v0.0.2 */
function makeIntoto(envelope: Envelope, verifier: string): LogBody {
  const {sig, keyid} = envelope.signatures[0]!;
  const named = keyid === `` ? {} : {keyid};

  return {
    apiVersion: `0.0.2`,
    kind: `intoto`,
    spec: {content: {
      envelope: {
        payloadType: envelope.payloadType,
        signatures: [{...named, sig: Buffer.from(sig).toString(`base64`), publicKey: Buffer.from(verifier).toString(`base64`)}],
      },
      hash: {algorithm: `sha256`, value: sha256(json.canonicalize({
        payloadType: envelope.payloadType,
        payload: envelope.payload,
        signatures: [{...named, sig, publicKey: verifier}],
      }))},
      payloadHash: {algorithm: `sha256`, value: sha256(Buffer.from(envelope.payload, `base64`))},
    }},
  };
}

/** https://github.com/sigstore/rekor/tree/main/pkg/types/dsse/v0.0.1 */
function makeDsse(envelope: Envelope, verifier: string): LogBody {
  return {
    apiVersion: `0.0.1`,
    kind: `dsse`,
    spec: {
      envelopeHash: {algorithm: `sha256`, value: sha256(JSON.stringify(envelope))},
      payloadHash: {algorithm: `sha256`, value: sha256(Buffer.from(envelope.payload, `base64`))},
      signatures: envelope.signatures.map(({sig}) => ({signature: sig, verifier: Buffer.from(verifier).toString(`base64`)})),
    },
  };
}

/** https://github.com/sigstore/protobuf-specs/blob/main/protos/rekor/v2/dsse.proto */
function makeDsseV2(envelope: Envelope, verifier: string): LogBody {
  const isCertificate = verifier.includes(`BEGIN CERTIFICATE`);
  const rawBytes = isCertificate ? new X509Certificate(verifier).raw : createPublicKey(verifier).export({format: `der`, type: `spki`});

  return {
    apiVersion: `0.0.2`,
    kind: `dsse`,
    spec: {dsseV002: {
      payloadHash: {algorithm: `SHA2_256`, digest: sha256(Buffer.from(envelope.payload, `base64`), `base64`)},
      signatures: envelope.signatures.map(({sig}) => ({
        content: sig,
        verifier: {keyDetails: `PKIX_ECDSA_P256_SHA_256`, [isCertificate ? `x509Certificate` : `publicKey`]: {rawBytes: rawBytes.toString(`base64`)}},
      })),
    }},
  };
}
