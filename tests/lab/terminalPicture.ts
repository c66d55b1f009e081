import {stripVTControlCharacters} from 'node:util';

/** Foreground colours of a terminal (SGR 30 to 37, 90 to 97), on a dark ground. */
const colors: Record<string, string> = {31: `#ff7b72`, 32: `#4ac26b`, 33: `#d9a520`, 34: `#79b8ff`, 90: `#9aa4af`, 91: `#ff7b72`, 92: `#4ac26b`, 93: `#d9a520`, 94: `#79b8ff`};
const entities: Record<string, string> = {'&': `&amp;`, '<': `&lt;`, '>': `&gt;`};

const escape = `\\u001b`;
const style = new RegExp(`${escape}\\[([\\d;]*)m`);

const LINE_HEIGHT = 18;
const CHARACTER_WIDTH = 8;

/** Coloured terminal output as an SVG. */
export function makeTerminalPicture(output: string): string {
  const lines = output.trimEnd().split(`\n`);
  const width = CHARACTER_WIDTH * Math.max(80, ...lines.map(line => stripVTControlCharacters(line).length)) + 32;
  const height = LINE_HEIGHT * lines.length + 32;

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Output of yarn npm audit-attestations">`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace,Menlo,Consolas,monospace" font-size="13" fill="#e6edf3" xml:space="preserve">`,
    ...lines.map((line, index) => `<text x="16" y="${LINE_HEIGHT * (index + 1) + 10}">${makeSpans(line)}</text>`),
    `</g>`,
    `</svg>`,
    ``,
  ].join(`\n`);
}

function makeSpans(line: string): string {
  let color: string | undefined;

  return line.split(style).map((part, index) => {
    if (index % 2 === 1) {
      color = part.split(`;`).map(code => colors[code]).find(Boolean);
      return ``;
    }

    const text = part.replace(/[&<>]/g, character => entities[character]!);
    return color && text !== `` ? `<tspan fill="${color}">${text}</tspan>` : text;
  }).join(``);
}
