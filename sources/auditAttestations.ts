import type {Ident, Report}               from '@yarnpkg/core';

import {auditArchives}                    from './archives/auditArchives';
import type {AuditResult, PackageResult}  from './auditResult';
import {concludeRow, profileRegistries}   from './concludeRow';
import type {InstalledPackage, Inventory} from './inventory/installedPackage';
import type {Selection}                   from './inventory/selection';
import {mapConcurrently}                  from './mapConcurrently';
import {findUnusedExceptions}             from './policy/exceptions';
import type {Policy}                      from './policy/judgePackage';
import {getNothingVerified}               from './policy/nothingVerified';
import type {PinUpdate}                   from './policy/pinUpdate';
import {applySeverities}                  from './policy/severities';
import {summarise}                        from './policy/summary';
import {formatBytes}                      from './reports/formatBytes';
import {withProgress}                     from './reports/progress';
import {openEvidence, verifyRow}          from './verifyRow';
import type {EvidenceOptions}             from './verifyRow';

type AuditRequest = Pick<EvidenceOptions, `configuration` | `mode` | `policy` | `includeBundles`> & {
  inventory: Inventory;
  /** What the inventory was selected by, for the reports. */
  selection: Selection;
  /** Pins identities of packages that were judged without regard to pins, and gives the pins from then on; null without `--pin`. */
  pin: ((packages: Array<PackageResult>) => Promise<PinUpdate>) | null;
  /** Whether to look at the bytes on disk as well. */
  archives: boolean;
  /** Shows the progress. */
  report: Report;
};

/**
 * The way of every package of the inventory through an audit: evidence is
 * gathered for it, the evidence is verified against this run's trust, read in
 * the light of what its registry did for the others, and ends in one verdict.
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
