import {generateKeyPairSync, type KeyObject}                                                                                          from 'node:crypto';

import type {CertificateTransparencyLog}                                                                                              from './certificateTransparencyLog';
import {extensions, makeCertificate, makeName, makeSerialNumber, makeTbsCertificate, type CertificateExtension, type CertificateName} from './certificate';
import * as der                                                                                                                       from './der';

const FULCIO_ARC = `1.3.6.1.4.1.57264.1`;
const SCT_LIST = `1.3.6.1.4.1.11129.2.4.2`;
const LEAF_LIFETIME = 10 * 60 * 1000;

/** Extensions 1 to 6 hold bare text, the later ones a DER string. */
const LAST_RAW_EXTENSION = 6;

type LeafRequest = {
  publicKey: KeyObject;
  subjectAlternativeName: {uri: string} | {email: string};
  /** Fulcio's extensions by the last number of their identifier. https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
  claims: ReadonlyMap<number, string>;
  notBefore: Date;
  /** Whether the certificate is logged; without it carries no proof of that. */
  logged?: boolean;
};

/** Root and intermediate of one certificate authority, with the keys that its public face hides. */
type AuthorityChain = {
  root: Buffer;
  intermediate: Buffer;
  intermediateKey: {publicKey: KeyObject, privateKey: KeyObject};
  intermediateName: Buffer;
};

/** The window in which everything of the lab is valid, so that evidence of any date can be minted. */
export const VALIDITY = {start: new Date(`2020-01-01T00:00:00Z`), end: new Date(`2049-01-01T00:00:00Z`)};

export function makeAuthorityChain(organization: string, commonName: string): AuthorityChain {
  const makeKeys = () => generateKeyPairSync(`ec`, {namedCurve: `P-384`});
  const name = (suffix: string): CertificateName => ({organization, commonName: `${commonName}${suffix}`});

  const rootKey = makeKeys();
  const rootName = makeName(name(``));
  const intermediateKey = makeKeys();
  const intermediateName = makeName(name(`-intermediate`));

  const makeAuthority = (subject: Buffer, publicKey: KeyObject) => makeCertificate({
    issuer: rootName,
    subject,
    notBefore: VALIDITY.start,
    notAfter: VALIDITY.end,
    publicKey,
    signingKey: rootKey.privateKey,
    extensions: [
      extensions.keyUsage(`certificateSigning`),
      extensions.certificateAuthority(),
      extensions.subjectKeyIdentifier(publicKey),
      extensions.authorityKeyIdentifier(rootKey.publicKey),
    ],
  });

  return {
    root: makeAuthority(rootName, rootKey.publicKey),
    intermediate: makeAuthority(intermediateName, intermediateKey.publicKey),
    intermediateKey,
    intermediateName,
  };
}

/** What Fulcio does once it believes an identity: short-lived leaf certificates, logged before they are issued. */
export class CertificateAuthority {
  readonly chain = makeAuthorityChain(`sigstore.lab`, `sigstore`);

  constructor(private readonly log: CertificateTransparencyLog) {
  }

  /** DER encoded leaf certificate. */
  issue({publicKey, subjectAlternativeName, claims, notBefore, logged = true}: LeafRequest): Buffer {
    const {intermediateKey, intermediateName} = this.chain;
    const serialNumber = makeSerialNumber();

    const request = {
      issuer: intermediateName,
      subject: makeName(null),
      notBefore,
      notAfter: new Date(notBefore.getTime() + LEAF_LIFETIME),
      publicKey,
      signingKey: intermediateKey.privateKey,
      extensions: [
        extensions.keyUsage(`digitalSignature`),
        extensions.extendedKeyUsage(`codeSigning`),
        extensions.subjectKeyIdentifier(publicKey),
        extensions.authorityKeyIdentifier(intermediateKey.publicKey),
        extensions.subjectAlternativeName(subjectAlternativeName),
        ...[...claims].map(([number, value]) => makeClaim(number, value)),
      ],
    };

    if (!logged)
      return makeCertificate(request, serialNumber);

    // What is logged is the certificate as it was before it could hold the log's answer.
    const tbs = makeTbsCertificate(request, serialNumber);
    const sct = this.log.add(tbs, intermediateKey.publicKey, notBefore);

    return makeCertificate({...request, extensions: [...request.extensions, makeSctList(sct)]}, serialNumber);
  }
}

function makeClaim(number: number, value: string): CertificateExtension {
  return {
    oid: `${FULCIO_ARC}.${number}`,
    value: number <= LAST_RAW_EXTENSION ? Buffer.from(value) : der.utf8String(value),
  };
}

function makeSctList(sct: Buffer): CertificateExtension {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(sct.length + 2, 0);
  header.writeUInt16BE(sct.length, 2);
  return {oid: SCT_LIST, value: der.octetString(Buffer.concat([header, sct]))};
}
