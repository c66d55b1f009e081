import type {AuditResult}                                      from '../auditResult';

import {groupFindings, type FindingGroup, type FindingSection} from './findingGroups';
import {indexEntries, type LockfileText}                       from './lockfileLines';
import {makePrintableResult}                                   from './printableResult';

type Command = `error` | `warning`;

/** What is worth an annotation, and as what. */
const commands: Partial<Record<FindingSection[`kind`], Command>> = {error: `error`, incomplete: `warning`, warning: `warning`};

/** GitHub shows no more of each kind for a step. */
const maxAnnotations = 10;

/**
 * The problems as commands of GitHub's runner, one for each group, at the
 * lockfile's entry of the group's first package.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function makeAnnotations(result: AuditResult, lockfile: LockfileText): Array<string> {
  const lines = indexEntries(lockfile.text);
  const annotations: Record<Command, Array<string>> = {error: [], warning: []};

  for (const {kind, groups} of groupFindings(makePrintableResult(result))) {
    const command = commands[kind];
    if (command) {
      annotations[command].push(...groups.map(group => makeCommand(command, group, lockfile.path, lines)));
    }
  }

  return Object.values(annotations).flatMap(commands => commands.slice(0, maxAnnotations));
}

function makeCommand(command: Command, {id, members, common}: FindingGroup, file: string, lines: Map<string, number>): string {
  const [first] = members;
  const message = common.message ?? first?.details[0]?.message ?? ``;
  const others = members.length > 1 ? ` (and ${members.length - 1} more)` : ``;

  const properties = {file, line: `${first ? lines.get(first.pkg.locator) ?? 1 : 1}`, title: id};
  const text = [...first ? [`${first.pkg.locator}${others}: ${message}`] : [message], ...common.hint ? [`What to do: ${common.hint}`] : []].join(`\n`);

  return `::${command} ${Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`).join(`,`)}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return text.replaceAll(`%`, `%25`).replaceAll(`\r`, `%0D`).replaceAll(`\n`, `%0A`);
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(`:`, `%3A`).replaceAll(`,`, `%2C`);
}
