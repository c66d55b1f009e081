import {CertificateAuthority, VALIDITY} from './certificateAuthority';
import {CertificateTransparencyLog}     from './certificateTransparencyLog';
import {TimestampAuthority}             from './timestampAuthority';
import {TransparencyLog}                from './transparencyLog';

type SigstoreUrls = {fulcio: string, rekor: string, rekorV2: string, tsa: string};

/**
 * One Sigstore: everything that its trusted root names, with the private keys.
 * Two of them are strangers to each other, which is how a forgery is made.
 */
export class SigstoreInstance {
  readonly certificateLog = new CertificateTransparencyLog();
  readonly authority = new CertificateAuthority(this.certificateLog);
  readonly rekor: TransparencyLog;
  readonly rekorV2: TransparencyLog;
  readonly timestampAuthority = new TimestampAuthority();

  constructor(private readonly urls: SigstoreUrls) {
    this.rekor = new TransparencyLog(1, new URL(urls.rekor).host);
    this.rekorV2 = new TransparencyLog(2, new URL(urls.rekorV2).host);
  }

  /** `trusted_root.json`. https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto */
  getTrustedRoot() {
    const validFor = {start: VALIDITY.start.toISOString()};
    const chain = (certificates: Array<Buffer>) => ({certificates: certificates.map(certificate => ({rawBytes: certificate.toString(`base64`)}))});

    const log = (baseUrl: string, keyDetails: string, {publicKey, logId}: {publicKey: Buffer, logId: Buffer}) => ({
      baseUrl,
      hashAlgorithm: `SHA2_256`,
      publicKey: {rawBytes: publicKey.toString(`base64`), keyDetails, validFor},
      logId: {keyId: logId.toString(`base64`)},
    });

    return {
      mediaType: `application/vnd.dev.sigstore.trustedroot+json;version=0.1`,
      tlogs: [
        log(this.urls.rekor, `PKIX_ECDSA_P256_SHA_256`, this.rekor),
        log(this.urls.rekorV2, `PKIX_ED25519`, this.rekorV2),
      ],
      certificateAuthorities: [{
        subject: {organization: `sigstore.lab`, commonName: `sigstore`},
        uri: this.urls.fulcio,
        certChain: chain([this.authority.chain.intermediate, this.authority.chain.root]),
        validFor,
      }],
      ctlogs: [log(`${this.urls.fulcio}/ctlog`, `PKIX_ECDSA_P256_SHA_256`, this.certificateLog)],
      timestampAuthorities: [{
        subject: {organization: `sigstore.lab`, commonName: `tsa`},
        uri: `${this.urls.tsa}/api/v1/timestamp`,
        certChain: chain(this.timestampAuthority.certificates),
        validFor,
      }],
    };
  }
}
