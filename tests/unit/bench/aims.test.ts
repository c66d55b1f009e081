import {expect, it}       from 'vitest';

import {judgeAims}        from '../../bench/aims';
import type {AuditRow}    from '../../bench/auditRuns';
import type {BenchResult} from '../../bench/benchResult';

const makeRow = (contender: AuditRow[`contender`], state: AuditRow[`state`], wall: number): AuditRow => ({
  size: 1267, latency: 0, node: `20`, state, contender, wall, cpu: wall, memory: 100, requests: 2, bytes: 100,
});

function judge(overrides: Partial<BenchResult>) {
  const aims = judgeAims({
    machine: {cpu: ``, cores: 2, memory: 0, system: ``, folder: ``},
    versions: {yarn: ``, npm: ``, pnpm: ``},
    audits: [],
    startups: [],
    verification: {plugin: 1, stock: 1, signature: 1},
    bundleBytes: 0,
    installs: [],
    ...overrides,
  });

  return (start: string) => aims.filter(({aim}) => aim.startsWith(start)).map(({met}) => met);
}

it.each([
  [1000, 5000, [true]],
  [1000, 4999, [false]],
])(`should judge a cold run of %d ms beside npm's %d ms`, (ours, theirs, met) => {
  expect(judge({audits: [makeRow(`plugin`, `cold`, ours), makeRow(`npm`, `cold`, theirs)]})(`cold, faster than npm`)).toEqual(met);
});

it.each([
  [1000, 500, [true]],
  [1001, 500, [false]],
])(`should judge a warm run of %d ms beside an empty command's %d ms`, (ours, empty, met) => {
  expect(judge({audits: [makeRow(`plugin`, `warm`, ours), makeRow(`yarn`, `empty`, empty)]})(`warm, above an empty`)).toEqual(met);
});

it.each([
  [125, [true]],
  [126, [false]],
])(`should judge an installation that takes %d instead of 100`, (wall, met) => {
  const row = {wall: 100, cpu: 0, memory: 0, requests: 0};
  expect(judge({installs: [{...row, what: `install without the plugin`}, {...row, what: `install with the gate`, wall}]})(`install with the gate`)).toEqual(met);
});

it(`should not judge what was not measured`, () => {
  expect(judge({})(`cold`)).toEqual([]);
});

it.each([
  [450_000, [true]],
  [450_001, [false]],
])(`should judge a bundle of %d bytes`, (bundleBytes, met) => {
  expect(judge({bundleBytes})(`bundle`)).toEqual(met);
});
