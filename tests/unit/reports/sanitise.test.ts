import {describe, expect, it}                                 from 'vitest';

import {escapeUnsafe, makeBounded, makePrintable, mapStrings} from '../../../sources/reports/sanitise';
import {hostileTexts, listUnsafe}                             from '../../support/hostileTexts';

const rows = Object.entries(hostileTexts);

describe(`makePrintable`, () => {
  it.each(rows)(`it should neutralise: %s`, (_, text) => {
    expect(listUnsafe(makePrintable(`before${text}after`))).toEqual([]);
  });

  it(`it should show what it replaced`, () => {
    expect(makePrintable(`lod\u200bash \x1b[2J \u{e0041}`)).toEqual(`lod\\u200bash \\u001b[2J \\udb40\\udc41`);
  });

  it.each([
    `@acme/foo@npm:1.2.3`,
    `https://github.com/acme/foo/actions/runs/1?check_suite_focus=true#step:1:2`,
    `refs/tags/@acme/foo@1.2.3`,
    `été, 日本語, 😀`,
    `# one, ## two, [#1], ##c-sharp[0]`,
  ])(`it should leave ordinary text alone: %s`, text => {
    expect(makePrintable(text)).toEqual(text);
  });

  it.each([
    [`##vso[a.b]c`, `#\\u0023vso[a.b]c`],
    [`a ##[error]b ####x[`, `a #\\u0023[error]b ###\\u0023x[`],
    [`::error::x`, `\\u003a:error::x`],
    [`a ::add-mask::x`, `a \\u003a:add-mask::x`],
    [`foo@npm:1.0.0::__archiveUrl=x`, `foo@npm:1.0.0::__archiveUrl=x`],
    [`##\u200bvso[a]`, `##\\u200bvso[a]`],
  ])(`it should command no CI runner: %s`, (text, printable) => {
    expect(makePrintable(text)).toEqual(printable);
  });

  it(`it should let no run of white space push text to where a line would wrap`, () => {
    expect(makePrintable(`a${` `.repeat(76)}b\r\n\t c`)).toEqual(`a b c`);
  });

  it.each([`a`, `\x1b`, `\u{e0041}`, `😀`, ` \u200b`])(`it should bound any number of %j, with an ellipsis`, character => {
    const text = makePrintable(character.repeat(1_000_000));

    expect(text.length).toBeLessThanOrEqual(500);
    expect(text.endsWith(`…`)).toEqual(true);
    expect(listUnsafe(text)).toEqual([]);
  });
});

describe(`escapeUnsafe`, () => {
  it.each(rows)(`it should not change what a JSON document means: %s`, (_, text) => {
    const value = {[text]: [text]};
    const json = escapeUnsafe(JSON.stringify(value));

    expect(listUnsafe(json)).toEqual([]);
    expect(JSON.parse(json)).toEqual(value);
  });
});

describe(`makeBounded`, () => {
  it(`it should keep what fits, to the last character`, () => {
    expect(makeBounded(`a`.repeat(10), 10)).toEqual(`a`.repeat(10));
    expect(makeBounded(`a`.repeat(11), 10)).toEqual(`${`a`.repeat(9)}…`);
  });

  it(`it should not cut through a surrogate pair`, () => {
    expect(makeBounded(`${`a`.repeat(8)}😀b`, 10)).toEqual(`${`a`.repeat(8)}…`);
  });

  it(`it should not show a part of a credential that the cut goes through`, () => {
    const text = `${`a`.repeat(4080)}https://user:${`secret`.repeat(100)}@registry.example.org`;
    expect(makeBounded(text)).not.toContain(`secret`);
  });
});

describe(`mapStrings`, () => {
  const shout = (text: string) => text.toUpperCase();

  it(`it should reach every string and every key`, () => {
    expect(mapStrings({a: `b`, c: [`d`, {e: {f: `g`}}], h: 1, i: null, j: false}, shout)).toEqual({
      A: `B`, C: [`D`, {E: {F: `G`}}], H: 1, I: null, J: false,
    });
  });

  it(`it should keep keys like __proto__ ordinary`, () => {
    const copy = mapStrings(JSON.parse(`{"__proto__": {"verdict": "verified"}, "constructor": "x", "toString": "y"}`), text => text);

    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(Object.keys(copy)).toEqual([`__proto__`, `constructor`, `toString`]);
    expect(copy.verdict).toBeUndefined();
    expect(JSON.stringify(copy)).toEqual(`{"__proto__":{"verdict":"verified"},"constructor":"x","toString":"y"}`);
  });

  it(`it should survive what is nested without end`, () => {
    const nested = JSON.parse(`${`[`.repeat(100_000)}${`]`.repeat(100_000)}`);
    expect(JSON.stringify(mapStrings(nested, shout))).toContain(`…`);
  });

  it(`it should not change what it is given`, () => {
    const value = {a: [`b`]};
    mapStrings(value, shout);
    expect(value).toEqual({a: [`b`]});
  });
});
