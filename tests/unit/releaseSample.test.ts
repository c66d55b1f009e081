import {describe, expect, it}       from 'vitest';

import type {Release}               from '../../sources/evidence/types';
import {pickReleases, sortReleases} from '../../sources/releaseSample';

const makeRelease = (version: string, evidence: Release[`evidence`] = `provenance`, publishedAt: Date | null = null): Release => ({version, evidence, publishedAt, publisher: null});
const getVersions = (releases: Array<Release>) => releases.map(({version}) => version);

describe(`sortReleases`, () => {
  it(`it should go by time, else by version`, () => {
    expect(getVersions(sortReleases([makeRelease(`1.10.0`), makeRelease(`1.2.0`)]))).toEqual([`1.2.0`, `1.10.0`]);
    expect(getVersions(sortReleases([makeRelease(`1.0.1`, `none`, new Date(2)), makeRelease(`2.0.0`, `none`, new Date(1))]))).toEqual([`2.0.0`, `1.0.1`]);
  });
});

describe(`pickReleases`, () => {
  const releases = Array.from({length: 100}, (_, index) => makeRelease(`1.0.${index}`, index % 2 === 0 ? `provenance` : `none`));

  it(`it should leave out what has nothing to verify, and the release itself`, () => {
    expect(getVersions(pickReleases(releases.slice(0, 6), releases[2]!, 20))).toEqual([`1.0.0`, `1.0.4`]);
  });

  it(`it should keep to its bound, with the first and the last and none twice`, () => {
    const picked = getVersions(pickReleases(releases, releases[1]!, 7));
    expect(new Set(picked).size).toEqual(7);
    expect([picked[0], picked.at(-1)]).toEqual([`1.0.0`, `1.0.98`]);
  });
});
