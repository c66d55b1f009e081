import {PassThrough}                                                        from 'node:stream';
import {describe, expect, it}                                               from 'vitest';

import type {AuditResult}                                                   from '../../../sources/auditResult';
import {emitJson, makeLines}                                                from '../../../sources/reports/json';
import {addToStrings, makeFinding, makePackage, makeResult, makeRichResult} from '../../support/auditResults';
import {hostileTexts, listUnsafe}                                           from '../../support/hostileTexts';
import {validateClosed, validateOpen}                                       from '../../support/recordSchema';

const context = {plugin: `0.1.0`, yarn: `4.18.1`};

const getRecords = (result: AuditResult) => Array.from(makeLines(result, context), line => JSON.parse(line));

describe(`makeLines`, () => {
  it(`it should print records that the schema describes entirely`, () => {
    for (const record of getRecords(makeRichResult())) {
      expect(validateClosed(record), JSON.stringify([record, validateClosed.errors])).toEqual(true);
      expect(validateOpen(record)).toEqual(true);
    }
  });

  it(`it should print a header, the packages, the findings of the run, the summary`, () => {
    const result = makeRichResult();
    const records = getRecords(result);

    expect(records.map(({type}) => type)).toEqual([`header`, ...result.packages.map(() => `package`), `finding`, `summary`]);
    expect(records.filter(({type}) => type === `package`).map(({locator}) => locator)).toEqual(result.packages.map(({locator}) => locator));

    expect(records[0]).toEqual({type: `header`, schema: 1, ...context, trust: result.trust, scope: result.scope});
    expect(records[1]).toEqual({type: `package`, ...result.packages[0]});
    expect(records.at(-2)).toEqual({type: `finding`, ...result.findings[0]});
    expect(records.at(-1)).toEqual({type: `summary`, ...result.summary});
  });

  it(`it should print header and summary for a result without packages`, () => {
    expect(getRecords(makeResult([])).map(({type}) => type)).toEqual([`header`, `summary`]);
  });

  it(`it should print bundles only when the result has them`, () => {
    const bundles = [{a: `b`}];
    const [, withBundles, without] = getRecords(makeResult([makePackage(`a`, {bundles}), makePackage(`b`)]));

    expect(withBundles.bundles).toEqual(bundles);
    expect(without).not.toHaveProperty(`bundles`);
  });

  it(`it should print bundles as they are, however long and whatever is in them`, () => {
    const bundle = JSON.parse(JSON.stringify({url: `https://user:password@registry.example.org`, payload: `a`.repeat(100_000), ...hostileTexts}));
    const [, record] = getRecords(makeResult([makePackage(`a`, {bundles: [bundle]})]));

    expect(record.bundles).toEqual([bundle]);
  });

  it(`it should print the other packages when a bundle is nested without end`, () => {
    const bundle = JSON.parse(`${`{"a":`.repeat(100_000)}1${`}`.repeat(100_000)}`);
    const records = getRecords(makeResult([makePackage(`a`, {bundles: [bundle]}), makePackage(`b`)]));

    expect(records.map(({type}) => type)).toEqual([`header`, `package`, `package`, `summary`]);
  });

  it(`it should keep one line a record and nothing unsafe in it`, () => {
    const hostile = Object.values(hostileTexts).join(``);
    const result = makeRichResult();
    result.packages[0]!.provenance.asserted = {[hostile]: hostile};

    const lines = [...makeLines(addToStrings(result, hostile), context)];
    expect(lines.length).toEqual(result.packages.length + result.findings.length + 2);

    for (const line of lines) {
      expect(listUnsafe(line)).toEqual([]);
    }
  });

  it(`it should bound every string and redact every URL`, () => {
    const text = `https://user:hunter2@registry.example.org/${`a`.repeat(10_000)}`;
    const lines = [...makeLines(makeResult(
      [makePackage(`a`, {provenance: {status: `verified`, run: text, asserted: {[text]: text}}, findings: [makeFinding(`signature-invalid`, `error`, {message: text, url: text})]})],
      [makeFinding(`trust-stale`, `warning`, {hint: text})],
    ), context)];

    for (const line of lines)
      expect(line).not.toContain(`hunter2`);

    expect(JSON.parse(lines[1]!).provenance.run).toHaveLength(4096);
    expect(JSON.parse(lines[1]!).provenance.run.endsWith(`…`)).toEqual(true);
  });

  it(`it should keep a __proto__ key of a statement an ordinary one`, () => {
    const asserted = JSON.parse(`{"__proto__": "x"}`);
    const [, line] = [...makeLines(makeResult([makePackage(`a`, {provenance: {status: `verified`, asserted}})]), context)];

    expect(line).toContain(`"asserted":{"__proto__":"x"}`);
  });
});

describe(`emitJson`, () => {
  it(`it should end every line`, () => {
    const stdout = new PassThrough();
    emitJson(makeRichResult(), {...context, stdout});

    const output = stdout.read().toString();
    expect(output).toEqual([...makeLines(makeRichResult(), context)].map(line => `${line}\n`).join(``));
  });
});

describe(`the schema`, () => {
  const [header, pkg, , , , , , finding, summary] = getRecords(makeRichResult());

  it.each([
    [`an unknown type`, {...header, type: `other`}],
    [`another schema`, {...header, schema: 2}],
    [`a package without a verdict`, {...pkg, verdict: undefined}],
    [`an unknown verdict`, {...pkg, verdict: `ok`}],
    [`an unknown status`, {...pkg, signature: {status: `ok`}}],
    [`a severity that findings never have`, {...finding, severity: `off`}],
    [`a finding without an id`, {...finding, id: undefined}],
    [`a negative count`, {...summary, packages: -1}],
    [`totals that leave out a verdict`, {...summary, verdicts: {...summary.verdicts, excluded: undefined}}],
    [`an unknown outcome`, {...summary, outcome: `ok`}],
  ])(`it should refuse %s`, (_, record) => {
    expect(validateOpen(JSON.parse(JSON.stringify(record)))).toEqual(false);
  });

  it(`it should accept fields of later versions`, () => {
    expect(validateOpen({...pkg, later: 1})).toEqual(true);
  });

  it(`it should accept an error of the command itself`, () => {
    expect(validateOpen({type: `error`, name: 0, displayName: `YN0000`, indent: ``, data: `No project found`})).toEqual(true);
  });
});
