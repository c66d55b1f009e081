import {MessageName, structUtils}                 from '@yarnpkg/core';
import type {Configuration, Descriptor, Report}   from '@yarnpkg/core';
import {UsageError}                               from 'clipanion';
import semver                                     from 'semver';

import {auditAttestations}                        from './auditAttestations';
import type {AuditResult, PackageResult}          from './auditResult';
import {makeEvidenceSource, type EvidenceSource}  from './evidence/evidenceSource';
import type {Catalogue, RegistryPackage, Release} from './evidence/types';
import {makeLonePackage}                          from './inventory/lonePackage';
import {getRegistry}                              from './inventory/packageSource';
import {makeHttpClient}                           from './network/httpClient';
import {makeRegistryClient}                       from './network/registryClient';
import type {Policy}                              from './policy/judgePackage';
import {pickReleases, sortReleases}               from './releaseSample';
import {UncheckableError}                         from './uncheckableError';

/** How many releases beside the one that was asked for are verified: each of them takes two requests. */
const MAX_VERIFIED = 20;

export type Inspection = {
  pkg: PackageResult;
  /** The registry's own, unsigned word on the release. */
  release: Release;
  /** All releases, the oldest first, each with what was verified of it if it was. */
  history: Array<Release & {result: PackageResult | null}>;
  /** Findings of the run. */
  findings: AuditResult[`findings`];
};

type InspectionRequest = {
  configuration: Configuration;
  /** The range may be empty (the latest), a version, a range or a dist-tag. */
  descriptor: Descriptor;
  policy: Policy;
  /** Stored evidence only, no network. */
  offline: boolean;
  report: Report;
};

/**
 * Verifies one version of a package, installed or not, and enough of the
 * others to show how its evidence developed.
 *
 * @throws UsageError where there is no such package or release
 * @throws UncheckableError where there is no way to ask for it, or no trust to start from
 */
export async function inspectPackage({configuration, descriptor, policy, offline, report}: InspectionRequest): Promise<Inspection> {
  const registry = getRegistry(descriptor, configuration);
  const name = structUtils.stringifyIdent(descriptor);
  const mode = offline ? `offline` : `normal`;

  const client = makeRegistryClient({configuration, http: makeHttpClient({configuration, offline})});
  const catalogue = await fetchCatalogue({ident: descriptor, registry}, makeEvidenceSource({configuration, client, mode, now: policy.now}));
  const release = resolveRelease(descriptor.range, catalogue);
  if (release === null)
    throw new UsageError(`${name} has no release ${JSON.stringify(descriptor.range || `latest`)} at ${registry}`);

  const releases = sortReleases(catalogue.releases);
  const verified = [release, ...pickReleases(releases, release, MAX_VERIFIED)];

  const result = await auditAttestations({
    configuration,
    inventory: {
      packages: verified.map(({version}) => makeLonePackage(structUtils.makeLocator(descriptor, `npm:${version}`), {configuration, exclude: []})),
      outOfScope: 0,
      isWholeProject: false,
    },
    selection: {patterns: [name], workspaces: [], direct: false, environment: `all`, exclude: []},
    mode,
    policy,
    pin: null,
    archives: false,
    includeBundles: true,
    report,
  });

  const results = new Map(result.packages.map(pkg => [pkg.version, pkg]));

  return {
    pkg: results.get(release.version)!,
    release,
    history: releases.map(release => ({...release, result: results.get(release.version) ?? null})),
    findings: result.findings,
  };
}

async function fetchCatalogue(pkg: Omit<RegistryPackage, `version`>, evidence: EvidenceSource): Promise<Catalogue> {
  const name = structUtils.stringifyIdent(pkg.ident);
  const fetched = await evidence.fetchCatalogue(pkg);

  switch (fetched.status) {
    case `found`:
      return fetched.value;
    case `absent`:
      throw new UsageError(`${name} is no package of ${pkg.registry}`);
    default:
      throw new UncheckableError(MessageName.UNNAMED, `${name} could not be read from ${pkg.registry}: ${fetched.reason}`);
  }
}

function resolveRelease(range: string, {releases, tags}: Catalogue): Release | null {
  const versions = releases.map(({version}) => version);
  const version = tags.get(range || `latest`) ?? semver.maxSatisfying(versions, range || `*`);
  return releases.find(release => release.version === version) ?? null;
}
