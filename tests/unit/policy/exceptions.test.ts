import {UsageError}                            from 'clipanion';
import {describe, expect, it}                  from 'vitest';

import {parseExceptions}                       from '../../../sources/policy/exceptionSetting';
import {applyExceptions, findUnusedExceptions} from '../../../sources/policy/exceptions';
import {makeFinding, makePackage}              from '../../support/auditResults';

type Fields = {package?: string, finding?: string, reason?: string, until?: string};

const valid = {package: `widgets`, finding: `provenance-missing`, reason: `Published by hand`};
const parse = (...exceptions: Array<Fields>) => parseExceptions(exceptions.map(fields => new Map(Object.entries(fields))));

const finding = makeFinding(`provenance-missing`, `error`);
const apply = (fields: Fields, now: string, pkg = {name: `widgets`, version: `1.0.0`}) => applyExceptions([finding], parse({...valid, ...fields}), {pkg, now: new Date(now)})[0]!;

describe(`applyExceptions`, () => {
  it.each([
    [`2026-12-31`, `2026-12-30T12:00:00Z`, true],
    [`2026-12-31`, `2026-12-31T00:00:00Z`, true],
    [`2026-12-31`, `2026-12-31T23:59:59.999Z`, true],
    [`2026-12-31`, `2027-01-01T00:00:00Z`, false],
    [`2024-02-29`, `2024-02-29T23:59:59Z`, true],
    [`2024-02-29`, `2024-03-01T00:00:00Z`, false],
  ])(`should accept until %s, at %s: %s`, (until, now, accepted) => {
    const result = apply({until}, now);

    expect(result.severity).toBe(`error`);
    expect(result.accepted).toEqual(accepted ? {reason: `Published by hand`, until} : undefined);
    expect(result.message.includes(until)).toBe(!accepted);
  });

  it(`should accept without an end`, () => {
    expect(apply({}, `2999-01-01T00:00:00Z`).accepted).toEqual({reason: `Published by hand`});
  });

  it.each([
    [{package: `*`}, true],
    [{package: `widget*`}, true],
    [{package: `widgets@^1.0.0`}, true],
    [{package: `widgets@npm:1.0.0`}, true],
    [{package: `widgets@^2.0.0`}, false],
    [{package: `gadgets`}, false],
    [{finding: `signature-missing`}, false],
  ])(`should match %j: %s`, (fields, accepted) => {
    expect(`accepted` in apply(fields, `2026-01-01T00:00:00Z`)).toBe(accepted);
  });

  it(`should prefer an exception that holds to one that has ended`, () => {
    const exceptions = parse({...valid, until: `2020-01-01`}, {...valid, package: `*`, reason: `Still`});
    expect(applyExceptions([finding], exceptions, {pkg: {name: `widgets`, version: `1.0.0`}, now: new Date(`2026-01-01T00:00:00Z`)})).toEqual([{...finding, accepted: {reason: `Still`}}]);
  });
});

describe(`findUnusedExceptions`, () => {
  const exceptions = parse(valid);

  it.each([
    [`no such package`, [makePackage(`gadgets`)], 1],
    [`the package without the finding`, [makePackage(`widgets`)], 1],
    [`another finding`, [makePackage(`widgets`, {findings: [makeFinding(`signature-missing`, `error`)]})], 1],
    [`the finding`, [makePackage(`widgets`, {findings: [finding]})], 0],
    [`a package that was left out`, [makePackage(`widgets`, {verdict: `excluded`})], 0],
    [`a package that could not be checked`, [makePackage(`widgets`, {verdict: `incomplete`})], 0],
  ])(`should judge %s`, (_, packages, unused) => {
    expect(findUnusedExceptions(exceptions, packages)).toHaveLength(unused);
  });

  it.each([
    [`archive-mismatch`, `skipped`, 0],
    [`archive-mismatch`, `verified`, 1],
    [`manifest-mismatch`, `skipped`, 0],
    [`provenance-missing`, `skipped`, 1],
  ] as const)(`should judge an exception from %s where the archive is %s`, (finding, status, unused) => {
    expect(findUnusedExceptions(parse({...valid, finding}), [makePackage(`widgets`, {archive: {status}})])).toHaveLength(unused);
  });
});

describe(`parseExceptions`, () => {
  it.each([
    [{package: undefined}, `npmAttestationExceptions[1] has no package`],
    [{finding: undefined}, `npmAttestationExceptions[1] has no finding`],
    [{reason: undefined}, `npmAttestationExceptions[1] has no reason`],
    [{reason: ` `}, `npmAttestationExceptions[1] has no reason`],
    [{finding: `provenance-missin`}, `did you mean provenance-missing?`],
    [{finding: `provenance-missin`}, `npmAttestationExceptions[1].finding`],
    [{finding: `nothing-verified`}, `npmAttestationExceptions[1].finding`],
    [{finding: `trust-stale`}, `npmAttestationExceptions[1].finding`],
    [{package: `widgets@latest`}, `npmAttestationExceptions[1].package`],
    [{until: `tomorrow`}, `npmAttestationExceptions[1].until`],
    [{until: `2026-02-30`}, `npmAttestationExceptions[1].until`],
    [{until: `2026-12-31T00:00:00Z`}, `npmAttestationExceptions[1].until`],
    [{until: ``}, `npmAttestationExceptions[1].until`],
  ])(`should refuse %j`, (fields, message) => {
    expect(() => parse(valid, {...valid, ...fields})).toThrow(UsageError);
    expect(() => parse(valid, {...valid, ...fields})).toThrow(message);
  });
});
