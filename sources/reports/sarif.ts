import {createHash}                                                  from 'node:crypto';

import type {AuditResult, PackageResult}                             from '../auditResult';
import {findingCatalog, type Finding, type FindingId, type Severity} from '../findings';

import {detailLabels, type FindingDetails}                           from './findingGroups';
import {findingHelp}                                                 from './findingHelp';
import {indexEntries, type LockfileText}                             from './lockfileLines';
import {makePrintableResult}                                         from './printableResult';

type SarifContext = {
  /** Version of this plugin. */
  plugin: string;
  lockfile: LockfileText;
};

const levels: Record<Severity | `off`, string> = {error: `error`, incomplete: `warning`, warning: `warning`, info: `note`, off: `none`};

/**
 * The result as SARIF 2.1.0: a rule for each kind of finding, a result for
 * each finding, at its package's entry in the lockfile.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function makeSarif(result: AuditResult, {plugin, lockfile}: SarifContext): string {
  const {packages, findings, summary} = makePrintableResult(result);
  const lines = indexEntries(lockfile.text);

  const makeResults = (findings: Array<Finding>, pkg: PackageResult | null) => findings.map((finding, index) => ({
    ruleId: finding.id,
    ruleIndex: ruleIds.indexOf(finding.id),
    level: levels[finding.severity],
    message: {text: describe(finding, pkg)},
    locations: [{
      physicalLocation: {
        artifactLocation: {uri: encodeURI(lockfile.path), uriBaseId: `%SRCROOT%`},
        region: {startLine: (pkg !== null ? lines.get(pkg.locator) : undefined) ?? 1},
      },
      ...pkg !== null ? {logicalLocations: [{fullyQualifiedName: pkg.locator, kind: `package`}]} : {},
    }],
    partialFingerprints: makeFingerprints(finding, pkg, findings.slice(0, index)),
    ...finding.accepted ? {suppressions: [{kind: `external`, status: `accepted`, justification: finding.accepted.reason}]} : {},
    properties: {severity: finding.severity, ...pkg !== null ? {package: pkg.locator, verdict: pkg.verdict} : {}},
  }));

  return `${JSON.stringify({
    $schema: `https://json.schemastore.org/sarif-2.1.0.json`,
    version: `2.1.0`,
    runs: [{
      tool: {driver: {name: `yarn-plugin-npm-attestations`, version: plugin, rules: ruleIds.map(makeRule)}},
      invocations: [{executionSuccessful: true}],
      columnKind: `utf16CodeUnits`,
      results: [...makeResults(findings, null), ...packages.flatMap(pkg => makeResults(pkg.findings, pkg))],
      properties: {summary},
    }],
  }, null, 1)}\n`;
}

const ruleIds = Object.keys(findingCatalog) as Array<FindingId>;

function makeRule(id: FindingId) {
  const {severity} = findingCatalog[id];
  const {title, meaning, action} = findingHelp[id];

  return {
    id,
    name: toPascalCase(id),
    shortDescription: {text: title},
    fullDescription: {text: meaning.replaceAll(`\``, ``)},
    help: {
      text: `${meaning} ${action}`.replaceAll(`\``, ``),
      markdown: `${meaning}\n\n**What to do:** ${action}`,
    },
    defaultConfiguration: {enabled: severity !== `off`, level: levels[severity]},
    properties: {tags: [`security`, `supply-chain`]},
  };
}

function describe({message, ...details}: Finding, pkg: PackageResult | null): string {
  const sentences = Object.entries(detailLabels).flatMap(([key, label]) => {
    if (key === `message`)
      return [];

    const value = details[key as Exclude<keyof FindingDetails, `message`>];
    return value ? [`${label}: ${value}`] : [];
  });

  // Brackets would be a link that the registry wrote.
  return [`${pkg !== null ? `${pkg.locator}: ` : ``}${message.replace(/[.]$/, ``)}`, ...sentences].join(`. `).replace(/[\\[\]]/g, `\\$&`);
}

/**
 * The same for the same finding about the same package, on whichever line of
 * the lockfile it stands. GitHub asks for the first of these names.
 */
function makeFingerprints({id}: Finding, pkg: PackageResult | null, earlier: Array<Finding>) {
  const ordinal = earlier.filter(finding => finding.id === id).length;
  const hash = createHash(`sha256`).update(JSON.stringify([id, pkg?.locator ?? null, ordinal])).digest(`hex`).slice(0, 32);

  return {primaryLocationLineHash: `${hash}:1`, 'npmAttestation/v1': hash};
}

function toPascalCase(id: string): string {
  return id.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
