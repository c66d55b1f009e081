import {EXTENSION_OID_SCT, X509Certificate} from '@sigstore/core';
import {describe, expect, it}               from 'vitest';

import {decodeTrustedRoot}                  from '../../../sources/trust/decodeTrustedRoot';
import {makeBundleVerifier}                 from '../../../sources/verification/attestationBundle';
import {MemoizedCertificate}                from '../../../sources/verification/memoizedCertificate';
import {attest}                             from '../../lab/attest';
import type {AttestOptions}                 from '../../lab/attest';
import {SigstoreInstance}                   from '../../lab/sigstore/sigstoreInstance';

const urls = {fulcio: `http://127.0.0.1:1`, rekor: `http://127.0.0.1:2`, rekorV2: `http://127.0.0.1:3`, tsa: `http://127.0.0.1:4`};
const sigstore = new SigstoreInstance(urls);
const stranger = new SigstoreInstance(urls);

const version = {name: `a`, version: `1.0.0`, integrity: `sha512-${Buffer.alloc(64).toString(`base64`)}`};
const mint = (options: AttestOptions = {}) => attest(version, sigstore, options).bundle;
const getLeaf = (options?: AttestOptions) => Buffer.from(mint(options).verificationMaterial.certificate.rawBytes, `base64`);

const certificates = {
  leaf: getLeaf(),
  unlogged: getLeaf({certificateLogged: false}),
  intermediate: sigstore.authority.chain.intermediate,
  root: sigstore.authority.chain.root,
  strangeIntermediate: stranger.authority.chain.intermediate,
  strangeRoot: stranger.authority.chain.root,
};

type Name = keyof typeof certificates;

const names = Object.keys(certificates) as Array<Name>;
const stock = (name: Name) => X509Certificate.parse(Buffer.from(certificates[name]));
const memoized = new Map(names.map(name => [name, MemoizedCertificate.of(stock(name))]));

/** What a certificate log has signed. */
function withoutTimestamps(certificate: X509Certificate) {
  const clone = certificate.clone();
  const index = clone.extensions.findIndex(({subs}) => subs[0]!.toOID() === EXTENSION_OID_SCT);
  if (index !== -1)
    clone.extensions.splice(index, 1);

  return clone.tbsCertificate.toDER();
}

describe.each(names)(`%s`, name => {
  const ours = memoized.get(name)!;

  it(`should have the library's encoding`, () => {
    expect(ours.root.toDER()).toEqual(certificates[name]);
    expect(ours.tbsCertificate.toDER()).toEqual(stock(name).tbsCertificate.toDER());
    expect(ours.publicKey).toEqual(stock(name).publicKey);
  });

  it(`should be cloned for the certificate log as the library does, and stay whole`, () => {
    expect(withoutTimestamps(ours)).toEqual(withoutTimestamps(stock(name)));
    expect(withoutTimestamps(ours)).toEqual(withoutTimestamps(stock(name)));
    expect(ours.root.toDER()).toEqual(certificates[name]);
  });

  it.each(names)(`should be signed by %s, or equal it, where the library says so`, other => {
    for (const issuer of [memoized.get(other)!, stock(other), memoized.get(other)!]) {
      expect(ours.verify(issuer)).toBe(stock(name).verify(stock(other)));
      expect(ours.equals(issuer)).toBe(name === other);
    }
  });

  it(`should sign itself where the library says so`, () => {
    expect(ours.verify()).toBe(stock(name).verify());
    expect(ours.verify()).toBe(stock(name).verify());
  });

  it(`should not hold once a byte of it is different`, () => {
    const altered = Buffer.from(certificates[name]);
    altered[altered.length - 1]! ^= 1;

    const issuer = name === `leaf` || name === `unlogged` ? `intermediate` : name.startsWith(`strange`) ? `strangeRoot` : `root`;
    expect(ours.verify(memoized.get(issuer))).toBe(true);
    expect(MemoizedCertificate.of(X509Certificate.parse(altered)).verify(memoized.get(issuer))).toBe(false);
  });
});

describe(`one run`, () => {
  const forgeries: Record<string, () => unknown> = {
    strange: () => attest(version, stranger, {}).bundle,
    unlogged: () => mint({certificateLogged: false}),
    swapped: () => ({...mint(), verificationMaterial: {...mint().verificationMaterial, certificate: mint().verificationMaterial.certificate}}),
  };

  const makeVerifier = () => makeBundleVerifier({
    description: {source: `pinned`, fetchedAt: null, expires: null},
    observations: [],
    root: decodeTrustedRoot(sigstore.getTrustedRoot()),
    keys: [],
    keyHosts: new Set(),
  });

  it.each(Object.keys(forgeries))(`should see through a forgery (%s) before and after honest bundles`, name => {
    const verifyBundle = makeVerifier();
    const bundles = [forgeries[name]!(), mint(), forgeries[name]!(), mint()];

    expect(bundles.map(bundle => verifyBundle(bundle, {kind: `none`, keys: []}).status)).toEqual([`invalid`, `verified`, `invalid`, `verified`]);
  });
});
