import {createHash, generateKeyPairSync, sign, type KeyObject} from 'node:crypto';

const SHA256_ECDSA = Buffer.from([4, 3]);

/** Promises to log certificates; nobody asks for its tree. https://www.rfc-editor.org/rfc/rfc6962#section-3.2 */
export class CertificateTransparencyLog {
  private readonly keys = generateKeyPairSync(`ec`, {namedCurve: `P-256`});

  readonly publicKey = this.keys.publicKey.export({format: `der`, type: `spki`});
  readonly logId = createHash(`sha256`).update(this.publicKey).digest();

  /** @returns a SignedCertificateTimestamp in its TLS encoding */
  add(tbsCertificate: Buffer, issuerKey: KeyObject, date: Date): Buffer {
    const timestamp = Buffer.alloc(8);
    timestamp.writeBigUInt64BE(BigInt(date.getTime()));

    const tbsLength = Buffer.alloc(3);
    tbsLength.writeUIntBE(tbsCertificate.length, 0, 3);

    const version = Buffer.from([0]);
    const noExtensions = Buffer.from([0, 0]);

    const signature = sign(`sha256`, Buffer.concat([
      version,
      Buffer.from([0]), // certificate_timestamp
      timestamp,
      Buffer.from([0, 1]), // precert_entry
      createHash(`sha256`).update(issuerKey.export({format: `der`, type: `spki`})).digest(),
      tbsLength,
      tbsCertificate,
      noExtensions,
    ]), this.keys.privateKey);

    const signatureLength = Buffer.alloc(2);
    signatureLength.writeUInt16BE(signature.length);

    return Buffer.concat([version, this.logId, timestamp, noExtensions, SHA256_ECDSA, signatureLength, signature]);
  }
}
