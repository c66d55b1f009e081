import {bundleFromJSON}                            from '@sigstore/bundle';
import {TrustedRoot}                               from '@sigstore/protobuf-specs';
import {toSignedEntity, toTrustMaterial, Verifier} from '@sigstore/verify';
import {describe, expect, it}                      from 'vitest';

import {attest, type AttestOptions}                from '../../lab/attest';
import {RegistryKey}                               from '../../lab/registryKey';
import {SigstoreInstance}                          from '../../lab/sigstore/sigstoreInstance';
import {toBundleEntry}                             from '../../lab/sigstore/transparencyLog';

const urls = {fulcio: `http://127.0.0.1:1`, rekor: `http://127.0.0.1:2`, rekorV2: `http://127.0.0.1:3`, tsa: `http://127.0.0.1:4`};
const sigstore = new SigstoreInstance(urls);
const key = new RegistryKey();

const subject = {name: `@acme/widget`, version: `1.0.0`, integrity: `sha512-${Buffer.alloc(64, 7).toString(`base64`)}`};

/** The stock verifier, trusting the lab's root and key. */
function verify(options: AttestOptions) {
  const trust = toTrustMaterial(TrustedRoot.fromJSON(sigstore.getTrustedRoot()), {
    [key.keyid]: {rawBytes: key.der, keyDetails: `PKIX_ECDSA_P256_SHA_256`} as any,
  });

  const {bundle} = attest(subject, sigstore, options);
  return new Verifier(trust).verify(toSignedEntity(bundleFromJSON(bundle)));
}

function codeOf(options: AttestOptions): string {
  try {
    verify(options);
    return `verified`;
  } catch (error) {
    return (error as {code?: string}).code ?? String(error);
  }
}

describe(`evidence of the lab, judged by the stock verifier`, () => {
  it.each<[string, AttestOptions]>([
    [`today's GitHub provenance`, {}],
    [`GitHub provenance of 2023`, {kind: `github-v0.2`, bundleVersion: `0.1`, date: new Date(`2022-12-01T00:00:00Z`), onlyExtensions: [1, 2, 3, 4, 5, 6]}],
    [`a promise without a proof`, {bundleVersion: `0.1`, inclusion: {proof: false}}],
    [`GitHub provenance of 2024`, {bundleVersion: `0.2`, date: new Date(`2024-05-16T17:12:06Z`)}],
    [`GitLab provenance`, {kind: `gitlab`}],
    [`Rekor v2 with a timestamp`, {log: `dsse-v2`}],
    [`Rekor v1 with a timestamp`, {timestamp: true}],
    [`a publish attestation by a key`, {kind: `publish`, signer: key}],
    [`a publish attestation by a key, as a 0.3 bundle`, {kind: `publish`, signer: key, bundleVersion: `0.3`}],
    [`a publish attestation by a key in Rekor v2`, {kind: `publish`, signer: key, log: `dsse-v2`, bundleVersion: `0.3`}],
    [`a publish attestation by a certificate`, {kind: `publish`}],
    [`a person's signature`, {email: {address: `mallory@example.org`, issuer: `https://accounts.example.org`}}],
  ])(`accepts %s`, (_, options) => {
    expect(codeOf(options)).toBe(`verified`);
  });

  it.each<[string, AttestOptions, string]>([
    [`an old bundle without a promise`, {bundleVersion: `0.2`, inclusion: {promise: false}}, `TIMESTAMP_ERROR`],
    [`an unlogged certificate`, {certificateLogged: false}, `CERTIFICATE_ERROR`],
    [`a key nobody knows`, {kind: `publish`, signer: new RegistryKey()}, `PUBLIC_KEY_ERROR`],
    [`a key that passes itself off as another`, {kind: `publish`, signer: new RegistryKey({keyid: key.keyid})}, `SIGNATURE_ERROR`],
    [`a payload altered after it was signed`, {bundle: bundle => ({...bundle, dsseEnvelope: {...bundle.dsseEnvelope, payload: Buffer.from(`{}`).toString(`base64`)}})}, `TLOG_BODY_ERROR`],
    [`a date altered after it was promised`, {bundle: bundle => {
      bundle.verificationMaterial.tlogEntries[0].integratedTime = `${Math.floor(Date.now() / 1000) - 1}`;
      return bundle;
    }}, `CERTIFICATE_ERROR`],
    [`a log entry of another bundle`, {bundle: bundle => {
      bundle.verificationMaterial.tlogEntries = attest(subject, sigstore, {}).bundle.verificationMaterial.tlogEntries;
      return bundle;
    }}, `TLOG_BODY_ERROR`],
    [`a timestamp of something else`, {log: `dsse-v2`, bundle: bundle => {
      bundle.verificationMaterial.timestampVerificationData = attest(subject, sigstore, {log: `dsse-v2`}).bundle.verificationMaterial.timestampVerificationData;
      return bundle;
    }}, `TIMESTAMP_ERROR`],
  ])(`judges %s`, (_, options, code) => {
    expect(codeOf(options)).toBe(code);
  });

  it(`rejects what another Sigstore has signed`, () => {
    const stranger = new SigstoreInstance(urls);
    const {bundle} = attest(subject, stranger, {});
    const trust = toTrustMaterial(TrustedRoot.fromJSON(sigstore.getTrustedRoot()));

    expect(() => new Verifier(trust).verify(toSignedEntity(bundleFromJSON(bundle)))).toThrow(expect.objectContaining({code: `CERTIFICATE_ERROR`}));
  });

  it.each<[string, AttestOptions]>([
    [`Rekor v1`, {}],
    [`Rekor v2`, {log: `dsse-v2`}],
  ])(`proves all entries of a grown %s`, (_, options) => {
    const log = options.log ? sigstore.rekorV2 : sigstore.rekor;
    const bundles = Array.from({length: 21}, () => {
      const {bundle} = attest(subject, sigstore, options);
      return {bundle, uuid: log.entries.at(-1)!.uuid};
    });

    for (const {bundle, uuid} of bundles) {
      bundle.verificationMaterial.tlogEntries = [toBundleEntry(log, log.tryGet(uuid)!, {promise: true, proof: true})];
      expect(codeOf({bundle: () => bundle})).toBe(`verified`);
    }
  });

  it(`writes the identity where verifiers look for it`, () => {
    const {identity} = verify({claims: {repository: `acme/widgets`, ref: `refs/heads/main`}});

    expect(identity?.extensions?.issuer).toBe(`https://token.actions.githubusercontent.com`);
    expect(identity?.subjectAlternativeName).toBe(`https://github.com/acme/widgets/.github/workflows/release.yml@refs/heads/main`);
  });
});
