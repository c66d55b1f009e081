import {Configuration, formatUtils}                                         from '@yarnpkg/core';
import {npath}                                                              from '@yarnpkg/fslib';
import {tmpdir}                                                             from 'node:os';
import {PassThrough}                                                        from 'node:stream';
import {describe, expect, it}                                               from 'vitest';

import type {AuditResult}                                                   from '../../../sources/auditResult';
import {PUBLIC_LOG_SEARCH}                                                  from '../../../sources/reports/links';
import {emitReport}                                                         from '../../../sources/reports/terminal';
import {addToStrings, makeFinding, makePackage, makeResult, makeRichResult} from '../../support/auditResults';
import {hostileTexts, listUnsafe}                                           from '../../support/hostileTexts';

const now = new Date(`2026-01-05T00:00:00Z`);

function print(result: AuditResult, {verbose = false, colors = false} = {}): string {
  const cwd = npath.toPortablePath(tmpdir());
  const configuration = Configuration.create(cwd);
  configuration.use(`<test>`, {enableColors: colors}, cwd);

  const stdout = new PassThrough();
  emitReport(result, {configuration, stdout, verbose, now, logSearch: PUBLIC_LOG_SEARCH});
  return stdout.read().toString();
}

const count = (text: string, part: string) => text.split(part).length - 1;

const manyUnserved = Array.from({length: 40}, (_, index) => makePackage(`unserved-${index}`, {
  verdict: `incomplete`,
  findings: [makeFinding(`attestation-unserved`, `incomplete`, {hint: `Ask the other registry.`})],
}));

describe(`emitReport`, () => {
  it(`it should print trust, findings, totals and outcome, in this order`, () => {
    const lines = print(makeRichResult()).split(`\n`);
    const order = [
      `Trust root: TUF, fetched 2026-01-02 (2 days old), expires 2026-02-02`,
      `Errors: the audit fails because of these`,
      `  signature-invalid (error): forged@npm:1.0.0`,
      `    Problem: The message of signature-invalid.`,
      `    Expected: a signature by SHA256:abc`,
      `    Found: another`,
      `    What to do: Do not install it.`,
      `    More: https://search.sigstore.dev/?logIndex=12`,
      `Not checked: to be made reachable, or audited again`,
      `  attestation-unserved (incomplete): 2 packages of https://registry.example.org`,
      `Warnings: to be reviewed`,
      `  trust-stale (warning): The message of trust-stale.`,
      `    What to do: Run again with a network.`,
      `For information`,
      `Coverage: what was verified`,
      `  All packages: 5; signatures 4 (80%), provenance 1 (20%), archives 0 (0%)`,
      `Packages:              1 verified, 1 failed, 2 incomplete, 1 unverifiable,`,
      `Findings:              2 error, 1 warning, 1 info, 2 incomplete, 1 accepted`,
      `Failed: 2 errors; 1 package verified.`,
    ];

    expect(lines.filter(line => order.includes(line))).toEqual(order);
  });

  it(`it should count the signatures by keys that only their registry vouches for`, () => {
    const signature = {status: `verified`, keyid: `SHA256:own`, keySource: `registry`, keyExpiry: `none`} as const;

    expect(print(makeResult([makePackage(`a`, {signature}), makePackage(`b`)]))).toContain(`\nRegistry's own keys:   1 signature, vouched for by nobody else\n`);
    expect(print(makeResult([makePackage(`b`), makePackage(`c`, {signature: {...signature, status: `invalid`}})]))).not.toContain(`own keys`);
  });

  it(`it should print every finding once`, () => {
    const findings = Array.from({length: 10}, (_, index) => makeFinding(`signature-invalid`, `error`, {message: `message-${index}.`}));
    const shared = Array.from({length: 3}, (_, index) => makeFinding(`registry-unreachable`, `incomplete`, {message: `fault-${index}.`}));

    const output = print(makeResult(
      [...findings.map((finding, index) => makePackage(`a${index}`, {findings: [finding]})), ...shared.map((finding, index) => makePackage(`b${index}`, {findings: [finding]}))],
      [makeFinding(`trust-invalid`, `error`, {message: `of the run.`})],
    ));

    for (const {message} of [...findings, ...shared])
      expect(count(output, message)).toEqual(1);

    expect(count(output, `of the run.`)).toEqual(1);
  });

  it(`it should name a few packages of what many have in common, and all of them if asked`, () => {
    const output = print(makeResult(manyUnserved));
    expect(count(output, `The message of attestation-unserved.`)).toEqual(1);
    expect(count(output, `Ask the other registry.`)).toEqual(1);
    expect(new Set(output.match(/unserved-\d+/g)).size).toBeLessThan(40);
    expect(output).toContain(`attestation-unserved (incomplete): 40 packages of https://registry.example.org`);
    expect(output).toContain(`and 30 more, which --verbose lists`);

    const verboseOutput = print(makeResult(manyUnserved), {verbose: true});
    expect(count(verboseOutput, `The message of attestation-unserved.`)).toEqual(1);
    for (const {locator} of manyUnserved) {
      expect(verboseOutput).toContain(locator);
    }
  });

  it(`it should not mix registries or severities in one group`, () => {
    const findings = [makeFinding(`registry-unsupported`, `info`)];
    const output = print(makeResult([
      makePackage(`a1`, {findings}),
      makePackage(`a2`, {findings}),
      makePackage(`b1`, {findings, registry: `https://other.example.org`}),
      makePackage(`b2`, {findings, registry: `https://other.example.org`}),
      makePackage(`c`, {findings: [makeFinding(`registry-unsupported`, `error`)]}),
    ]));

    expect(output).toContain(`registry-unsupported (info): 2 packages of https://registry.example.org`);
    expect(output).toContain(`registry-unsupported (info): 2 packages of https://other.example.org`);
    expect(output).toContain(`registry-unsupported (error): c@npm:1.0.0`);
  });

  it(`it should bound what is told of one package`, () => {
    const findings = Array.from({length: 1000}, (_, index) => makeFinding(`attestation-invalid`, `error`, {message: `message-${index}.`}));
    expect(print(makeResult([makePackage(`a`, {findings})]))).toContain(`and 990 more, which --json lists`);
  });

  it(`it should say which exception accepts a finding, and not call it a problem`, () => {
    const output = print(makeResult([makePackage(`a`, {findings: [makeFinding(`signature-missing`, `error`, {accepted: {reason: `Known since May.`, until: `2026-12-31`}})]})]));

    expect(output).not.toContain(`Errors:`);
    expect(output).toContain(`    Accepted: Known since May., until 2026-12-31\n`);
  });

  it(`it should put what concerns few packages before what concerns many`, () => {
    const output = print(makeResult([
      ...Array.from({length: 9}, (_, index) => makePackage(`a${index}`, {findings: [makeFinding(`signature-missing`, `error`)]})),
      makePackage(`b`, {findings: [makeFinding(`signature-invalid`, `error`)]}),
    ]));

    expect(output.indexOf(`signature-invalid (error)`)).toBeLessThan(output.indexOf(`signature-missing (error)`));
  });

  it(`it should keep to 80 columns, but for what cannot be broken`, () => {
    const text = `many words `.repeat(20);
    const {packages, findings} = makeRichResult();
    const result = makeResult(packages.map(pkg => ({...pkg, workspaces: [`a`, `b`], findings: pkg.findings.map(finding => ({...finding, message: text, hint: text}))})), findings);

    for (const line of print(result, {verbose: true}).split(`\n`)) {
      expect(line.length <= 80 || !line.trim().includes(` `), line).toEqual(true);
    }
  });

  it(`it should show the worst findings of a package that has too many of them`, () => {
    const findings = [
      ...Array.from({length: 100_000}, () => makeFinding(`attestation-unsupported`, `warning`)),
      makeFinding(`signature-invalid`, `error`),
    ];
    const output = print(makeResult([makePackage(`a`, {findings})]));

    expect(output.split(`\n`).length).toBeLessThan(60);
    expect(output).toContain(`signature-invalid (error)`);
    expect(output).toContain(`attestation-unsupported (warning): a@npm:1.0.0, 100000 findings`);
  });

  it(`it should list only problems, unless asked for every package with its source`, () => {
    expect(print(makeRichResult())).not.toContain(`@acme/attested`);

    const output = print(makeRichResult(), {verbose: true});
    const source = output.slice(output.indexOf(`  @acme/attested@npm:1.0.0\n`), output.indexOf(`  excluded@npm:1.0.0\n`));
    expect(source).toEqual([
      `  @acme/attested@npm:1.0.0`,
      `    Verdict: verified, patched by this project`,
      `    Signature: verified, key vouched for by TUF`,
      `    Provenance: verified`,
      `    Archive: skipped`,
      `    Source: https://github.com/acme/attested`,
      `    Ref: refs/tags/v1.0.0`,
      `    Workflow: .github/workflows/release.yml`,
      `    Commit:`,
      `      https://github.com/acme/attested/commit/0123456789abcdef0123456789abcdef01234567`,
      `    Run: https://github.com/acme/attested/actions/runs/1/attempts/1`,
      `    Log entry: https://search.sigstore.dev/?logIndex=13`,
      ``,
      ``,
    ].join(`\n`));

    for (const {locator} of makeRichResult().packages) {
      expect(output).toContain(locator);
    }
  });

  it.each([`invalid`, `unsupported`, `unavailable`, `unverifiable`, `missing`] as const)(`it should not show a source that provenance with the status %s claims`, status => {
    const [pkg] = makeRichResult().packages;
    const output = print(makeResult([{...pkg!, provenance: {...pkg!.provenance, status}}]), {verbose: true});

    expect(output).toContain(`Provenance: ${status}`);
    expect(output).not.toContain(`github.com/acme`);
    expect(output).not.toContain(`logIndex=13`);
  });

  it.each([true, false])(`it should print nothing hostile, verbose: %s`, verbose => {
    for (const text of [Object.values(hostileTexts).join(``), ...Object.values(hostileTexts)]) {
      const output = print(addToStrings(makeRichResult(), text), {verbose});
      const lines = output.split(`\n`);

      expect(lines.flatMap(listUnsafe)).toEqual([]);
      expect(output).not.toMatch(/^(?:\u27a4|Passed)/m);
    }
  });

  it(`it should bound what it prints of a value, and redact URLs`, () => {
    const output = print(addToStrings(makeRichResult(), ` https://user:hunter2@registry.example.org/${`a`.repeat(100_000)}`), {verbose: true});

    expect(output).not.toContain(`hunter2`);
    expect(Math.max(...output.split(`\n`).map(line => line.length))).toBeLessThan(1100);
  });

  it(`it should keep totals within 80 columns`, () => {
    const result = makeRichResult();
    for (const counts of [result.summary.verdicts, result.summary.signatures, result.summary.provenance, result.summary.findings] as Array<Record<string, number>>)
      for (const key of Object.keys(counts))
        counts[key] = 123_456;

    const lines = print(result).split(`\n`);
    const totals = lines.slice(lines.findIndex(line => line.startsWith(`Packages:`)));
    expect(Math.max(...totals.map(line => line.length))).toBeLessThanOrEqual(80);
  });

  it(`it should say the same with and without colour`, () => {
    const colored = print(makeRichResult(), {colors: true});
    expect(formatUtils.stripAnsi(colored)).toEqual(print(makeRichResult()));
  });

  it.each<[string, AuditResult, string]>([
    [`nothing to verify`, makeResult([]), `Passed: 0 packages verified.`],
    [`success`, makeResult([makePackage(`a`)]), `Passed: 1 package verified.`],
    [`a warning`, makeResult([makePackage(`a`, {findings: [makeFinding(`provenance-self-hosted`, `warning`)]})]), `Passed with 1 warning: 1 package verified.`],
    [`a failure that the settings tolerate`, makeResult([makePackage(`a`), makePackage(`b`, {verdict: `failed`})]), `Passed: 1 package verified; 1 failed or incomplete, tolerated by the settings.`],
    [`a fault`, makeResult([makePackage(`a`, {verdict: `incomplete`, findings: [makeFinding(`keys-unavailable`, `incomplete`)]})]), `Incomplete: no errors, but 1 check could not be made; 0 packages verified.`],
    [`an error of the run`, makeResult([], [makeFinding(`trust-invalid`, `error`)]), `Failed: 1 error; 0 packages verified.`],
  ])(`it should end with the outcome of %s`, (_, result, outcome) => {
    expect(print(result).trimEnd().split(`\n`).at(-1)).toEqual(outcome);
  });

  it.each<[AuditResult[`trust`], string]>([
    [{source: `tuf`, fetchedAt: `2026-01-04T12:00:00Z`, expires: null}, `Trust root: TUF, fetched 2026-01-04 (less than a day old)`],
    [{source: `cache`, fetchedAt: `2026-01-03T12:00:00Z`, expires: null}, `Trust root: TUF (cached), fetched 2026-01-03 (1 day old)`],
    [{source: `embedded`, fetchedAt: `2025-01-05T00:00:00Z`, expires: `2025-02-05T00:00:00Z`}, `Trust root: embedded in the plugin, fetched 2025-01-05 (365 days old), expires 2025-02-05`],
    [{source: `pinned`, fetchedAt: null, expires: null}, `Trust root: pinned by the settings`],
    [{source: `cache`, fetchedAt: `2027-01-01T00:00:00Z`, expires: null}, `Trust root: TUF (cached), fetched 2027-01-01 (age unknown)`],
  ])(`it should say whom it believes: %j`, (trust, line) => {
    expect(print({...makeResult([]), trust}).split(`\n\n`)[0]!.replaceAll(`\n `, ``)).toEqual(line);
  });
});
