import {generateKeyPairSync}                              from 'node:crypto';

import {makeGithubClaims, makeGitlabClaims}               from './claims';
import type {RegistryKey}                                 from './registryKey';
import {toPem}                                            from './sigstore/certificate';
import {IN_TOTO_PAYLOAD, makeEnvelope}                    from './sigstore/dsse';
import {fromEmail, fromGithub, fromGitlab, type Identity} from './sigstore/identity';
import {makeLogBody, type EntryKind}                      from './sigstore/logBodies';
import type {SigstoreInstance}                            from './sigstore/sigstoreInstance';
import {toBundleEntry, type Inclusion}                    from './sigstore/transparencyLog';
import * as statements                                    from './statements';

/** One element of the attestations endpoint's answer. Tests write nonsense into the bundle. */
export type Attestation = {predicateType: string, bundle: any};

type AttestedVersion = {name: string, version: string, integrity: string};

/**
 * Everything that can be said about an attestation. Each default is honest, so
 * that an attack is the one field that a test overrides.
 */
export type AttestOptions = {
  /**
   * What is attested, and in which dialect:
   * - `github`: SLSA v1 of GitHub Actions;
   * - `github-v0.2`: SLSA v0.2, as npm wrote it up to 9.7;
   * - `gitlab`: SLSA v0.2 of GitLab CI;
   * - `publish`: that a registry has accepted the version.
   */
  kind?: `github` | `github-v0.2` | `gitlab` | `publish`;

  /** Claims of the CI job. Certificate and statement both follow them. */
  claims?: Record<string, string>;
  /** Claims that the certificate alone has otherwise: the statement then lies. */
  certifiedClaims?: Record<string, string>;
  /** Alters the certificate's identity, for what claims cannot say. */
  identity?: (identity: Identity) => Identity;
  /** Issues the certificate to a person. */
  email?: {address: string, issuer: string};
  /** Keeps only these of Fulcio's extensions, by number; `[1, 2, 3, 4, 5, 6]` is a certificate of before 2023. */
  onlyExtensions?: Array<number>;
  /** Leaves these out. */
  withoutExtensions?: Array<number>;

  /** Alters the statement before it is signed; what is returned counts. */
  statement?: (statement: statements.Statement) => unknown;
  /** The registry that a publish statement names. */
  registry?: string;
  /** `application/vnd.in-toto+json` when absent. */
  payloadType?: string;
  /** The predicate type that the endpoint declares; the statement's when absent. */
  predicateType?: string;

  /** A certificate when absent; a registry key signs publish attestations. */
  signer?: RegistryKey;
  /** Whose certificates and logs: the lab's when absent. */
  sigstore?: SigstoreInstance;
  /** When it was built and logged; now when absent. */
  date?: Date;
  /** `0.3` when absent, `0.2` for publish attestations. */
  bundleVersion?: `0.1` | `0.2` | `0.3`;
  /** `dsse` when absent, `intoto` for bundles of before 0.3. `dsse-v2` means Rekor v2, whose time is a timestamp. */
  log?: EntryKind;
  /** What proves that it was logged; both when absent. */
  inclusion?: Partial<Inclusion>;
  /** Whether an RFC 3161 timestamp is added; only with Rekor v2 when absent. */
  timestamp?: boolean;
  /** Whether the certificate is in the certificate log; true when absent. */
  certificateLogged?: boolean;
  /** Alters the finished bundle. */
  bundle?: (bundle: any) => unknown;
};

/** Mints what a CI job or a registry would have uploaded: signed, logged, wrapped. */
export function attest(subject: AttestedVersion, sigstore: SigstoreInstance, options: AttestOptions): Attestation {
  const {
    kind = `github`,
    date = new Date(),
    payloadType = IN_TOTO_PAYLOAD,
    bundleVersion = kind === `publish` ? `0.2` : `0.3`,
    log = bundleVersion === `0.3` ? `dsse` : `intoto`,
    timestamp = log === `dsse-v2`,
  } = options;

  const honest = makeStatement(kind, subject, options);
  const statement = options.statement ? options.statement(honest) : honest;

  const signer = options.signer
    ? {privateKey: options.signer.privateKey, keyid: options.signer.keyid, pem: options.signer.pem, certificate: null}
    : makeCertificateSigner(sigstore, kind, options, date);

  const envelope = makeEnvelope(Buffer.from(JSON.stringify(statement)), payloadType, signer.privateKey, signer.keyid);

  const transparencyLog = log === `dsse-v2` ? sigstore.rekorV2 : sigstore.rekor;
  const entry = transparencyLog.add(makeLogBody(log, envelope, signer.pem), date);

  const bundle = {
    mediaType: toMediaType(bundleVersion),
    verificationMaterial: {
      ...makeKeyMaterial(signer, bundleVersion, sigstore),
      tlogEntries: [toBundleEntry(transparencyLog, entry, {promise: true, proof: true, ...options.inclusion})],
      timestampVerificationData: {rfc3161Timestamps: timestamp ? [makeTimestamp(sigstore, envelope.signatures[0]!.sig, date)] : []},
    },
    dsseEnvelope: envelope,
  };

  return {
    predicateType: options.predicateType ?? honest.predicateType,
    bundle: options.bundle ? options.bundle(bundle) : bundle,
  };
}

type Kind = NonNullable<AttestOptions[`kind`]>;

function makeStatement(kind: Kind, version: AttestedVersion, {claims, registry = `https://registry.example.org`}: AttestOptions): statements.Statement {
  const subject = statements.makeSubject(version);

  const makers: Record<Kind, () => statements.Statement> = {
    [`github`]: () => statements.makeGithubStatement(subject, makeGithubClaims(claims)),
    [`github-v0.2`]: () => statements.makeOldGithubStatement(subject, makeGithubClaims(claims)),
    [`gitlab`]: () => statements.makeGitlabStatement(subject, makeGitlabClaims(claims)),
    [`publish`]: () => statements.makePublishStatement(subject, {name: version.name, version: version.version, registry}),
  };

  return makers[kind]();
}

function makeCertificateSigner(sigstore: SigstoreInstance, kind: Kind, options: AttestOptions, date: Date) {
  const {publicKey, privateKey} = generateKeyPairSync(`ec`, {namedCurve: `P-256`});
  const identity = makeIdentity(kind, options);

  const claims = new Map([...identity.claims].filter(([number]) =>
    (!options.onlyExtensions || options.onlyExtensions.includes(number)) && !options.withoutExtensions?.includes(number)));

  const certificate = sigstore.authority.issue({
    publicKey,
    subjectAlternativeName: identity.subjectAlternativeName,
    claims,
    notBefore: new Date(Math.floor(date.getTime() / 1000) * 1000),
    logged: options.certificateLogged ?? true,
  });

  return {privateKey, keyid: ``, pem: toPem(certificate), certificate};
}

function makeIdentity(kind: Kind, options: AttestOptions): Identity {
  const claims = {...options.claims, ...options.certifiedClaims};

  const identity = options.email
    ? fromEmail(options.email.address, options.email.issuer)
    : kind === `gitlab` ? fromGitlab(makeGitlabClaims(claims)) : fromGithub(makeGithubClaims(claims));

  return options.identity ? options.identity(identity) : identity;
}

/** https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto */
function toMediaType(version: `0.1` | `0.2` | `0.3`): string {
  return version === `0.3`
    ? `application/vnd.dev.sigstore.bundle.v0.3+json`
    : `application/vnd.dev.sigstore.bundle+json;version=${version}`;
}

function makeKeyMaterial(signer: {keyid: string, certificate: Buffer | null}, version: `0.1` | `0.2` | `0.3`, sigstore: SigstoreInstance) {
  if (signer.certificate === null)
    return {publicKey: {hint: signer.keyid}};

  const rawBytes = signer.certificate.toString(`base64`);

  // Only bundles of before 0.2 may carry more than the leaf.
  const chain = version === `0.1` ? [{rawBytes}, {rawBytes: sigstore.authority.chain.intermediate.toString(`base64`)}] : [{rawBytes}];
  return version === `0.3` ? {certificate: {rawBytes}} : {x509CertificateChain: {certificates: chain}};
}

function makeTimestamp(sigstore: SigstoreInstance, signature: string, date: Date) {
  const stamped = sigstore.timestampAuthority.stampData(Buffer.from(signature, `base64`), date);
  return {signedTimestamp: stamped.toString(`base64`)};
}
