import type {Configuration, Ident, Report}          from '@yarnpkg/core';

import {auditArchives}                              from './archives/auditArchives';
import type {ArchiveAudit}                          from './archives/auditArchive';
import type {AuditResult, PackageResult}            from './auditResult';
import {makeEvidenceSource}                         from './evidence/evidenceSource';
import type {EvidenceSource, EvidenceSourceOptions} from './evidence/evidenceSource';
import {getEvidenceFolder}                          from './evidence/evidenceStore';
import type {Fetched, Origin, RegistryPackage}      from './evidence/types';
import {examineHistory}                             from './examineHistory';
import type {Observation}                           from './findings';
import type {InstalledPackage, Inventory}           from './inventory/installedPackage';
import type {Selection}                             from './inventory/selection';
import {mapConcurrently}                            from './mapConcurrently';
import {makeHttpClient}                             from './network/httpClient';
import {makeRegistryClient}                         from './network/registryClient';
import type {HistoryExamination}                    from './policy/downgrade';
import {findUnusedExceptions}                       from './policy/exceptions';
import {judgePackage, readsHistories}               from './policy/judgePackage';
import type {Policy}                                from './policy/judgePackage';
import {getNothingVerified}                         from './policy/nothingVerified';
import {getAcceptedIssuers}                         from './policy/packagePolicies';
import type {PinUpdate}                             from './policy/pinUpdate';
import {applySeverities}                            from './policy/severities';
import {summarise}                                  from './policy/summary';
import {formatBytes}                                from './reports/formatBytes';
import {withProgress}                               from './reports/progress';
import {makeGetRegistryKeys}                        from './trust/registryKeys';
import type {GetRegistryKeys}                       from './trust/registryKeys';
import {loadSigstoreTrust}                          from './trust/sigstoreTrust';
import type {RegistryKeys}                          from './trust/types';
import {makeBundleVerifier}                         from './verification/attestationBundle';
import type {BundleVerifier}                        from './verification/attestationBundle';
import {concludePackage}                            from './verification/concludePackage';
import type {PackageConclusion}                     from './verification/concludePackage';
import {profileRegistry}                            from './verification/registryProfile';
import type {RegistryProfile}                       from './verification/registryProfile';
import type {ExpectedTarball}                       from './verification/tarballIntegrity';
import {verifyPackage}                              from './verification/verifyPackage';
import type {PackageEvidence, PackageVerification}  from './verification/verifyPackage';

type AuditRequest = {
  configuration: Configuration;
  inventory: Inventory;
  /** What the inventory was selected by, for the reports. */
  selection: Selection;
  /** Where evidence may come from. */
  mode: EvidenceSourceOptions[`mode`];
  policy: Policy;
  /** Pins identities of packages that were judged without regard to pins, and gives the pins from then on; null without `--pin`. */
  pin: ((packages: Array<PackageResult>) => Promise<PinUpdate>) | null;
  /** Whether to look at the bytes on disk as well. */
  archives: boolean;
  /** Keep what the registry served, for other tools. */
  includeBundles: boolean;
  /** Shows the progress. */
  report: Report;
};

/**
 * The way of every package of the inventory through an audit: evidence is gathered for it, the evidence is verified against this run's
 * trust, read in the light of what its registry did for the others, and ends
 * in one verdict.
 *
 * @throws ReportError, UsageError when there is nothing to start from: no usable lockfile, selection or trust
 */
export async function auditAttestations({configuration, inventory, selection, mode, policy, pin, archives, includeBundles, report}: AuditRequest): Promise<AuditResult> {
  const start = performance.now();

  const readers = getRegistryReaders(inventory.packages);
  const {http, context, ...evidence} = openEvidence({configuration, readers, mode, policy, includeBundles});

  const verifying = withProgress(report, done => `${done} of ${inventory.packages.length} packages verified, ${formatBytes(http.traffic.bytes)} received`, tick => {
    return mapConcurrently(inventory.packages, 2 * configuration.get(`networkConcurrency`), async pkg => {
      const row = await verifyRow(pkg, context);
      tick();
      return row;
    });
  });

  const [trust, rows] = await Promise.all([evidence.trust, verifying]);

  const archiveAudits = archives
    ? await auditArchives(rows.filter(row => row.type === `npm`), {configuration, http, believeRecords: mode !== `refresh` && !policy.strict, report})
    : null;

  const profiles = profileRegistries(rows);
  const judge = (policy: Policy) => rows.map(row => concludeRow(row, profiles, archiveAudits?.get(row.pkg.id) ?? null, policy));

  const pinned = pin !== null ? await pin(judge({...policy, pins: null})) : null;
  const packages = judge({...policy, pins: pinned?.pins ?? policy.pins});

  const nothingVerified = getNothingVerified(packages);
  const findings = [
    ...applySeverities([
      ...trust.observations,
      // What was not selected may need what the rest does not.
      ...inventory.isWholeProject ? findUnusedExceptions(policy.exceptions, packages) : [],
    ], policy),
    ...nothingVerified !== null ? [nothingVerified] : [],
  ];

  return {
    trust: trust.description,
    scope: {...selection, offline: mode === `offline`, refresh: mode === `refresh`, strict: policy.strict, archives},
    packages,
    findings,
    ...pinned !== null ? {pinned: pinned.changes} : {},
    summary: summarise({packages, findings}, {
      outOfScope: inventory.outOfScope,
      durationMs: Math.round(performance.now() - start),
      ...http.traffic,
    }),
  };
}

type EvidenceOptions = Pick<AuditRequest, `configuration` | `mode` | `policy` | `includeBundles`> & {
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

/**
 * For each registry a package in whose name its keys are asked for: Yarn sends
 * credentials for scoped packages alone, unless it is told otherwise.
 */
function getRegistryReaders(packages: Array<InstalledPackage>): Map<string, Ident> {
  const readers = new Map<string, Ident>();

  for (const {locator, source} of packages) {
    if (source.type === `npm` && !readers.get(source.registry)?.scope) {
      readers.set(source.registry, locator);
    }
  }

  return readers;
}

/** A package is as fresh as the oldest document that it was judged by. */
function getOldestOrigin(documents: Array<Fetched<unknown> | null>): Origin | null {
  const origins = documents.flatMap(document => document?.status === `found` ? [document.origin] : []);
  return origins.sort((a, b) => a.fetchedAt.getTime() - b.fetchedAt.getTime())[0] ?? null;
}

export function profileRegistries(rows: Array<Row>): Map<string, RegistryProfile> {
  const byRegistry = new Map<string, {keys: RegistryKeys, verifications: Array<PackageVerification>}>();

  for (const row of rows) {
    if (row.type === `npm`) {
      const entry = byRegistry.get(row.target.registry) ?? {keys: row.keys, verifications: []};
      entry.verifications.push(row.verification);
      byRegistry.set(row.target.registry, entry);
    }
  }

  return new Map(Array.from(byRegistry, ([registry, {keys, verifications}]) => [registry, profileRegistry(keys, verifications)]));
}

export function concludeRow(row: Row, profiles: Map<string, RegistryProfile>, archive: ArchiveAudit | null, policy: Policy): PackageResult {
  const {pkg} = row;
  const {signature, publish, provenance, ...conclusion} = row.type === `npm`
    ? concludePackage(row.verification, profiles.get(row.target.registry)!)
    : concludeUnverifiable(row);

  const observations = [...conclusion.observations, ...archive?.observations ?? []];

  const judgement = row.type === `excluded`
    ? {verdict: `excluded`, findings: []} as const
    : judgePackage({name: pkg.name, version: pkg.version, signature, publish, provenance, observations, history: row.type === `npm` ? row.history : null}, policy);

  return {
    locator: pkg.id,
    name: pkg.name,
    version: pkg.version,
    registry: pkg.source.type === `npm` ? pkg.source.registry : null,
    workspaces: pkg.workspaces,
    direct: pkg.direct,
    patched: pkg.patched,
    verdict: judgement.verdict,
    ...row.type === `npm` && row.origin ? {evidence: {from: row.origin.from, fetchedAt: row.origin.fetchedAt.toISOString()}} : {},
    signature,
    publish,
    provenance,
    archive: archive?.result ?? {status: `skipped`},
    findings: [...judgement.findings],
    ...row.type === `npm` && row.bundles ? {bundles: row.bundles} : {},
  };
}

function concludeUnverifiable(row: Exclude<Row, {type: `npm`}>): PackageConclusion {
  const status = {status: `unverifiable`} as const;
  return {signature: status, publish: status, provenance: status, observations: row.type === `other` ? [makeUnverifiableSource(row.protocol)] : []};
}

function makeUnverifiableSource(protocol: string): Observation {
  return {
    id: `unverifiable-source`,
    message: `Packages of this source have no registry that could vouch for them`,
    found: protocol,
    hint: `Review it by hand, or depend on a published version`,
  };
}
