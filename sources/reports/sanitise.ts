import {redactCredentials} from './credentials';

/**
 * Everything that could make a terminal, an editor or a reader see something
 * else than what is there: control and format characters (escape sequences,
 * bidirectional overrides, zero-width and tag characters), private use,
 * unassigned and lone surrogates (`C`), spaces and separators other than the
 * ordinary space (`Z`), and what is drawn as nothing at all.
 * https://www.unicode.org/reports/tr36/
 */
const unsafeCharacters = /[\p{C}\p{Default_Ignorable_Code_Point}]|(?! )\p{Z}/gu;

/**
 * Where a runner of CI jobs looks for a command to itself, anywhere in a line
 * of a log: `##vso[task.setvariable …]`, `##[add-mask]…`.
 * https://github.com/microsoft/azure-pipelines-tasks/blob/master/docs/authoring/commands.md
 */
const logCommands = /(?<=#)#(?=\w*\[)/g;

/** Its other form, `::error::`, works at the start of a line, which every word of a wrapped text may become. */
const lineCommands = /(?<=^| ):(?=:)/g;

/** Longest text that a terminal shows for one value, in UTF-16 units. */
const terminalLength = 500;

/** Longest text that a report file holds for one value, in UTF-16 units: room for any identifier or URL. */
const recordLength = 4096;

/**
 * How deep a printed value may be nested. Documents that were parsed without
 * recursion may be deeper than what can be printed with it.
 */
const maxDepth = 64;

/**
 * Replaces unsafe characters, and what would make a command of the text, by
 * `\uXXXX`, one for each UTF-16 unit. On the text of a JSON document that is
 * lossless, for outside of the ASCII range, and at a `#`, JSON has nothing but
 * the content of strings.
 */
export function escapeUnsafe(text: string): string {
  return text.replace(unsafeCharacters, escapeCharacter).replace(logCommands, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return Array.from({length: character.length}, (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, `0`)}`).join(``);
}

/**
 * One line for a terminal: no credentials, nothing unsafe, bounded. Runs of
 * white space become one space, so that no value can push text to where the
 * terminal would wrap it into a line that looks like one of ours.
 */
export function makePrintable(text: string, maxLength: number = terminalLength): string {
  const line = makeBounded(text, maxLength).replace(/[ \t\r\n]+/g, ` `);
  return truncate(escapeUnsafe(line).replace(lineCommands, escapeCharacter), maxLength);
}

/** A value for a machine: no credentials, bounded; escaping is left to the format. */
export function makeBounded(text: string, maxLength: number = recordLength): string {
  // Cut twice: first so that no expression meets megabytes, far enough behind
  // the end of what is shown not to cut through a credential there.
  return truncate(redactCredentials(text.slice(0, 16 * recordLength)), maxLength);
}

/**
 * A copy with `sanitise` applied to every string in it, keys included. Every
 * printer calls it once on all that it is about to print, so that no field can
 * be forgotten. Keys like `__proto__` stay ordinary keys.
 */
export function mapStrings<T>(value: T, sanitise: (text: string) => string): T {
  // Of a thousand packages, names of fields and most values are the same.
  const known = new Map<string, string>();

  return mapValue(value, text => {
    const sanitised = known.get(text) ?? sanitise(text);
    known.set(text, sanitised);
    return sanitised;
  }, 0) as T;
}

function mapValue(value: unknown, sanitise: (text: string) => string, depth: number): unknown {
  if (typeof value === `string`)
    return sanitise(value);
  if (typeof value !== `object` || value === null)
    return value;
  if (depth === maxDepth)
    return `…`;

  if (Array.isArray(value))
    return value.map(item => mapValue(item, sanitise, depth + 1));

  // Unlike an assignment, fromEntries defines `__proto__` as a property.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => {
    return [sanitise(key), mapValue(item, sanitise, depth + 1)];
  }));
}

function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength)
    return text;

  const head = text.slice(0, maxLength - 1);
  const isCutInPair = /[\uD800-\uDBFF]$/.test(head);
  return `${isCutInPair ? head.slice(0, -1) : head}…`;
}
