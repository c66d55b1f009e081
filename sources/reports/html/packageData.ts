import type {PackageResult}                from '../../auditResult';
import {makeChain, type ChainStep}         from '../chain';
import {detailLabels, type FindingDetails} from '../findingGroups';
import {findingHelp}                       from '../findingHelp';
import {isWebUrl, type LinkContext}        from '../links';

/** A label, a text, and where a click on it leads. */
type Field = [label: string, value: string, url?: string];

/** What the page's script shows of one package: text and links, decided here. */
type PackageData = {
  locator: string;
  verdict: string;
  signature: string;
  provenance: string;
  archive: string;
  source: string;
  direct: boolean;
  workspaces: Array<string>;
  chain: Array<ChainStep>;
  fields: Array<Field>;
  findings: Array<{id: string, title: string, fields: Array<Field>}>;
};

/** Takes a package of a printable result. */
export function makePackageData(pkg: PackageResult, context: LinkContext): PackageData {
  const {locator, verdict, signature, publish, provenance, archive, direct, workspaces, patched, registry, evidence, findings} = pkg;

  return {
    locator,
    verdict,
    signature: signature.status,
    provenance: provenance.status,
    archive: archive.status,
    source: provenance.status === `verified` ? provenance.sourceRepository ?? `` : ``,
    direct,
    workspaces,
    chain: makeChain(pkg, context),
    fields: [
      [`Registry`, registry ?? `none`],
      [`Publish attestation`, publish.time ? `${publish.status}, ${publish.time}` : publish.status],
      [`Evidence`, evidence ? `${evidence.from}, ${evidence.fetchedAt}` : `none`],
      [`Workspaces`, workspaces.join(`, `)],
      ...patched ? [[`Patched`, `by this project; the package before that was verified`] satisfies Field] : [],
      ...Object.entries(provenance.asserted ?? {}).map(([key, value]): Field => [`Only asserted: ${key}`, value]),
    ],
    findings: findings.map(finding => ({
      id: finding.id,
      title: `${finding.id} (${finding.severity}${finding.accepted ? `, accepted` : ``})`,
      fields: [
        ...makeDetailFields(finding),
        ...finding.accepted ? [[`Accepted`, `${finding.accepted.reason}${finding.accepted.until ? `, until ${finding.accepted.until}` : ``}`] satisfies Field] : [],
        [`In general`, findingHelp[finding.id].meaning.replaceAll(`\``, ``)],
      ],
    })),
  };
}

export function makeDetailFields(details: Partial<FindingDetails>): Array<Field> {
  return Object.entries(detailLabels).flatMap(([key, label]): Array<Field> => {
    const value = details[key as keyof FindingDetails];
    return value ? [key === `url` && isWebUrl(value) ? [label, value, value] : [label, value]] : [];
  });
}
