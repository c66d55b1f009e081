import type {Configuration, Ident}                  from '@yarnpkg/core';

import {makeEvidenceSource}                         from './evidence/evidenceSource';
import type {EvidenceSource, EvidenceSourceOptions} from './evidence/evidenceSource';
import {getEvidenceFolder}                          from './evidence/evidenceStore';
import type {Fetched, Origin, RegistryPackage}      from './evidence/types';
import {examineHistory}                             from './examineHistory';
import type {InstalledPackage}                      from './inventory/installedPackage';
import {makeHttpClient}                             from './network/httpClient';
import {makeRegistryClient}                         from './network/registryClient';
import type {HistoryExamination}                    from './policy/downgrade';
import {readsHistories}                             from './policy/judgePackage';
import type {Policy}                                from './policy/judgePackage';
import {getAcceptedIssuers}                         from './policy/packagePolicies';
import {makeGetRegistryKeys}                        from './trust/registryKeys';
import type {GetRegistryKeys}                       from './trust/registryKeys';
import {loadSigstoreTrust}                          from './trust/sigstoreTrust';
import type {RegistryKeys}                          from './trust/types';
import {makeBundleVerifier}                         from './verification/attestationBundle';
import type {BundleVerifier}                        from './verification/attestationBundle';
import type {ExpectedTarball}                       from './verification/tarballIntegrity';
import {verifyPackage}                              from './verification/verifyPackage';
import type {PackageEvidence, PackageVerification}  from './verification/verifyPackage';

export type EvidenceOptions = {
  configuration: Configuration;
  /** Where evidence may come from. */
  mode: EvidenceSourceOptions[`mode`];
  policy: Policy;
  /** Keep what the registry served, for other tools. */
  includeBundles: boolean;
  /** For each registry a package in whose name its keys are asked for. */
  readers: ReadonlyMap<string, Ident>;
  recallHistory?: EvidenceSourceOptions[`recallHistory`];
};

/**
 * Everything that packages are verified with, from the settings. Nothing waits
 * for the trust but what needs it: documents are asked for meanwhile.
 */
export function openEvidence({configuration, readers, mode, policy, includeBundles, recallHistory}: EvidenceOptions) {
  const {now} = policy;

  const http = makeHttpClient({configuration, offline: mode === `offline`});
  const client = makeRegistryClient({configuration, http});
  const trust = loadSigstoreTrust({configuration, http, folder: getEvidenceFolder(configuration), now});

  const verifiers = trust.then(async (trust): Promise<Verifiers> => ({
    getRegistryKeys: await makeGetRegistryKeys({configuration, client, trust, readers}),
    verifyBundle: makeBundleVerifier(trust),
  }));

  // Whoever waits for them hears of a failure, also when nobody waits yet.
  // What was asked meanwhile is of no use then, and silence would keep the
  // process alive for minutes.
  verifiers.catch(() => http.close());

  const context: RowContext = {
    evidence: makeEvidenceSource({configuration, client, mode, now, recallHistory}),
    verifiers,
    policy,
    includeBundles,
  };

  return {http, trust, context};
}

/** One package between gathering and judging; the evidence itself is gone by then. */
export type Row =
  | {type: `excluded`, pkg: InstalledPackage}
  | {type: `other`, pkg: InstalledPackage, protocol: string}
  | {
    type: `npm`;
    pkg: InstalledPackage;
    target: RegistryPackage;
    keys: RegistryKeys;
    verification: PackageVerification;
    tarball: ExpectedTarball | null;
    origin: Origin | null;
    history: HistoryExamination | null;
    bundles: Array<unknown> | null;
  };

/** What only this run's trust gives. */
type Verifiers = {
  getRegistryKeys: GetRegistryKeys;
  verifyBundle: BundleVerifier;
};

type RowContext = {
  evidence: EvidenceSource;
  verifiers: Promise<Verifiers>;
  policy: Policy;
  includeBundles: boolean;
};

/** Gathers the evidence for one package, and verifies it. What it means may depend on the other packages: see `concludeRow`. */
export async function verifyRow(pkg: InstalledPackage, {evidence, verifiers, policy, includeBundles}: RowContext): Promise<Row> {
  if (pkg.excluded)
    return {type: `excluded`, pkg};
  if (pkg.source.type === `other`)
    return {type: `other`, pkg, protocol: pkg.source.protocol};

  const {registry, version} = pkg.source;
  const target: RegistryPackage = {ident: pkg.locator, version, registry};

  const [gathered, keys, {verifyBundle}] = await Promise.all([
    gatherEvidence(target, evidence),
    verifiers.then(({getRegistryKeys}) => getRegistryKeys(registry)),
    verifiers,
  ]);

  const acceptedIssuers = getAcceptedIssuers(policy.policies, pkg.name);
  const verify = (evidence: PackageEvidence, of = version) => verifyPackage({name: pkg.name, version: of, acceptedIssuers}, evidence, keys, verifyBundle);

  let verification = verify(gathered);
  if (policy.strict && verification.signature.status === `verified` && verification.signature.keyExpiry === `unchecked`)
    verification = verify({...gathered, publishTime: await evidence.fetchPublishTime(target)});

  const history = readsHistories(policy) && gathered.document.status === `found`
    ? await examineHistory(target, verification, {
      evidence,
      advertised: gathered.document.value.attestations,
      verifyProvenance: async version => verify(await gatherEvidence({...target, version}, evidence), version).provenance,
      now: policy.now,
    })
    : null;

  return {
    type: `npm`,
    pkg,
    target,
    keys,
    verification,
    tarball: gathered.document.status === `found` ? {integrity: gathered.document.value.integrity, signed: isVerified(verification)} : null,
    history,
    origin: getOldestOrigin([gathered.document, gathered.attestations]),
    bundles: includeBundles && gathered.attestations?.status === `found` ? gathered.attestations.value : null,
  };
}

/** Each kind of evidence is about the integrity in the version's document. */
function isVerified({signature, publish, provenance}: Pick<PackageVerification, `signature` | `publish` | `provenance`>) {
  return [signature, publish, provenance].some(({status}) => status === `verified`);
}

async function gatherEvidence(target: RegistryPackage, evidence: EvidenceSource): Promise<PackageEvidence> {
  const document = await evidence.fetchVersionDocument(target);
  const advertised = document.status === `found` ? document.value.attestations : null;

  return {
    document,
    attestations: advertised !== null ? await evidence.fetchAttestations(target, advertised) : null,
    publishTime: null,
  };
}

/** A package is as fresh as the oldest document that it was judged by. */
function getOldestOrigin(documents: Array<Fetched<unknown> | null>): Origin | null {
  const origins = documents.flatMap(document => document?.status === `found` ? [document.origin] : []);
  return origins.sort((a, b) => a.fetchedAt.getTime() - b.fetchedAt.getTime())[0] ?? null;
}
