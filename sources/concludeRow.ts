import type {ArchiveAudit}        from './archives/auditArchive';
import type {PackageResult}       from './auditResult';
import type {Observation}         from './findings';
import {judgePackage}             from './policy/judgePackage';
import type {Policy}              from './policy/judgePackage';
import type {RegistryKeys}        from './trust/types';
import {concludePackage}          from './verification/concludePackage';
import type {PackageConclusion}   from './verification/concludePackage';
import {profileRegistry}          from './verification/registryProfile';
import type {RegistryProfile}     from './verification/registryProfile';
import type {PackageVerification} from './verification/verifyPackage';
import type {Row}                 from './verifyRow';

/** What each registry has done for all of its packages. */
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

/** One package's verdict, in the light of its registry, its archive and the policy. */
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
