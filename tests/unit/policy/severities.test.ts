import {describe, expect, it}                                        from 'vitest';

import {findingCatalog, type FindingId}                              from '../../../sources/findings';
import {applySeverities, getAllowedSeverities, type SeveritySetting} from '../../../sources/policy/severities';

describe(`applySeverities`, () => {
  const rows: Array<[id: FindingId, setting: SeveritySetting | null, relaxed: SeveritySetting, strict: SeveritySetting]> = [
    [`signature-invalid`, null, `error`, `error`],
    [`signature-invalid`, `warning`, `warning`, `error`],
    [`signature-invalid`, `info`, `info`, `info`],
    [`signature-invalid`, `off`, `off`, `off`],
    [`trust-stale`, null, `warning`, `error`],
    [`trust-stale`, `error`, `error`, `error`],
    [`registry-unreachable`, null, `incomplete`, `error`],
    [`registry-unreachable`, `warning`, `warning`, `error`],
    [`registry-unreachable`, `off`, `off`, `off`],
    [`attestation-unsupported`, null, `warning`, `error`],
    [`attestation-unsupported`, `incomplete`, `incomplete`, `error`],
    [`registry-unsupported`, null, `info`, `info`],
    [`registry-unsupported`, `error`, `error`, `error`],
    [`provenance-missing`, null, `off`, `off`],
    [`provenance-missing`, `warning`, `warning`, `error`],
    [`nothing-verified`, `error`, `error`, `error`],
  ];

  it.each(rows)(`it should make of %s set to %s: %s, and with --strict %s`, (id, setting, relaxed, strict) => {
    const severities = new Map(setting === null ? [] : [[id, setting]]);
    const observation = {id, message: `message`, hint: `hint`};

    const toFindings = (severity: SeveritySetting) => severity === `off` ? [] : [{...observation, severity}];

    expect(applySeverities([observation], {severities, strict: false})).toEqual(toFindings(relaxed));
    expect(applySeverities([observation], {severities, strict: true})).toEqual(toFindings(strict));
  });

  it(`it should keep the order and change no other finding`, () => {
    const observations = ([`trust-stale`, `signature-missing`, `trust-stale`] as const).map(id => ({id, message: id}));
    const severities = new Map([[`signature-missing`, `off`]] as const);

    expect(applySeverities(observations, {severities, strict: false}).map(({id, severity}) => [id, severity])).toEqual([
      [`trust-stale`, `warning`],
      [`trust-stale`, `warning`],
    ]);
  });

  it.each([
    [`nothing-verified`, `off`],
    [`nothing-verified`, `info`],
    [`signature-invalid`, `incomplete`],
  ] as const)(`it should not take %s as %s`, (id, setting) => {
    expect(() => applySeverities([{id, message: ``}], {severities: new Map([[id, setting]]), strict: false})).toThrow(`Assertion failed`);
  });
});

describe(`getAllowedSeverities`, () => {
  it(`it should allow every default, so that a setting can restore it`, () => {
    for (const id of Object.keys(findingCatalog) as Array<FindingId>) {
      expect(getAllowedSeverities(id)).toContain(findingCatalog[id].severity);
    }
  });

  it(`it should allow incomplete only for what could not be checked`, () => {
    for (const [id, {effect}] of Object.entries(findingCatalog)) {
      expect(getAllowedSeverities(id as FindingId).includes(`incomplete`)).toEqual(effect === `incomplete`);
    }
  });
});
