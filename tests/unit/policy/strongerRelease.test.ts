import {describe, expect, it}                                        from 'vitest';

import type {Release, ReleaseEvidence}                               from '../../../sources/evidence/types';
import {findStrongerRelease, needsFullHistory, type HistoryQuestion} from '../../../sources/policy/strongerRelease';

const S = `staged`, T = `trusted-publisher`, P = `provenance`, N = `none`;

type History = Array<[version: string, day: string | null, evidence: ReleaseEvidence]>;

const makeReleases = (history: History): Array<Release> => history.map(([version, day, evidence]) => ({
  version,
  evidence,
  publishedAt: day === null ? null : new Date(`${day}T12:00:00Z`),
  publisher: null,
}));

const find = (history: History, question: Partial<HistoryQuestion> & {version: string}) => findStrongerRelease(makeReleases(history), {
  loggedAt: null,
  provenanceHolds: true,
  now: new Date(`2026-06-01T00:00:00Z`),
  ...question,
});

/** As packages have been published that people have asked about. */
const histories: Record<string, History> = {
  [`axios`]: [
    [`0.30.2`, `2025-09-28`, N],
    [`1.13.0`, `2025-10-27`, T],
    [`0.30.3`, `2026-02-10`, N],
    [`1.14.0`, `2026-03-27`, T],
    [`1.14.1`, `2026-03-31`, N],
    [`0.30.4`, `2026-03-31`, N],
  ],
  [`semver`]: [
    [`6.3.0`, `2019-07-01`, N],
    [`7.3.8`, `2022-10-04`, N],
    [`7.4.0`, `2023-04-10`, P],
    [`7.5.4`, `2023-07-07`, P],
    [`6.3.1`, `2023-07-10`, N],
  ],
  [`undici-types`]: [
    [`6.19.2`, `2024-06-18`, N],
    [`7.0.0-alpha.1`, `2024-08-02`, P],
    [`6.19.8`, `2024-08-19`, N],
    [`6.20.0`, `2024-10-07`, P],
  ],
  [`eslint-config-prettier`]: [
    [`8.10.0`, `2023-08-03`, N],
    [`10.1.5`, `2025-05-09`, P],
    [`8.10.1`, `2025-07-18`, N],
    [`8.10.2`, `2025-07-18`, N],
  ],
  [`vite`]: [
    [`6.4.0`, `2025-10-15`, P],
    [`7.1.10`, `2025-10-14`, T],
    [`6.4.1`, `2025-10-20`, P],
    [`7.1.11`, `2025-10-20`, T],
  ],
};

describe(`Histories of real packages`, () => {
  it.each([
    [`axios`, `1.14.1`, `2026-04-01`, `1.14.0`],
    [`axios`, `0.30.4`, `2026-04-01`, `1.14.0`],
    // A year later the harm is done, and the own line is what counts.
    [`axios`, `1.14.1`, `2027-04-01`, `1.14.0`],
    [`axios`, `1.14.0`, `2026-04-01`, null],
    [`semver`, `6.3.1`, `2026-06-01`, null],
    [`semver`, `7.5.4`, `2026-06-01`, null],
    [`undici-types`, `6.19.8`, `2026-06-01`, null],
    [`undici-types`, `6.19.8`, `2024-08-20`, null],
    [`undici-types`, `7.0.0-alpha.1`, `2026-06-01`, null],
    [`eslint-config-prettier`, `8.10.2`, `2026-06-01`, null],
    [`vite`, `6.4.1`, `2026-06-01`, null],
    [`vite`, `7.1.11`, `2026-06-01`, null],
  ])(`should judge %s@%s, on %s: %s`, (name, version, today, stronger) => {
    expect(find(histories[name]!, {version, now: new Date(today)})?.stronger.version ?? null).toBe(stronger);
  });
});

describe(`Ranks`, () => {
  const order = [S, T, P, N] as const;

  it.each(order.flatMap(before => order.map(now => [before, now] as const)))(`should compare %s before with %s now`, (before, now) => {
    const comparison = find([[`1.0.0`, `2026-01-01`, before], [`1.1.0`, `2026-02-01`, now]], {version: `1.1.0`});
    expect(comparison !== null).toBe(order.indexOf(before) < order.indexOf(now));
  });
});

describe(`Which releases count`, () => {
  const rows: Array<[what: string, before: [version: string, day: string | null], now: [version: string, day: string | null], today: string, counts: boolean]> = [
    [`a later release`, [`1.1.0`, `2026-03-01`], [`1.0.0`, `2026-02-01`], `2026-02-02`, false],
    [`a higher version that came before`, [`1.1.0`, `2026-01-01`], [`1.0.1`, `2026-02-01`], `2027-01-01`, true],
    [`another major, for a fresh release`, [`2.0.0`, `2026-01-01`], [`1.0.0`, `2026-02-01`], `2026-02-02`, true],
    [`another major, the last fresh moment`, [`2.0.0`, `2026-01-01`], [`1.0.0`, `2026-02-01`], `2026-03-03T11:59:59.999Z`, true],
    [`another major, 30 days later`, [`2.0.0`, `2026-01-01`], [`1.0.0`, `2026-02-01`], `2026-03-03T12:00:00.000Z`, false],
    [`the same major, 30 days later`, [`1.0.0`, `2026-01-01`], [`1.9.0`, `2026-02-01`], `2027-01-01`, true],
    [`another minor of 0.x, 30 days later`, [`0.1.0`, `2026-01-01`], [`0.2.0`, `2026-02-01`], `2027-01-01`, false],
    [`the same minor of 0.x, 30 days later`, [`0.2.0`, `2026-01-01`], [`0.2.1`, `2026-02-01`], `2027-01-01`, true],
    [`a publish time in the future`, [`2.0.0`, `2026-01-01`], [`1.0.0`, `2030-02-01`], `2026-06-01`, true],
    [`a pre-release, for a stable one`, [`1.1.0-rc.1`, `2026-01-01`], [`1.1.0`, `2026-02-01`], `2026-02-02`, false],
    [`a stable release, for a pre-release`, [`1.1.0`, `2026-01-01`], [`1.2.0-rc.1`, `2026-02-01`], `2026-02-02`, true],
    [`a pre-release, for a pre-release`, [`1.1.0-rc.1`, `2026-01-01`], [`1.1.0-rc.2`, `2026-02-01`], `2026-02-02`, true],
    [`no times, a lower version`, [`1.0.0`, null], [`1.1.0`, null], `2026-02-02`, true],
    [`no times, a higher version`, [`1.2.0`, null], [`1.1.0`, null], `2026-02-02`, false],
    [`no times, a lower major`, [`1.0.0`, null], [`2.0.0`, null], `2026-02-02`, false],
    [`the same time, a lower version`, [`1.0.0`, `2026-02-01`], [`1.1.0`, `2026-02-01`], `2026-02-02`, true],
  ];

  it.each(rows)(`should weigh %s: %j before %j on %s: %s`, (_, before, now, today, counts) => {
    const comparison = find([[...before, P], [...now, N]], {version: now[0], now: new Date(today)});
    expect(comparison !== null).toBe(counts);
  });

  it(`should know from the log that a release is fresh`, () => {
    const history: History = [[`1.0.0`, null, T], [`2.0.0`, null, P]];

    expect(find(history, {version: `2.0.0`, loggedAt: new Date(`2026-05-31`)})?.order).toBe(`semver`);
    expect(find(history, {version: `2.0.0`, loggedAt: new Date(`2026-01-01`)})).toBeNull();
  });

  it(`should not count provenance that does not hold`, () => {
    const history: History = [[`1.0.0`, `2026-01-01`, P], [`1.1.0`, `2026-02-01`, S]];

    expect(find(history, {version: `1.1.0`})).toBeNull();
    expect(find(history, {version: `1.1.0`, provenanceHolds: false})?.stronger.version).toBe(`1.0.0`);
  });

  it(`should name the latest of several stronger ones`, () => {
    const history: History = [[`1.0.0`, `2026-01-01`, S], [`1.2.0`, `2026-03-01`, P], [`1.1.0`, `2026-04-01`, P], [`1.3.0`, `2026-05-01`, N]];
    expect(find(history, {version: `1.3.0`})?.stronger.version).toBe(`1.1.0`);
  });

  it(`should let a CI that publishes without provenance go on as before`, () => {
    // What the registry knows of a trusted publisher without provenance is ranked as nothing.
    expect(find([[`1.0.0`, `2026-01-01`, N], [`1.1.0`, `2026-02-01`, N]], {version: `1.1.0`})).toBeNull();
  });
});

describe(`What an abbreviated document leaves open`, () => {
  const before = `2026-03-31T23:59:59Z`, since = `2026-04-01T00:00:00Z`;

  type Others = Array<[version: string, evidence: ReleaseEvidence]>;
  const rows: Array<[what: string, others: Others, version: string, modified: string | null, today: string, open: boolean]> = [
    [`no other release`, [], `1.0.0`, since, `2026-05-31`, false],
    [`no provenance, before anything could be staged`, [[`1.0.0`, N]], `1.1.0`, before, `2026-06-01`, false],
    [`no provenance, since releases can be staged`, [[`1.0.0`, N]], `1.1.0`, since, `2026-06-01`, true],
    [`no provenance, who knows when`, [[`1.0.0`, N]], `1.1.0`, null, `2026-06-01`, true],
    [`provenance`, [[`1.0.0`, P]], `1.1.0`, before, `2026-06-01`, true],
    [`provenance of a later release`, [[`1.2.0`, P]], `1.1.0`, before, `2026-06-01`, true],
    [`more than an abbreviated document can know`, [[`1.0.0`, S]], `1.1.0`, before, `2026-06-01`, true],
    [`provenance of one among many`, [[`1.0.0`, N], [`1.0.1`, P], [`1.0.2`, N]], `1.1.0`, before, `2026-06-01`, true],
    [`provenance of its own alone`, [[`1.0.0`, N]], `1.1.0`, before, `2026-06-01`, false],
    [`provenance of a pre-release, for a release`, [[`1.1.0-rc.1`, P]], `1.1.0`, before, `2026-06-01`, false],
    [`provenance of a pre-release, for a pre-release`, [[`1.1.0-rc.1`, P]], `1.1.0-rc.2`, before, `2026-06-01`, true],
    [`provenance of another line, 30 days later`, [[`2.0.0`, P]], `1.0.0`, `2026-03-01T00:00:00Z`, `2026-03-31T00:00:00.000Z`, false],
    [`provenance of another line, the last fresh moment`, [[`2.0.0`, P]], `1.0.0`, `2026-03-01T00:00:00Z`, `2026-03-30T23:59:59.999Z`, true],
    [`provenance of another line, who knows when`, [[`2.0.0`, P]], `1.0.0`, null, `2026-06-01`, true],
    [`another line that may be staged, 30 days later`, [[`2.0.0`, N]], `1.0.0`, since, `2026-06-01`, false],
    [`a change in the future`, [[`2.0.0`, N]], `1.0.0`, `2030-01-01T00:00:00Z`, `2026-06-01`, true],
  ];

  it.each(rows)(`should be known: %s`, (_, others, version, modified, today, open) => {
    const history = {
      releases: makeReleases([...others, [version, version === `1.1.0` ? P : N]].map(([version, evidence]) => [version!, null, evidence as ReleaseEvidence])),
      isFull: false,
      modified: modified === null ? null : new Date(modified),
    };

    expect(needsFullHistory(history, {version, now: new Date(today)})).toBe(open);
    expect(needsFullHistory({...history, isFull: true}, {version, now: new Date(today)})).toBe(false);
  });

  const downgrades = Object.entries(histories).flatMap(([name, history]) => history.flatMap(([version]) => [0, 1, 29, 31, 400].map(days => {
    const modified = new Date(Math.max(...makeReleases(history).map(({publishedAt}) => publishedAt!.getTime())));
    const now = new Date(modified.getTime() + days * 24 * 60 * 60 * 1000);

    return {name, version, days, history, modified, now};
  }))).filter(({history, version, now}) => find(history, {version, now}) !== null);

  it(`should be tried with downgrades of all ages`, () => {
    expect(new Set(downgrades.map(({days}) => days)).size).toBe(5);
  });

  it.each(downgrades)(`should never hide the downgrade of $name@$version, $days days after the last change`, ({history, version, modified, now}) => {
    const abbreviated = makeReleases(history).map((release): Release => ({...release, publishedAt: null, evidence: release.evidence === N || release.evidence === S ? N : P}));

    expect(needsFullHistory({releases: abbreviated, isFull: false, modified}, {version, now})).toBe(true);
  });
});
