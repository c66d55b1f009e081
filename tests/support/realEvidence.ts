import {TrustedRoot}                                   from '@sigstore/protobuf-specs';
import {createPublicKey}                               from 'node:crypto';
import {readFileSync, readdirSync}                     from 'node:fs';
import path                                            from 'node:path';

import type {ProvenanceResult}                         from '../../sources/auditResult';
import type {RegistryKey, RegistryKeys, SigstoreTrust} from '../../sources/trust/types';

import {evidenceFolder}                                from './optionalTests';

export type RealPackage = {
  name: string;
  version: string;
  integrity: string;
  time: string;
  expect: {certificate: {issuer: string, san: string, sourceRepository: string, sourceRef: string, sourceDigest: string, buildConfig?: string, invocation?: string}, predicateType: string, publishKeyid: string};
  attestations: Array<{predicateType: string, bundle: unknown}>;
};

export type RealCase = {
  case: string;
  name: string;
  version: string;
  integrity: string;
  expect: {provenanceBundle: `valid` | `invalid`, publishBundle: `valid` | `invalid`, provenance: Array<`verified` | `invalid`>};
  attestations: Array<{predicateType: string, bundle: unknown}>;
};

export type RealSignature = {name: string, version: string, integrity: string, keyid: string, sig: string, time: string, live: boolean};

export function readEvidence<T>(...segments: Array<string>): T {
  return JSON.parse(readFileSync(path.join(evidenceFolder, ...segments), `utf8`));
}

export function readEvidenceFolder<T>(folder: string): Array<T> {
  return readdirSync(path.join(evidenceFolder, folder)).sort().map(file => readEvidence<T>(folder, file));
}

/** What is certified of the build, but for the run, which old certificates do not know. */
export function getExpectedProvenance({expect: {certificate, predicateType}}: RealPackage): ProvenanceResult {
  return {
    status: `verified`,
    predicateType,
    issuer: certificate.issuer,
    signer: certificate.san,
    sourceRepository: certificate.sourceRepository,
    sourceRef: certificate.sourceRef,
    sourceCommit: certificate.sourceDigest,
    workflow: certificate.san.slice(certificate.sourceRepository.length + 1).split(`@`)[0]!,
  };
}

/** The public registry's real keys, as TUF vouches for them. `host` is read off the evidence, never written here. */
export function readRealKeys(): RegistryKeys {
  const {tuf} = readEvidence<{tuf: {keys: Array<{keyId: string, keyUsage: `npm:signatures`, publicKey: {rawBytes: string, validFor: {end?: string}}}>}}>(`keys.json`);
  const host = getRegistryHost();

  const keys = tuf.keys.map((key): RegistryKey => ({
    keyid: key.keyId,
    usages: new Set([key.keyUsage]),
    publicKey: createPublicKey({key: Buffer.from(key.publicKey.rawBytes, `base64`), format: `der`, type: `spki`}),
    expires: key.publicKey.validFor.end ? new Date(key.publicKey.validFor.end) : null,
    source: `tuf`,
    tufHost: host,
  }));

  return {kind: `tuf`, keys};
}

function getRegistryHost() {
  const [{attestations}] = readEvidenceFolder<RealPackage>(`packages`) as [RealPackage];
  for (const {predicateType, bundle} of attestations) {
    if (predicateType.includes(`/publish/`)) {
      const payload = JSON.parse(Buffer.from((bundle as {dsseEnvelope: {payload: string}}).dsseEnvelope.payload, `base64`).toString());
      return new URL(payload.predicate.registry).host;
    }
  }

  throw new Error(`Assertion failed: the evidence has no publish attestation`);
}

export function readRealTrust(): SigstoreTrust {
  return {
    description: {source: `pinned`, fetchedAt: null, expires: null},
    observations: [],
    root: TrustedRoot.fromJSON(readEvidence(`trusted-root.json`)),
    keys: readRealKeys().keys,
    keyHosts: new Set(),
  };
}
