import {createHash, randomBytes, sign, type KeyObject} from 'node:crypto';

import * as der                                        from './der';

const ECDSA_SHA384 = `1.2.840.10045.4.3.3`;

export type CertificateExtension = {
  oid: string;
  critical?: boolean;
  /** DER, as it goes into the extension's octet string; Fulcio's oldest extensions hold raw text. */
  value: Buffer;
};

type CertificateRequest = {
  /** DER encoded names; see `makeName`. */
  issuer: Buffer;
  subject: Buffer;
  notBefore: Date;
  notAfter: Date;
  publicKey: KeyObject;
  extensions: Array<CertificateExtension>;
  /** The issuer's; a P-384 key. */
  signingKey: KeyObject;
};

export type CertificateName = {organization: string, commonName: string};

/** Empty for leaf certificates of Fulcio, which name their subject in an extension only. */
export function makeName(name: CertificateName | null): Buffer {
  if (name === null)
    return der.sequence();

  const attribute = (oid: string, value: string) => der.set(der.sequence(der.objectIdentifier(oid), der.printableString(value)));
  return der.sequence(attribute(`2.5.4.10`, name.organization), attribute(`2.5.4.3`, name.commonName));
}

export function makeSerialNumber(): Buffer {
  const bytes = randomBytes(20);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes;
}

/** The part of a certificate that is signed (TBSCertificate). https://www.rfc-editor.org/rfc/rfc5280#section-4.1 */
export function makeTbsCertificate(request: CertificateRequest, serialNumber: Buffer): Buffer {
  return der.sequence(
    der.context(0, der.integer(2)),
    der.integer(serialNumber),
    der.sequence(der.objectIdentifier(ECDSA_SHA384)),
    request.issuer,
    der.sequence(der.time(request.notBefore), der.time(request.notAfter)),
    request.subject,
    request.publicKey.export({format: `der`, type: `spki`}),
    der.context(3, der.sequence(...request.extensions.map(({oid, critical = false, value}) => der.sequence(
      der.objectIdentifier(oid),
      ...critical ? [der.boolean(true)] : [],
      der.octetString(value),
    )))),
  );
}

/** DER encoded certificate. */
export function makeCertificate(request: CertificateRequest, serialNumber = makeSerialNumber()): Buffer {
  const tbs = makeTbsCertificate(request, serialNumber);
  return der.sequence(
    tbs,
    der.sequence(der.objectIdentifier(ECDSA_SHA384)),
    der.bitString(sign(`sha384`, tbs, request.signingKey)),
  );
}

export const toPem = (certificate: Buffer) => `-----BEGIN CERTIFICATE-----\n${certificate.toString(`base64`).replace(/(.{64})(?=.)/g, `$1\n`)}\n-----END CERTIFICATE-----\n`;

const keyIdentifier = (key: KeyObject) => createHash(`sha1`).update(key.export({format: `der`, type: `spki`})).digest();

export const extensions = {
  subjectKeyIdentifier: (key: KeyObject): CertificateExtension => ({oid: `2.5.29.14`, value: der.octetString(keyIdentifier(key))}),
  authorityKeyIdentifier: (key: KeyObject): CertificateExtension => ({oid: `2.5.29.35`, value: der.sequence(der.context(0, keyIdentifier(key), false))}),
  certificateAuthority: (): CertificateExtension => ({oid: `2.5.29.19`, critical: true, value: der.sequence(der.boolean(true))}),
  keyUsage: (usage: `digitalSignature` | `certificateSigning`): CertificateExtension => ({
    oid: `2.5.29.15`,
    critical: true,
    value: usage === `digitalSignature` ? der.bitString(Buffer.from([0x80]), 7) : der.bitString(Buffer.from([0x06]), 1),
  }),
  extendedKeyUsage: (usage: `codeSigning` | `timeStamping`): CertificateExtension => ({
    oid: `2.5.29.37`,
    critical: usage === `timeStamping`,
    value: der.sequence(der.objectIdentifier(usage === `codeSigning` ? `1.3.6.1.5.5.7.3.3` : `1.3.6.1.5.5.7.3.8`)),
  }),
  subjectAlternativeName: (name: {uri: string} | {email: string}): CertificateExtension => ({
    oid: `2.5.29.17`,
    critical: true,
    value: der.sequence(`uri` in name
      ? der.context(6, Buffer.from(name.uri), false)
      : der.context(1, Buffer.from(name.email), false)),
  }),
};
