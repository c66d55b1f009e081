import {parseSyml} from '@yarnpkg/parsers';

/**
 * The lines of a pins file by what they belong to. Comments belong to what
 * stands below them; those above the first blank line belong to the file. A
 * YAML library that keeps comments would be a quarter of the whole plugin,
 * for a file of two levels that this plugin writes itself.
 */
export type PinsLayout = {
  header: Array<string>;
  packages: Array<PackageLayout>;
  /** Comments behind the last package. */
  footer: Array<string>;
};

export type PackageLayout = {
  name: string;
  /** The comments above and the line with the name. */
  head: Array<string>;
  pins: Array<PinLayout>;
};

export type PinLayout = {
  comments: Array<string>;
  fields: Array<string>;
};

/** The text is not in the form that this plugin writes; the line is counted from 1. */
class LayoutError extends Error {
  constructor(readonly line: number, message: string) {
    super(`line ${line}: ${message}`);
  }
}

/** Throws `LayoutError`. */
export function parseLayout(text: string): PinsLayout {
  const layout: PinsLayout = {header: [], packages: [], footer: []};
  let comments: Array<string> = [];

  for (const [index, line] of text.replace(/\r?\n$/, ``).split(/\r?\n/).entries()) {
    const current = layout.packages.at(-1);
    const pin = current?.pins.at(-1);

    if (/^\s*(?:#.*)?$/.test(line)) {
      comments.push(line);
      if (line.trim() === `` && layout.header.length === 0 && !current) {
        layout.header = comments;
        comments = [];
      }
    } else if (/^[^\s-][^\t]*:\s*(?:#.*)?$/.test(line)) {
      layout.packages.push({name: parseName(line, index + 1), head: [...comments, line], pins: []});
      comments = [];
    } else if (current && /^ *- +\w+:/.test(line)) {
      current.pins.push({comments, fields: [line]});
      comments = [];
    } else if (pin && /^ +\w+:/.test(line)) {
      pin.fields.push(...comments, line);
      comments = [];
    } else {
      throw new LayoutError(index + 1, /^(?:<{7}|={7}|>{7}|\|{7})/.test(line)
        ? `the file has merge conflicts: resolve them, and have the result reviewed`
        : `expected a package name, "- field: value" or "field: value"`);
    }
  }

  layout.footer = comments;
  return layout;
}

export function stringifyLayout({header, packages, footer}: PinsLayout): string {
  const lines = [
    ...header,
    ...packages.flatMap(({head, pins}) => [...head, ...pins.flatMap(({comments, fields}) => [...comments, ...fields])]),
    ...footer,
  ];

  return `${lines.join(`\n`)}\n`;
}

/** What counts as a field, comments between fields left out. */
export function countFields({fields}: PinLayout): number {
  return fields.filter(line => !/^\s*(?:#.*)?$/.test(line)).length;
}

function parseName(line: string, number: number): string {
  try {
    return ensureOne(Object.keys(parseSyml(line)));
  } catch {
    throw new LayoutError(number, `expected the name of a package`);
  }
}

function ensureOne([name, ...others]: Array<string>): string {
  if (typeof name === `undefined` || others.length > 0)
    throw new Error(`Assertion failed: Expected one key`);

  return name;
}
