import {UsageError}                   from 'clipanion';
import {describe, expect, it}         from 'vitest';

import {getAcceptedIssuers, getRules} from '../../../sources/policy/packagePolicies';
import {parsePolicies}                from '../../../sources/policy/policySetting';

type Rules = Record<string, string | null>;

const parse = (policies: Array<[glob: string, rules: Rules]>) => parsePolicies(policies.map(([glob, rules]) => [glob, new Map(Object.entries(rules))]));

const getValues = (policies: Array<[glob: string, rules: Rules]>, name: string) => {
  return Object.fromEntries(Array.from(getRules(parse(policies), name), ([rule, {value}]) => [rule, value]));
};

describe(`getRules`, () => {
  const rows: Array<[name: string, policies: Array<[glob: string, rules: Rules]>, expected: Rules]> = [
    [`lodash`, [[`@acme/*`, {signature: `required`}]], {}],
    [`@acme/a`, [[`@acme/*`, {signature: `required`}]], {signature: `required`}],
    [`@acme/widgets`, [[`@acme/widgets`, {signature: `optional`}], [`@acme/*`, {signature: `required`}]], {signature: `optional`}],
    [`@acme/a`, [[`@acme/*`, {signature: `required`}], [`@acme/a`, {provenance: `required`}]], {signature: `required`, provenance: `required`}],
    // Equally long: the later one.
    [`@acme/a`, [[`@acme/*`, {signature: `required`}], [`*acme/a`, {signature: `optional`}]], {signature: `optional`}],
    [`@acme/a`, [[`*acme/a`, {signature: `optional`}], [`@acme/*`, {signature: `required`}]], {signature: `required`}],
    // A longer glob that states nothing takes nothing back.
    [`@acme/widgets`, [[`@acme/*`, {signature: `required`}], [`@acme/widgets`, {signature: null}]], {signature: `required`}],
    [`@acme/a`, [[`*`, {provenance: `optional`}], [`@acme/*`, {workflow: `x.yml`}]], {provenance: `required`, workflow: `x.yml`}],
    [`@acme/a`, [[`@acme/*`, {workflow: `x.yml`}], [`@acme/a`, {provenance: `optional`}]], {provenance: `optional`, workflow: `x.yml`}],
    [`@acme/a`, [[`@acme/*`, {workflow: `x.yml`, provenance: `optional`}]], {provenance: `optional`, workflow: `x.yml`}],
    [`__proto__`, [[`*`, {signature: `required`}]], {signature: `required`}],
  ];

  it.each(rows)(`should find the rules for %s among %j`, (name, policies, expected) => {
    expect(getValues(policies, name)).toEqual(expected);
  });
});

describe(`getAcceptedIssuers`, () => {
  it.each([
    [`@acme/a`, `https://ghe.example.org`, [`https://ghe.example.org`]],
    [`lodash`, `https://ghe.example.org`, []],
    [`@acme/a`, `*`, []],
    [`@acme/a`, `https://*.example.org`, []],
  ])(`should accept for %s what %s names`, (name, issuer, expected) => {
    expect([...getAcceptedIssuers(parse([[`@acme/*`, {issuer}]]), name)]).toEqual(expected);
  });
});

describe(`parsePolicies`, () => {
  it.each([
    [{signature: `requird`}, `npmAttestationPolicies["@acme/*"].signature`],
    [{provenance: `Required`}, `npmAttestationPolicies["@acme/*"].provenance`],
    [{provenance: ``}, `npmAttestationPolicies["@acme/*"].provenance`],
    [{workflow: ``}, `npmAttestationPolicies["@acme/*"].workflow`],
    [{signer: ` `}, `npmAttestationPolicies["@acme/*"].signer`],
  ])(`should refuse %j and name its place`, (rules, place) => {
    expect(() => parse([[`@acme/*`, rules]])).toThrow(UsageError);
    expect(() => parse([[`@acme/*`, rules]])).toThrow(place);
  });
});
