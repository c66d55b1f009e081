import MarkdownIt                                                           from 'markdown-it';
import {describe, expect, it}                                               from 'vitest';

import {makeCode, makeLink, makeTableCode, escapeText}                      from '../../../sources/reports/markdownText';
import {addToStrings, makeFinding, makePackage, makeResult, makeRichResult} from '../../support/auditResults';
import {hostileTexts, listUnsafe}                                           from '../../support/hostileTexts';
import {printMarkdown}                                                      from '../../support/printers';

/** As GitHub and GitLab render: tables and bare URLs count. */
const renderer = new MarkdownIt({html: true, linkify: true});
const strip = (rendered: string) => rendered.replace(/<!-- -->/g, ``);

const hostileMarkup = [
  `**bold**`, `_it_`, `[a](https://evil.example.org)`, `![a](https://evil.example.org/a.png)`, `<img src=x>`, `<!-- x`, `\`code\``, `\`\`\``, `~~a~~`,
  `| a | b |`, `&copy;`, `\\`, `https://evil.example.org`, `www.evil.example.org`, `# a`, `- a`, `@octocat`, `#123`, `!123`,
];

describe(`escapeText`, () => {
  it.each(hostileMarkup)(`it should show %s as it is`, text => {
    const rendered = renderer.renderInline(escapeText(`a ${text} b`));
    expect(strip(rendered)).toEqual(new MarkdownIt().utils.escapeHtml(`a ${text} b`).replaceAll(`&quot;`, `"`));
  });

  it.each([`@octocat`, `#123`, `!123`, `https://evil.example.org`, `www.evil.example.org`])(`it should be no reference: %s`, text => {
    expect(renderer.renderInline(escapeText(text))).not.toContain(text);
  });
});

describe(`makeCode`, () => {
  it.each([...hostileMarkup, `\`a`, `a\``, ` a `, `\`\``])(`it should show %j as it is`, text => {
    expect(renderer.renderInline(makeCode(text))).toEqual(`<code>${new MarkdownIt().utils.escapeHtml(text)}</code>`);
  });

  it(`it should stay in its cell`, () => {
    const rendered = renderer.render(`| a | b |\n| --- | --- |\n| ${makeTableCode(`x | y`)} | z |\n`);
    expect(rendered).toContain(`<td><code>x | y</code></td>\n<td>z</td>`);
  });
});

describe(`makeLink`, () => {
  it.each([`https://a.example.org/x) [b](https://evil.example.org`, `https://a.example.org/<>`, `https://a.example.org/\\`, `https://a.example.org/?a=1&copy=2`])(`it should lead to %s alone`, url => {
    const rendered = renderer.renderInline(makeLink(`Run`, url));
    expect(rendered.match(/<a /g)).toHaveLength(1);
    expect(rendered).toMatch(/^<a href="https:\/\/a\.example\.org\/[^"]*">Run<\/a>$/);
  });
});

describe(`makeMarkdown`, () => {
  it(`it should hold nothing hostile`, () => {
    const markdown = printMarkdown(addToStrings(makeRichResult(), ` ${hostileMarkup.join(` `)} ${Object.values(hostileTexts).join(``)}`));
    expect(markdown.split(`\n`).flatMap(listUnsafe)).toEqual([]);

    const rendered = renderer.render(markdown);
    expect(rendered).not.toMatch(/<(?!\/?(?:h[1-6]|p|ul|li|strong|code|a|table|thead|tbody|tr|th|td)\b|!-- -->)/);
    expect(rendered).not.toMatch(/<a [^>]*href="(?:https:\/\/)?(?:www\.)?evil/);
    expect(rendered.match(/<table>/g)).toHaveLength(3);
  });

  it(`it should fit a step summary, whatever there is to say`, () => {
    const packages = Array.from({length: 2000}, (_, index) => makePackage(`a${index}`, {verdict: `failed`, findings: [makeFinding(`attestation-invalid`, `error`, {message: `x`.repeat(400), hint: `hint ${index}`})]}));
    const markdown = printMarkdown(makeResult(packages));

    expect(Buffer.byteLength(markdown)).toBeLessThan(1024 * 1024);
    expect(markdown).toContain(`This report was cut`);
  });
});
