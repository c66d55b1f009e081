import Ajv                                                                  from 'ajv';
import {readFileSync}                                                       from 'node:fs';
import {createRequire}                                                      from 'node:module';
import path                                                                 from 'node:path';
import {describe, expect, it}                                               from 'vitest';

import {findingCatalog}                                                     from '../../../sources/findings';
import {indexEntries}                                                       from '../../../sources/reports/lockfileLines';
import {addToStrings, makeFinding, makePackage, makeResult, makeRichResult} from '../../support/auditResults';
import {hostileTexts, listUnsafe}                                           from '../../support/hostileTexts';
import {makeLockfileText, printSarif}                                       from '../../support/printers';

/** The official schema, as Microsoft's own test package brings it along; it says no more than later drafts do. */
const schemaPath = path.join(path.dirname(createRequire(import.meta.url).resolve(`@microsoft/jest-sarif`)), `schemas/sarif-2.1.0-rtm.5.json`);
const {$schema, id, ...schema} = JSON.parse(readFileSync(schemaPath, `utf8`));
const validate = new Ajv({strict: false, unicodeRegExp: false, validateFormats: false, allErrors: true}).compile(schema);

const ensureValid = (sarif: unknown) => {
  validate(sarif);
  expect(validate.errors).toBeNull();
};

describe(`makeSarif`, () => {
  it.each([[`everything`, makeRichResult()], [`nothing`, makeResult([])]])(`it should be what the official schema says, with %s`, (_, result) => {
    ensureValid(printSarif(result));
  });

  it(`it should fail the schema if a level were made up`, () => {
    const sarif = printSarif(makeRichResult());
    sarif.runs[0].results[0].level = `incomplete`;
    expect(validate(sarif)).toEqual(false);
  });

  it(`it should have a rule with help for each kind of finding`, () => {
    const {rules} = printSarif(makeResult([])).runs[0].tool.driver;

    expect(rules.map(({id}: any) => id)).toEqual(Object.keys(findingCatalog));
    for (const {help, shortDescription} of rules) {
      expect(help.text).not.toEqual(``);
      expect(shortDescription.text).not.toEqual(``);
    }
  });

  it(`it should point at the entry in the lockfile`, () => {
    const result = makeRichResult();
    const lines = makeLockfileText(result).text.split(`\n`);
    const located = printSarif(result).runs[0].results.filter(({properties}: any) => properties.package);

    expect(located.length).toBeGreaterThan(0);
    for (const {locations: [{physicalLocation: {artifactLocation, region}}], properties} of located) {
      expect(artifactLocation.uri).toEqual(`packages/app/yarn.lock`);
      expect(lines[region.startLine + 1]).toEqual(`  resolution: ${JSON.stringify(properties.package)}`);
    }
  });

  it(`it should keep a finding's fingerprint when other packages come and go, and have no fingerprint twice`, () => {
    const findings = [makeFinding(`attestation-invalid`, `error`, {message: `first`}), makeFinding(`attestation-invalid`, `error`, {message: `second`})];
    const getPrints = (...names: Array<string>) => printSarif(makeResult(names.map(name => makePackage(name, {findings})))).runs[0].results.map(({partialFingerprints}: any) => partialFingerprints.primaryLocationLineHash);

    const prints = getPrints(`a`, `b`);
    expect(new Set(prints).size).toEqual(4);
    expect(getPrints(`0`, `a`, `b`).slice(2)).toEqual(prints);
  });

  it(`it should mark what is accepted as suppressed`, () => {
    const sarif = printSarif(makeResult([makePackage(`a`, {findings: [makeFinding(`signature-missing`, `error`, {accepted: {reason: `known`}})]})]));
    ensureValid(sarif);
    expect(sarif.runs[0].results[0].suppressions).toEqual([{kind: `external`, status: `accepted`, justification: `known`}]);
  });

  it(`it should hold nothing hostile, and no link of the registry`, () => {
    const sarif = printSarif(addToStrings(makeRichResult(), `[click](https://evil.example.org)${Object.values(hostileTexts).join(``)}`));
    ensureValid(sarif);

    expect(listUnsafe(JSON.stringify(sarif))).toEqual([]);
    for (const {message} of sarif.runs[0].results) {
      expect(message.text).not.toMatch(/(?<!\\)\[click/);
    }
  });
});

describe(`indexEntries`, () => {
  it(`it should find entries with several descriptors, aliases and bound locators`, () => {
    const lines = indexEntries([
      `__metadata:`,
      `  version: 8`,
      ``,
      `"alias@npm:foo@1.0.0, foo@npm:^1.0.0":`,
      `  version: 1.0.0`,
      `  resolution: "foo@npm:1.0.0::__archiveUrl=https%3A%2F%2Fregistry.example.org%2Ffoo.tgz"`,
      ``,
      `"bar@patch:bar@npm%3A1.0.0#./bar.patch":`,
      `  resolution: "bar@patch:bar@npm%3A1.0.0#./bar.patch::version=1.0.0&hash=abc"`,
      ``,
      `"bar@npm:1.0.0":`,
      `  resolution: "bar@npm:1.0.0"`,
    ].join(`\n`));

    expect(lines.get(`foo@npm:1.0.0`)).toEqual(4);
    expect(lines.get(`bar@npm:1.0.0`)).toEqual(11);
  });

  it.each([`  resolution: "`, `  resolution: "not a locator"`, `  resolution: "\\u"`, ``])(`it should survive: %s`, line => {
    expect(indexEntries(`a:\n${line}\n`).size).toEqual(0);
  });
});
