import type {AuditResult, PackageResult}                                                          from '../auditResult';

import {coverageLabels, getCoverage, getPercentage, type Coverage}                                from './coverage';
import {detailLabels, groupFindings, type FindingDetails, type FindingGroup, type FindingSection} from './findingGroups';
import {sectionTitles}                                                                            from './findingLines';
import {getLinks, isWebUrl, type LinkContext}                                                     from './links';
import {escapeText, makeCode, makeLink, makeTableCode}                                            from './markdownText';
import {makePrintableResult}                                                                      from './printableResult';
import {describeOutcome, listTotals}                                                              from './totals';
import {describeTrust}                                                                            from './trustLine';

/** What is named of each list; GitHub takes 1 MiB of a summary, GitLab a million characters of a note. */
const maxMembers = 50;
const maxPackages = 200;
const maxLength = 800_000;

type MarkdownContext = LinkContext & {
  /** What the age of the trust root is told against. */
  now: Date;
};

/** The result for a GitHub step summary or a GitLab note. */
export function makeMarkdown(result: AuditResult, context: MarkdownContext): string {
  const printable = makePrintableResult(result);
  const {trust, packages, summary} = printable;

  const blocks = [
    `# Attestations: ${summary.outcome}`,
    `**${escapeText(describeOutcome(summary))}**`,
    escapeText(describeTrust(trust, context.now)),
    makeTable([`Totals`, ``], listTotals(summary).map(([label, items]) => [label, items.join(`, `)])),
    ...groupFindings(printable).flatMap(section => makeSection(section, context)),
    ...makeCoverage(packages),
    ...makePackageTable(packages),
  ];

  return `${bound(blocks).join(`\n\n`)}\n`;
}

function bound(blocks: Array<string>): Array<string> {
  let length = 0;
  const kept = blocks.filter(block => (length += block.length + 2) <= maxLength);

  return kept.length < blocks.length ? [...kept, `This report was cut; \`--report\` with a \`.json\` file has all of it.`] : kept;
}

function makeSection({kind, groups}: FindingSection, context: LinkContext): Array<string> {
  return [
    `## ${escapeText(sectionTitles[kind])}`,
    ...groups.flatMap(group => [`### ${makeCode(group.id)} (${group.severity}): ${describeSubject(group)}`, makeGroup(group, context)]),
  ];
}

function describeSubject({members, registry, count}: FindingGroup): string {
  const subject = members.length === 0
    ? `the run`
    : members.length === 1 ? makeCode(members[0]!.pkg.locator) : `${members.length} packages${registry === null ? `` : ` of ${makeCode(registry)}`}`;

  return count > Math.max(1, members.length) ? `${subject}, ${count} findings` : subject;
}

function makeGroup({common, accepted, members}: FindingGroup, context: LinkContext): string {
  return [
    ...makeDetails(common, ``),
    ...accepted ? [`- **Accepted:** ${escapeText(accepted.reason)}${accepted.until ? `, until ${escapeText(accepted.until)}` : ``}`] : [],
    ...members.slice(0, maxMembers).flatMap(({pkg, details}) => [
      `- ${[makeCode(pkg.locator), ...getLinks(pkg, context).map(({label, url}) => makeLink(label, url))].join(` · `)}`,
      ...details.slice(0, maxMembers).flatMap(finding => makeDetails(finding, `  `)),
    ]),
    ...members.length > maxMembers ? [`- and ${members.length - maxMembers} more`] : [],
  ].join(`\n`);
}

function makeDetails(details: Partial<FindingDetails>, indent: string): Array<string> {
  return Object.entries(details).map(([key, value]) => {
    const text = key === `expected` || key === `found`
      ? makeCode(value)
      : key === `url` && isWebUrl(value) ? makeLink(value, value) : escapeText(value);

    return `${indent}- **${detailLabels[key as keyof FindingDetails]}:** ${text}`;
  });
}

function makeCoverage(packages: Array<PackageResult>): Array<string> {
  const {all, workspaces, unprovenDirect} = getCoverage(packages);
  if (all.packages === 0)
    return [];

  const makeRow = (name: string, coverage: Coverage) => [
    name,
    `${coverage.packages}`,
    ...Object.keys(coverageLabels).map(key => describePart(coverage[key as keyof typeof coverageLabels], coverage)),
  ];

  const unproven = unprovenDirect.slice(0, maxMembers).map(({locator}) => makeCode(locator));
  const remainder = unprovenDirect.length - unproven.length;

  return [
    `## Coverage: what was verified`,
    makeTable([`Workspace`, `Packages`, ...Object.values(coverageLabels)], [
      makeRow(`all`, all),
      ...workspaces.slice(0, maxMembers).map(workspace => makeRow(makeTableCode(workspace.name), workspace)),
    ]),
    ...unproven.length > 0 ? [`Direct dependencies without verified provenance (${unprovenDirect.length}): ${unproven.join(`, `)}${remainder > 0 ? ` and ${remainder} more` : ``}`] : [],
  ];
}

function describePart(part: number, coverage: Coverage): string {
  return `${part} (${getPercentage(part, coverage)}%)`;
}

function makePackageTable(packages: Array<PackageResult>): Array<string> {
  const open = packages.filter(({verdict}) => verdict !== `verified`);
  if (open.length === 0)
    return [];

  return [
    `## Packages that are not verified`,
    makeTable([`Package`, `Verdict`, `Signature`, `Provenance`, `Archive`], open.slice(0, maxPackages).map(({locator, verdict, signature, provenance, archive}) => {
      return [makeTableCode(locator), verdict, signature.status, provenance.status, archive.status];
    })),
    ...open.length > maxPackages ? [`and ${open.length - maxPackages} more`] : [],
  ];
}

function makeTable(header: Array<string>, rows: Array<Array<string>>): string {
  return [header, header.map(() => `---`), ...rows].map(cells => `| ${cells.join(` | `)} |`).join(`\n`);
}
