import {detailLabels, type FindingDetails, type FindingGroup, type FindingSection, type GroupMember} from './findingGroups';
import {getLinks, type Link, type LinkContext}                                                       from './links';
import {wrap}                                                                                        from './wrap';

export type FindingLinesContext = LinkContext & {
  verbose: boolean;
  /** Colours a line of this kind; never the only way to tell kinds apart. */
  paint: (line: string, kind: FindingSection[`kind`]) => string;
};

/** Each says what is to be done about its findings. */
export const sectionTitles: Record<FindingSection[`kind`], string> = {
  error: `Errors: the audit fails because of these`,
  incomplete: `Not checked: to be made reachable, or audited again`,
  warning: `Warnings: to be reviewed`,
  info: `For information`,
  accepted: `Accepted by npmAttestationExceptions`,
};

/** How many packages of a group are named without `--verbose`: a few where there is nothing to say of each but its name. */
const plainSampleSize = 10;
const detailedSampleSize = 20;

/**
 * How many findings of one package in one group are shown: a registry may
 * serve any number of broken attestations, and must not scroll the other
 * packages away.
 */
const maxFindings = 10;

/** Section by section, group by group, at most 80 columns wide but for what cannot be broken. Takes a sanitised result. */
export function makeFindingLines(sections: Array<FindingSection>, context: FindingLinesContext): Array<string> {
  return sections.flatMap(({kind, groups}) => [
    context.paint(sectionTitles[kind], kind),
    ``,
    ...groups.flatMap(group => [...makeGroupLines(group, kind, context), ``]),
  ]);
}

function makeGroupLines(group: FindingGroup, kind: FindingSection[`kind`], context: FindingLinesContext): Array<string> {
  const {id, severity, accepted, common, members} = group;
  const {message, ...details} = common;

  return [
    ...wrap(`${id} (${severity}): ${members.length === 0 ? message : describeSubject(group)}`, 2, 4).map(line => context.paint(line, kind)),
    ...makeDetailLines(members.length === 0 ? details : common, 4),
    ...accepted ? makeFieldLines(`Accepted`, `${accepted.reason}${accepted.until ? `, until ${accepted.until}` : ``}`, 4) : [],
    ...members.length === 1 ? makeMemberLines(members[0]!, 4, context) : makeMembersLines(members, context),
  ];
}

/** Of whom the group speaks. */
function describeSubject({registry, members, count}: FindingGroup): string {
  const subject = members.length === 1
    ? members[0]!.pkg.locator
    : `${members.length} packages${registry === null ? `` : ` of ${registry}`}`;

  return count > members.length ? `${subject}, ${count} findings` : subject;
}

function makeMembersLines(members: Array<GroupMember>, context: FindingLinesContext): Array<string> {
  const isPlain = members.every(({details}) => details.length === 0);
  const named = context.verbose ? members : members.slice(0, isPlain ? plainSampleSize : detailedSampleSize);

  const lines = isPlain
    ? wrap(named.map(({pkg}) => pkg.locator).join(`, `), 4)
    : named.flatMap(member => [...wrap(member.pkg.locator, 4), ...makeMemberLines(member, 6, context)]);

  return members.length > 0 ? [...lines, ...makeRemainder(members.length - named.length, 4, `--verbose`)] : [];
}

function makeMemberLines({pkg, details}: GroupMember, indent: number, context: LinkContext): Array<string> {
  return [
    ...details.slice(0, maxFindings).flatMap(finding => makeDetailLines(finding, indent)),
    ...makeRemainder(details.length - maxFindings, indent, `--json`),
    ...makeLinkLines(getLinks(pkg, context), indent),
  ];
}

function makeDetailLines(details: Partial<FindingDetails>, indent: number): Array<string> {
  return Object.entries(details).flatMap(([key, value]) => makeFieldLines(detailLabels[key as keyof FindingDetails], value, indent));
}

/** A link a line. */
export function makeLinkLines(links: Array<Link>, indent: number): Array<string> {
  return links.flatMap(({label, url}) => makeFieldLines(label, url, indent));
}

/** `Label: value`, wrapped. */
export function makeFieldLines(label: string, value: string, indent: number): Array<string> {
  return wrap(`${label}: ${value}`, indent, indent + 2);
}

function makeRemainder(count: number, indent: number, option: string): Array<string> {
  return count > 0 ? wrap(`and ${count} more, which ${option} lists`, indent) : [];
}
