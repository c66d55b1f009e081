import {describe, expect, it}           from 'vitest';

import type {Verdict}                   from '../../../sources/auditResult';
import {findingCatalog, type FindingId} from '../../../sources/findings';
import {getVerdict}                     from '../../../sources/policy/verdict';

const observe = (ids: Array<FindingId>) => ids.map(id => ({id, message: ``}));

describe(`getVerdict`, () => {
  const rows: Array<[ids: Array<FindingId>, verified: boolean, expected: Verdict]> = [
    [[], true, `verified`],
    [[`provenance-missing`], true, `verified`],
    [[`provenance-self-hosted`, `provenance-repository-mismatch`], true, `verified`],
    [[`unverifiable-source`], false, `unverifiable`],
    [[`registry-unsupported`], true, `unverifiable`],
    [[`registry-unsupported`, `keys-unavailable`], false, `incomplete`],
    [[`attestation-unsupported`], true, `incomplete`],
    [[`signature-stripped`], true, `incomplete`],
    [[`attestation-unserved`, `signature-invalid`], true, `failed`],
    [[`signature-invalid`, `attestation-unserved`], true, `failed`],
    [[`unverifiable-source`, `registry-unreachable`, `version-not-found`], false, `failed`],
  ];

  it.each(rows)(`it should judge %j with verified evidence: %j as %s`, (ids, verified, expected) => {
    expect(getVerdict(observe(ids), {verified})).toEqual(expected);
  });

  it.each(Object.keys(findingCatalog) as Array<FindingId>)(`it should never call a package verified for %s without evidence`, id => {
    if (findingCatalog[id].effect === `notice`) {
      expect(() => getVerdict(observe([id]), {verified: false})).toThrow(`Assertion failed`);
    } else {
      expect(getVerdict(observe([id]), {verified: false})).toEqual(findingCatalog[id].effect);
    }
  });

  it(`it should refuse to judge a package of which nothing is known`, () => {
    expect(() => getVerdict([], {verified: false})).toThrow(`Assertion failed`);
  });
});
