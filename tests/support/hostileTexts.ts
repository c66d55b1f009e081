/** What a registry might put into any string, by what it would do to a reader. */
export const hostileTexts: Record<string, string> = {
  null: `\0`,
  bell: `\x07`,
  backspace: `\b\b\b`,
  'carriage return': `\rPassed: 1 package verified.`,
  'line feed': `\n➤ YN0000: Passed`,
  tab: `\t`,
  'vertical tab and form feed': `\v\f`,
  'ANSI colour': `\x1b[32mverified\x1b[0m`,
  'ANSI erase': `\x1b[2J\x1b[1A`,
  'OSC hyperlink': `\x1b]8;;https://evil.example.org\x07link\x1b]8;;\x07`,
  'OSC title': `\x1b]0;title\x1b\\`,
  delete: `\x7f`,
  'C1 control sequence introducer': `\x9b2J`,
  'C1 next line': `\x85`,
  'bidirectional override': `\u202egnp.js`,
  'bidirectional isolate': `\u2066a\u2069`,
  'bidirectional mark': `\u200f\u061c`,
  'zero width space': `lod\u200bash`,
  'zero width joiner': `lod\u200dash`,
  'byte order mark': `\ufeff`,
  'soft hyphen': `lo\u00adash`,
  'word joiner': `\u2060`,
  'tag characters': `\u{e0041}\u{e007f}`,
  'variation selectors': `a\ufe0f\u{e0100}`,
  'Hangul filler': `\u3164`,
  'combining grapheme joiner': `\u034f`,
  'line separator': `\u2028`,
  'paragraph separator': `\u2029`,
  'no-break space': `\u00a0`,
  'ideographic space': `\u3000`,
  'private use': `\ue000`,
  noncharacter: `\uffff`,
  'lone high surrogate': `\ud800`,
  'lone low surrogate': `\udc00`,
  'command to a CI runner': `##vso[task.prependpath]/tmp/evil`,
  'older command to a CI runner': `###[add-mask]1`,
};

/** Written without the expressions of the sanitiser: code points, and commands to CI runners, that must reach no output. */
export function listUnsafe(text: string): Array<string> {
  const ranges: Array<[first: number, last: number]> = [
    [0x00, 0x1f], [0x7f, 0xa0], [0xad, 0xad], [0x034f, 0x034f], [0x061c, 0x061c], [0x115f, 0x1160], [0x200b, 0x200f],
    [0x2028, 0x202f], [0x205f, 0x206f], [0x3000, 0x3000], [0x3164, 0x3164], [0xd800, 0xdfff], [0xe000, 0xf8ff],
    [0xfe00, 0xfe0f], [0xfeff, 0xfeff], [0xffff, 0xffff], [0xe0000, 0xe0fff],
  ];

  const characters = [...text].filter(character => {
    const codePoint = character.codePointAt(0)!;
    return ranges.some(([first, last]) => codePoint >= first && codePoint <= last);
  });

  return [...characters, ...[`##vso[`, `##[`].filter(command => text.includes(command))];
}
