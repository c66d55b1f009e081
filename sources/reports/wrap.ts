/** Of every line that a terminal report wraps; what has no space in it (URLs, hashes) is never broken, so that it can be copied. */
export const WIDTH = 80;

/** The text as lines of at most `WIDTH`, the first indented by `indent` spaces, the others by `hanging`. */
export function wrap(text: string, indent: number, hanging: number = indent): Array<string> {
  const lines: Array<string> = [];
  let line = ` `.repeat(indent);
  let isEmpty = true;

  for (const word of text.split(` `)) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = ` `.repeat(hanging);
      isEmpty = true;
    }

    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }

  return [...lines, line];
}
