import MarkdownIt                                                           from 'markdown-it';
import {describe, expect, it}                                               from 'vitest';

import type {AuditResult}                                                   from '../../../sources/auditResult';
import {describeOutcome, listTotals}                                        from '../../../sources/reports/totals';
import {makeFinding, makePackage, makePackages, makeResult, makeRichResult} from '../../support/auditResults';
import {printJson, printMarkdown, printPage, printSarif, printTerminal}     from '../../support/printers';

/** What a reader takes from a report, whatever its form. */
type Reading = {
  outcome: string;
  /** `label: items`. */
  totals: Array<string>;
  /** How many findings there are of each `id (severity)`. */
  findings: Record<string, number>;
  /** Of the packages that are not verified, by locator. */
  verdicts: Record<string, string>;
};

function read(result: AuditResult): Reading {
  const findings = [...result.findings, ...result.packages.flatMap(pkg => pkg.findings)];

  return {
    outcome: describeOutcome(result.summary),
    totals: listTotals(result.summary).map(([label, items]) => `${label}: ${items.join(`, `)}`),
    findings: countTitles(findings.map(({id, severity}): [string, number] => [`${id} (${severity})`, 1])),
    verdicts: Object.fromEntries(result.packages.filter(({verdict}) => verdict !== `verified`).map(({locator, verdict}) => [locator, verdict])),
  };
}

function countTitles(titles: Iterable<[title: string, count: number]>): Record<string, number> {
  const counts = new Map<string, number>();
  for (const [title, count] of titles)
    counts.set(title, (counts.get(title) ?? 0) + count);

  return Object.fromEntries([...counts].sort());
}

/** `id (severity): 3 packages of …, 5 findings`, in any markup. */
function readHeading(text: string): [string, number] {
  const [, title, subject] = /^(\S+ \(\w+\)): ?(.*)$/.exec(text)!;
  const count = /(\d+) findings$/.exec(subject!) ?? /^(\d+) packages/.exec(subject!);
  return [title!, Number(count?.[1] ?? 1)];
}

function readTerminal(result: AuditResult): Reading {
  const lines = printTerminal(result, {verbose: true}).replace(/\n {3,}(?=\d|\S+@)/g, ` `).trimEnd().split(`\n`);
  const packages = lines.slice(lines.indexOf(`All packages`));
  const verdicts = packages.flatMap((line, index) => {
    const [, verdict] = /^ {4}Verdict: (\w+)/.exec(line) ?? [];
    return verdict && verdict !== `verified` ? [[packages[index - 1]!.trim(), verdict]] : [];
  });

  return {
    outcome: lines.at(-1)!,
    totals: lines.slice(lines.findIndex(line => line.startsWith(`Packages:`)), -2).map(line => line.replace(/ +/g, ` `)),
    findings: countTitles(lines.filter(line => /^ {2}[a-z-]+ \((?:error|warning|info|incomplete)\):/.test(line)).map(line => readHeading(line.trim()))),
    verdicts: Object.fromEntries(verdicts),
  };
}

const unescape = (text: string) => text.replace(/<[^>]*>/g, ``).replace(/&lt;/g, `<`).replace(/&gt;/g, `>`).replace(/&quot;/g, `"`).replace(/&#39;/g, `'`).replace(/&amp;/g, `&`);
const matchAll = (text: string, pattern: RegExp) => Array.from(text.matchAll(pattern), ([, match]) => unescape(match!));

function readMarkdown(result: AuditResult): Reading {
  const rendered = new MarkdownIt({html: true}).render(printMarkdown(result));
  const [totals, ...tables] = rendered.split(`<table>`).slice(1);
  const cells = (table: string) => table.split(`<tr>`).slice(2).map(row => matchAll(row, /<td>(.*?)<\/td>/g));

  return {
    outcome: matchAll(rendered, /<strong>(.*?)<\/strong>/g)[0]!,
    totals: cells(totals!).map(([label, items]) => `${label}: ${items}`),
    findings: countTitles(matchAll(rendered, /<h3>(.*?)<\/h3>/g).map(readHeading)),
    verdicts: Object.fromEntries(cells(tables.at(-1) ?? ``).filter(({length}) => length === 5 && rendered.includes(`Packages that are not verified`)).map(([locator, verdict]) => [locator, verdict])),
  };
}

function readJson(result: AuditResult): Reading {
  const {packages, findings, summary} = printJson(result);
  return read({...result, packages, findings, summary});
}

function readSarif(result: AuditResult): Reading {
  const [{results, properties: {summary}}] = printSarif(result).runs;
  const verdicts = results.flatMap(({properties}: any) => properties.package && properties.verdict !== `verified` ? [[properties.package, properties.verdict]] : []);

  return {
    ...read({...result, packages: [], findings: results.map(({ruleId, properties}: any) => ({id: ruleId, severity: properties.severity})), summary}),
    verdicts: Object.fromEntries(verdicts),
  };
}

function readPage(result: AuditResult): Reading {
  const page = printPage(result);
  const data: Array<any> = JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)![1]!);
  const totals = page.slice(page.indexOf(`<h2 id="totals">`));
  const terms = matchAll(totals, /<dt>(.*?)<\/dt>/g);

  return {
    outcome: matchAll(page, /<p class="outcome[^"]*">(.*?)<\/p>/g)[0]!,
    totals: matchAll(totals, /<dd>(.*?)<\/dd>/g).map((items, index) => `${terms[index]}: ${items}`),
    findings: countTitles(matchAll(page, /<div class="group"><h3>(.*?)<\/h3>/g).map(readHeading)),
    verdicts: Object.fromEntries(data.filter(({verdict}) => verdict !== `verified`).map(({locator, verdict}) => [locator, verdict])),
  };
}

const results: Record<string, AuditResult> = {
  [`everything that there is`]: makeRichResult(),
  [`nothing`]: makeResult([]),
  [`success`]: makeResult(makePackages({verified: 3})),
  [`keys that only their registry vouches for`]: makeResult([`a`, `b`].map(name => makePackage(name, {signature: {status: `verified`, keyid: `SHA256:own`, keySource: `registry`, keyExpiry: `none`}}))),
  [`one package with the same finding twice`]: makeResult([makePackage(`a`, {verdict: `failed`, findings: [makeFinding(`attestation-invalid`, `error`), makeFinding(`attestation-invalid`, `error`)]})]),
  [`many packages without a signature`]: makeResult(Array.from({length: 100}, (_, index) => makePackage(`a${index}`, {verdict: `failed`, findings: [makeFinding(`signature-missing`, `error`)]}))),
};

describe.each(Object.entries({terminal: readTerminal, markdown: readMarkdown, json: readJson, sarif: readSarif, html: readPage}))(`The %s printer`, (name, readPrinted) => {
  it.each(Object.entries(results))(`it should say the same of %s`, (_, result) => {
    const expected = read(result);

    // SARIF knows packages by their findings alone.
    const named = new Set(result.packages.filter(({findings}) => findings.length > 0).map(({locator}) => locator));
    const verdicts = name === `sarif` ? Object.fromEntries(Object.entries(expected.verdicts).filter(([locator]) => named.has(locator))) : expected.verdicts;

    expect(readPrinted(result)).toEqual({...expected, verdicts});
  });
});
