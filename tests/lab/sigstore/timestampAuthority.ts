import {createHash, generateKeyPairSync, randomBytes, sign}      from 'node:crypto';

import {makeAuthorityChain, VALIDITY}                            from './certificateAuthority';
import {extensions, makeCertificate, makeName, makeSerialNumber} from './certificate';
import * as der                                                  from './der';

const SIGNED_DATA = `1.2.840.113549.1.7.2`;
const TIMESTAMP_INFO = `1.2.840.113549.1.9.16.1.4`;
const CONTENT_TYPE = `1.2.840.113549.1.9.3`;
const SIGNING_TIME = `1.2.840.113549.1.9.5`;
const MESSAGE_DIGEST = `1.2.840.113549.1.9.4`;
const ECDSA_SHA256 = `1.2.840.10045.4.3.2`;
const POLICY = `1.3.6.1.4.1.57264.2`;

export const HASH_ALGORITHMS = {
  sha256: `2.16.840.1.101.3.4.2.1`,
  sha384: `2.16.840.1.101.3.4.2.2`,
  sha512: `2.16.840.1.101.3.4.2.3`,
} as const;

type TimestampRequest = {
  hashAlgorithm: keyof typeof HASH_ALGORITHMS;
  /** Digest of what is stamped. */
  digest: Buffer;
  nonce?: number;
  includeCertificates?: boolean;
};

/** Stamps digests with a time. https://www.rfc-editor.org/rfc/rfc3161 */
export class TimestampAuthority {
  private readonly keys = generateKeyPairSync(`ec`, {namedCurve: `P-256`});
  private readonly serialNumber = makeSerialNumber();
  private readonly issuer;

  /** DER encoded, leaf first. */
  readonly certificates: Array<Buffer>;

  constructor() {
    const chain = makeAuthorityChain(`sigstore.lab`, `tsa`);
    this.issuer = chain.intermediateName;

    const leaf = makeCertificate({
      issuer: chain.intermediateName,
      subject: makeName({organization: `sigstore.lab`, commonName: `tsa-signing`}),
      notBefore: VALIDITY.start,
      notAfter: VALIDITY.end,
      publicKey: this.keys.publicKey,
      signingKey: chain.intermediateKey.privateKey,
      extensions: [
        extensions.keyUsage(`digitalSignature`),
        extensions.extendedKeyUsage(`timeStamping`),
        extensions.subjectKeyIdentifier(this.keys.publicKey),
        extensions.authorityKeyIdentifier(chain.intermediateKey.publicKey),
      ],
    }, this.serialNumber);

    this.certificates = [leaf, chain.intermediate, chain.root];
  }

  stampData(data: Buffer, date: Date): Buffer {
    return this.stamp({hashAlgorithm: `sha256`, digest: createHash(`sha256`).update(data).digest()}, date);
  }

  /** @returns a DER encoded TimeStampResp */
  stamp(request: TimestampRequest, date: Date): Buffer {
    const info = der.sequence(
      der.integer(1),
      der.objectIdentifier(POLICY),
      der.sequence(der.sequence(der.objectIdentifier(HASH_ALGORITHMS[request.hashAlgorithm])), der.octetString(request.digest)),
      der.integer(randomBytes(8)),
      der.generalizedTime(date),
      ...request.nonce === undefined ? [] : [der.integer(request.nonce)],
    );

    return der.sequence(
      der.sequence(der.integer(0)), // granted
      der.sequence(der.objectIdentifier(SIGNED_DATA), der.context(0, this.makeSignedData(info, request.includeCertificates ?? false, date))),
    );
  }

  /** https://www.rfc-editor.org/rfc/rfc5652#section-5 */
  private makeSignedData(info: Buffer, includeCertificates: boolean, date: Date): Buffer {
    const sha256 = der.sequence(der.objectIdentifier(HASH_ALGORITHMS.sha256));

    const attribute = (oid: string, value: Buffer) => der.sequence(der.objectIdentifier(oid), der.set(value));
    const attributes = [
      attribute(CONTENT_TYPE, der.objectIdentifier(TIMESTAMP_INFO)),
      attribute(SIGNING_TIME, der.time(date)),
      attribute(MESSAGE_DIGEST, der.octetString(createHash(`sha256`).update(info).digest())),
    ].sort(Buffer.compare);

    // Signed as a SET, stored under a tag of its own.
    const signature = sign(`sha256`, der.set(...attributes), this.keys.privateKey);

    const signerInfo = der.sequence(
      der.integer(1),
      der.sequence(this.issuer, der.integer(this.serialNumber)),
      sha256,
      der.context(0, Buffer.concat(attributes)),
      der.sequence(der.objectIdentifier(ECDSA_SHA256)),
      der.octetString(signature),
    );

    return der.sequence(
      der.integer(3),
      der.set(sha256),
      der.sequence(der.objectIdentifier(TIMESTAMP_INFO), der.context(0, der.octetString(info))),
      ...includeCertificates ? [der.context(0, this.certificates[0]!)] : [],
      der.set(signerInfo),
    );
  }
}
