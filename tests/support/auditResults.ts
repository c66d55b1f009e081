import type {AuditResult, PackageResult, Verdict} from '../../sources/auditResult';
import type {Finding, FindingId, Severity}        from '../../sources/findings';
import {summarise}                                from '../../sources/policy/summary';

const registry = `https://registry.example.org`;

export function makeFinding(id: FindingId, severity: Severity, details: Partial<Finding> = {}): Finding {
  return {id, severity, message: `The message of ${id}.`, ...details};
}

/** An npm package with nothing but a verified signature, unless overridden. */
export function makePackage(name: string, overrides: Partial<PackageResult> = {}): PackageResult {
  return {
    locator: `${name}@npm:1.0.0`,
    name,
    version: `1.0.0`,
    registry,
    workspaces: [`root`],
    direct: true,
    patched: false,
    verdict: `verified`,
    signature: {status: `verified`, keyid: `SHA256:abc`, keySource: `tuf`, keyExpiry: `none`},
    publish: {status: `missing`},
    provenance: {status: `missing`},
    archive: {status: `skipped`},
    findings: [],
    ...overrides,
  };
}

export function makePackages(verdicts: Partial<Record<Verdict, number>>): Array<PackageResult> {
  return Object.entries(verdicts).flatMap(([verdict, count]) => {
    return Array.from({length: count}, (_, index) => makePackage(`${verdict}-${index}`, {verdict: verdict as Verdict}));
  });
}

export function makeResult(packages: Array<PackageResult>, findings: Array<Finding> = []): AuditResult {
  return {
    trust: {source: `tuf`, fetchedAt: `2026-01-02T03:04:05.000Z`, expires: `2026-02-02T03:04:05Z`},
    scope: {patterns: [`@acme/*`], workspaces: [`root`], direct: false, environment: `all`, exclude: [`excluded`], offline: false, refresh: false, strict: false, archives: true},
    packages,
    findings,
    summary: summarise({packages, findings}, {outOfScope: 3, durationMs: 1234.5, requests: 7, bytes: 4096}),
  };
}

/** One result with every field that there is, and every verdict. */
export function makeRichResult(): AuditResult {
  return makeResult([
    makePackage(`@acme/attested`, {
      patched: true,
      evidence: {from: `network`, fetchedAt: `2026-01-02T03:04:05.678Z`},
      publish: {status: `verified`, logIndex: `12`, time: `2025-01-01T00:00:00Z`},
      provenance: {
        status: `verified`,
        predicateType: `https://slsa.dev/provenance/v1`,
        issuer: `https://token.actions.githubusercontent.com`,
        signer: `https://github.com/acme/workflows/.github/workflows/publish.yml@refs/heads/main`,
        sourceRepository: `https://github.com/acme/attested`,
        sourceRepositoryId: `1234`,
        sourceRef: `refs/tags/v1.0.0`,
        sourceCommit: `0123456789abcdef0123456789abcdef01234567`,
        workflow: `.github/workflows/release.yml`,
        trigger: `push`,
        runner: `github-hosted`,
        run: `https://github.com/acme/attested/actions/runs/1/attempts/1`,
        logIndex: `13`,
        time: `2025-01-01T00:00:01Z`,
        asserted: {workflowRef: `refs/heads/main`},
      },
      bundles: [{mediaType: `application/vnd.dev.sigstore.bundle.v0.3+json`}],
    }),
    makePackage(`excluded`, {verdict: `excluded`, signature: {status: `unverifiable`}, publish: {status: `unverifiable`}, provenance: {status: `unverifiable`}}),
    makePackage(`forged`, {
      verdict: `failed`,
      signature: {status: `invalid`, keyid: `SHA256:abc`, keySource: `registry`, keyExpiry: `unchecked`},
      findings: [
        makeFinding(`signature-invalid`, `error`, {expected: `a signature by SHA256:abc`, found: `another`, hint: `Do not install it.`, url: `https://search.sigstore.dev/?logIndex=12`}),
        makeFinding(`provenance-self-hosted`, `warning`, {accepted: {reason: `Our own machines`, until: `2027-01-31`}}),
        makeFinding(`provenance-missing`, `error`, {requiredBy: `@acme/*`}),
      ],
    }),
    makePackage(`from-git`, {locator: `from-git@https://github.com/acme/from-git.git#commit=abc`, registry: null, version: null, verdict: `unverifiable`, findings: [makeFinding(`unverifiable-source`, `info`)]}),
    makePackage(`unserved-1`, {verdict: `incomplete`, findings: [makeFinding(`attestation-unserved`, `incomplete`)]}),
    makePackage(`unserved-2`, {verdict: `incomplete`, findings: [makeFinding(`attestation-unserved`, `incomplete`)]}),
  ], [
    makeFinding(`trust-stale`, `warning`, {hint: `Run again with a network.`}),
  ]);
}

/** Not the registry's words: the audit's own. */
const ownKeys = new Set([`id`, `severity`, `status`, `verdict`, `outcome`, `source`, `from`, `keySource`, `keyExpiry`]);

/** The result with `suffix` behind every string that a registry, a lockfile or a statement could have written. */
export function addToStrings(result: AuditResult, suffix: string): AuditResult {
  return JSON.parse(JSON.stringify(result), (key, value) => {
    return typeof value === `string` && !ownKeys.has(key) ? `${value}${suffix}` : value;
  });
}
