import {UsageError}      from 'clipanion';
import {expect, test}    from 'vitest';

import {getNearest}      from '../../../sources/policy/nearest';
import {parseSeverities} from '../../../sources/policy/severitySetting';

test(`it should read severities`, () => {
  expect(parseSeverities([[`trust-stale`, `error`], [`signature-missing`, `off`]])).toEqual(new Map([[`trust-stale`, `error`], [`signature-missing`, `off`]]));
});

test.each([
  [`trust-stal`, `trust-stale`],
  [`signatures-missing`, `signature-missing`],
  [`provenance-self-host`, `provenance-self-hosted`],
])(`it should name the nearest finding to %s`, (id, nearest) => {
  expect(() => parseSeverities([[id, `error`]])).toThrow(UsageError);
  expect(() => parseSeverities([[id, `error`]])).toThrow(`did you mean ${nearest}?`);
});

test.each([
  [`__proto__`, `error`],
  [`constructor`, `error`],
  [``, `error`],
  [`trust-stale`, `fatal`],
  [`trust-stale`, `Error`],
  [`trust-stale`, `incomplete`],
  [`nothing-verified`, `off`],
  [`nothing-verified`, `warning`],
])(`it should refuse %j: %j`, (id, severity) => {
  expect(() => parseSeverities([[id, severity]])).toThrow(UsageError);
});

test(`it should prefer the first of equally near words`, () => {
  expect(getNearest(`ab`, [`abc`, `ab`, `ba`])).toEqual(`ab`);
  expect(getNearest(`x`, [`abc`, `a`, `b`])).toEqual(`a`);
  expect(getNearest(``, [`abc`, `ab`])).toEqual(`ab`);
});
