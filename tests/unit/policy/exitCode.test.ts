import {describe, expect, it}                   from 'vitest';

import type {Outcome, PackageResult, Verdict}   from '../../../sources/auditResult';
import type {Severity}                          from '../../../sources/findings';
import {getExitCode, getOutcome}                from '../../../sources/policy/exitCode';
import {getNothingVerified}                     from '../../../sources/policy/nothingVerified';
import {summarise}                              from '../../../sources/policy/summary';
import {makeFinding, makePackage, makePackages} from '../../support/auditResults';

const unchecked = (severity: Severity) => makePackage(`unchecked`, {verdict: `incomplete`, findings: [makeFinding(`registry-unreachable`, severity)]});
const gitPackage = makePackage(`from-git`, {registry: null, verdict: `unverifiable`});

describe(`getOutcome and getExitCode`, () => {
  const rows: Array<[severities: Array<Severity>, outcome: Outcome, exitCode: number]> = [
    [[], `passed`, 0],
    [[`info`], `passed`, 0],
    [[`warning`], `passed`, 0],
    [[`incomplete`], `incomplete`, 2],
    [[`error`], `failed`, 1],
    [[`warning`, `incomplete`, `info`], `incomplete`, 2],
    [[`incomplete`, `error`], `failed`, 1],
    [[`error`, `incomplete`], `failed`, 1],
  ];

  it.each(rows)(`it should end %j as %s, exit code %d`, (severities, outcome, exitCode) => {
    const findings = severities.map(severity => makeFinding(`trust-stale`, severity));
    expect(getOutcome(findings)).toEqual(outcome);

    // The same, whoever the findings belong to.
    expect(getExitCode({packages: [], findings})).toEqual(exitCode);
    expect(getExitCode({packages: [makePackage(`a`), makePackage(`b`, {findings})], findings: []})).toEqual(exitCode);
  });

  it(`it should take the worst of the run and its packages`, () => {
    const incomplete = [makeFinding(`keys-unavailable`, `incomplete`)];
    const error = [makeFinding(`signature-invalid`, `error`)];

    expect(getExitCode({packages: [makePackage(`a`, {findings: error})], findings: incomplete})).toEqual(1);
    expect(getExitCode({packages: [makePackage(`a`, {findings: incomplete})], findings: error})).toEqual(1);
  });

  it(`it should not count what somebody has accepted`, () => {
    const accepted = {reason: `Published by hand`};
    const error = makeFinding(`provenance-missing`, `error`, {accepted});
    const incomplete = makeFinding(`attestation-unserved`, `incomplete`, {accepted});

    expect(getExitCode({packages: [makePackage(`a`, {findings: [error, incomplete]})], findings: []})).toEqual(0);
    expect(getExitCode({packages: [makePackage(`a`, {findings: [error, makeFinding(`signature-invalid`, `error`)]})], findings: []})).toEqual(1);
  });

  it.each([`failed`, `incomplete`, `unverifiable`] as const)(`it should not look at the verdict %s`, verdict => {
    expect(getExitCode({packages: [makePackage(`a`, {verdict})], findings: []})).toEqual(0);
  });
});

describe(`getNothingVerified`, () => {
  const rows: Array<[what: string, packages: Array<PackageResult>, severity: Severity | null]> = [
    [`no package at all`, [], `info`],
    [`no npm package`, [gitPackage], `info`],
    [`npm packages that are all excluded`, makePackages({excluded: 2}), `error`],
    [`one verified among failed, unverifiable and excluded`, makePackages({verified: 1, failed: 1, unverifiable: 1, excluded: 1}), null],
    [`one that could not be checked`, [unchecked(`incomplete`), ...makePackages({unverifiable: 2})], null],
    [`one that could not be checked, under --strict`, [unchecked(`error`)], null],
    [`one that could not be checked, and is only warned of`, [unchecked(`warning`)], `error`],
    [`one that could not be checked, silenced`, makePackages({incomplete: 1}), `error`],
    [`unverifiable ones alone`, makePackages({unverifiable: 2}), `error`],
    [`failed ones alone`, makePackages({failed: 1}), `error`],
    [`unverifiable and excluded ones`, makePackages({unverifiable: 1, excluded: 1}), `error`],
    [`an unverifiable one beside a git source`, [...makePackages({unverifiable: 1}), gitPackage], `error`],
  ];

  it.each(rows)(`it should judge %s`, (_, packages, severity) => {
    const finding = getNothingVerified(packages);

    expect(finding?.id ?? null).toEqual(severity === null ? null : `nothing-verified`);
    expect(finding?.severity ?? null).toEqual(severity);
  });

  it(`it should not take a verified source without a registry for an npm package`, () => {
    expect(getNothingVerified([...makePackages({unverifiable: 1}), {...gitPackage, verdict: `verified`}])?.severity).toEqual(`error`);
  });
});

describe(`summarise`, () => {
  const run = {outOfScope: 4, durationMs: 1, requests: 2, bytes: 3};
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);

  it(`it should report zeros for an audit of nothing`, () => {
    const summary = summarise({packages: [], findings: []}, run);

    expect(summary).toMatchObject({outcome: `passed`, packages: 0, ...run});
    for (const counts of [summary.verdicts, summary.signatures, summary.keySources, summary.publish, summary.provenance, summary.archives, summary.findings]) {
      expect(sum(counts)).toEqual(0);
    }
  });

  it(`it should add up over the selection`, () => {
    const verdicts: Record<Verdict, number> = {verified: 4, failed: 3, incomplete: 2, unverifiable: 1, excluded: 5};
    const summary = summarise({packages: makePackages(verdicts), findings: []}, run);

    expect(summary.packages).toEqual(15);
    expect(summary.verdicts).toEqual(verdicts);

    for (const counts of [summary.signatures, summary.publish, summary.provenance, summary.archives]) {
      expect(sum(counts)).toEqual(summary.packages - verdicts.excluded);
    }
  });

  it(`it should count the findings of the run and of the packages`, () => {
    const packages = [makePackage(`a`, {findings: [makeFinding(`signature-invalid`, `error`), makeFinding(`keys-unavailable`, `incomplete`)]})];
    const summary = summarise({packages, findings: [makeFinding(`trust-stale`, `warning`)]}, run);

    expect(summary.findings).toEqual({error: 1, warning: 1, info: 0, incomplete: 1, accepted: 0});
    expect(summary.outcome).toEqual(`failed`);
  });

  it(`it should count accepted findings apart`, () => {
    const findings = [makeFinding(`provenance-missing`, `error`, {accepted: {reason: `Published by hand`}}), makeFinding(`provenance-self-hosted`, `warning`)];
    const summary = summarise({packages: [makePackage(`a`, {verdict: `failed`, findings})], findings: []}, run);

    expect(summary.findings).toEqual({error: 0, warning: 1, info: 0, incomplete: 0, accepted: 1});
    expect(summary.outcome).toEqual(`passed`);
    expect(summary.verdicts.failed).toEqual(1);
  });

  it(`it should count verified signatures by who vouches for their keys`, () => {
    const signature = {status: `verified`, keyid: `SHA256:own`, keySource: `registry`} as const;
    const packages = [makePackage(`a`), makePackage(`b`, {signature}), makePackage(`c`, {verdict: `failed`, signature: {...signature, status: `invalid`}}), makePackage(`d`, {verdict: `excluded`, signature})];

    expect(summarise({packages, findings: []}, run).keySources).toEqual({tuf: 1, embedded: 0, pinned: 0, registry: 1});
  });

  it(`it should not carry counts from one run to the next`, () => {
    summarise({packages: makePackages({verified: 1}), findings: []}, run);
    expect(summarise({packages: [], findings: []}, run).verdicts.verified).toEqual(0);
  });
});
