import {UsageError}                  from 'clipanion';
import {describe, expect, it}        from 'vitest';

import {findNpmrcValue}              from '../../../sources/publishing/npmrc';
import {decideWish, type StatedWish} from '../../../sources/publishing/provenanceWish';

const all: Array<StatedWish> = [
  {source: `option`, name: `--provenance`, value: true},
  {source: `publishConfig`, name: `publishConfig.provenance`, value: false},
  {source: `setting`, name: `npmPublishProvenance`, value: true},
  {source: `environment`, name: `NPM_CONFIG_PROVENANCE`, value: `false`},
  {source: `workspaceNpmrc`, name: `/project/pkg/.npmrc`, value: `true`},
  {source: `projectNpmrc`, name: `/project/.npmrc`, value: `false`},
];

describe(`the wish for provenance`, () => {
  it.each(all.map((_, index) => [all[index]!.source, all.slice(index)] as const))(`should come from %s before all that follow`, (source, statements) => {
    expect(decideWish(statements)).toMatchObject({source, wanted: statements[0]!.value === true || statements[0]!.value === `true`});
  });

  it(`should be automatic when nobody said anything`, () => {
    expect(decideWish([])).toEqual({wanted: `automatic`});
  });

  it.each([
    [true, true], [`true`, true], [`TRUE`, true], [` true `, true], [`1`, true], [1, true],
    [false, false], [`false`, false], [`False`, false], [``, false], [` `, false], [`0`, false], [0, false], [null, false], [`null`, false],
  ])(`should read %j as %j`, (value, wanted) => {
    expect(decideWish([{source: `publishConfig`, name: `publishConfig.provenance`, value}]).wanted).toBe(wanted);
  });

  it.each([[`yes`], [`2`], [{}], [[]], [undefined]])(`should refuse to guess what %j means`, value => {
    expect(() => decideWish([{source: `environment`, name: `NPM_CONFIG_PROVENANCE`, value}])).toThrow(UsageError);
  });
});

describe(`.npmrc`, () => {
  it.each([
    [`provenance=true`, `true`],
    [`provenance = false`, `false`],
    [`  provenance=true ; because`, `true`],
    [`provenance="true"`, `true`],
    [`provenance='false' # no`, `false`],
    [`provenance=`, ``],
    [`provenance`, `true`],
    [`provenance=true\r\nprovenance=false\r\n`, `false`],
    [`provenance=\${WISH}`, `from the environment`],
    [`provenance=\${ABSENT}`, `\${ABSENT}`],
    [`provenance=\${ABSENT?}`, ``],
    [`# provenance=true`, undefined],
    [`; provenance=true`, undefined],
    [`provenance-file=x`, undefined],
    [`[section]\nprovenance=true`, undefined],
    [`//registry.example.org/:_authToken=provenance=true`, undefined],
    [``, undefined],
  ])(`should read %j as %j`, (text, value) => {
    expect(findNpmrcValue(text, `provenance`, {WISH: `from the environment`})).toBe(value);
  });
});
