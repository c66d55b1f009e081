import {describe, expect, it}                 from 'vitest';

import type {PackageResult, ProvenanceResult} from '../../../sources/auditResult';
import type {Observation}                     from '../../../sources/findings';
import {checkPins, type IdentityPin}          from '../../../sources/policy/identityPins';
import {updatePins}                           from '../../../sources/policy/pinUpdate';
import {makePrintable}                        from '../../../sources/reports/sanitise';
import {makeFinding, makePackage}             from '../../support/auditResults';

const issuer = `https://token.actions.githubusercontent.com`;

const provenance: ProvenanceResult = {
  status: `verified`,
  issuer,
  sourceRepository: `https://github.com/acme/widgets`,
  sourceRepositoryId: `4711`,
  sourceRef: `refs/tags/v1.0.0`,
  workflow: `.github/workflows/release.yml`,
  signer: `https://github.com/acme/workflows/.github/workflows/publish.yml@refs/heads/main`,
};

const pin: IdentityPin = {
  range: `*`,
  issuer,
  sourceRepository: `https://github.com/acme/widgets`,
  sourceRepositoryId: `4711`,
  workflow: `.github/workflows/release.yml`,
  refClass: `tag`,
};

const check = (pins: Array<IdentityPin>, changes: Partial<ProvenanceResult>, version = `1.0.0`) => {
  return checkPins(new Map([[`widgets`, pins]]), {name: `widgets`, version}, {...provenance, ...changes}, []).map(({id}) => id);
};

describe(`checkPins`, () => {
  const {sourceRepositoryId: _, ...pinOfOld} = pin;
  const {issuer: __, ...pinOfNoForge} = pin;

  const rows: Array<[what: string, pins: Array<IdentityPin>, changes: Partial<ProvenanceResult>, ids: Array<string>]> = [
    [`the same`, [pin], {}, []],
    [`another tag`, [pin], {sourceRef: `refs/tags/v2.0.0`}, []],
    [`another reusable workflow`, [pin], {signer: `https://github.com/acme/workflows/.github/workflows/publish.yml@refs/tags/v2`}, []],
    [`a renamed repository`, [pin], {sourceRepository: `https://github.com/acme-corp/widgets`}, [`identity-renamed`]],
    [`a reused name with another id`, [pin], {sourceRepositoryId: `4712`}, [`identity-changed`]],
    [`another repository`, [pin], {sourceRepository: `https://github.com/mallory/widgets`, sourceRepositoryId: `666`}, [`identity-changed`]],
    [`the id of another forge`, [pin], {issuer: `https://gitlab.com`}, [`identity-changed`]],
    [`another workflow`, [pin], {workflow: `.github/workflows/x.yml`}, [`identity-changed`]],
    [`a branch`, [pin], {sourceRef: `refs/heads/main`}, [`identity-changed`]],
    [`a renamed repository with another workflow`, [pin], {sourceRepository: `https://github.com/acme-corp/widgets`, workflow: `x.yml`}, [`identity-changed`]],
    [`no id in the certificate, the same URL`, [pin], {sourceRepositoryId: undefined}, []],
    [`no id in the certificate, another URL`, [pin], {sourceRepositoryId: undefined, sourceRepository: `https://github.com/mallory/widgets`}, [`identity-changed`]],
    [`no id in the pin, the same URL`, [pinOfOld], {}, []],
    [`no id in the pin, another URL`, [pinOfOld], {sourceRepository: `https://github.com/mallory/widgets`}, [`identity-changed`]],
    [`no forge in the pin, the same repository`, [pinOfNoForge], {}, []],
    [`no forge in the pin, the same id on another one`, [pinOfNoForge], {issuer: `https://gitlab.com`, sourceRepository: `https://gitlab.com/mallory/widgets`}, [`identity-changed`]],
    [`no forge in the pin, another id`, [pinOfNoForge], {sourceRepositoryId: `4712`}, [`identity-changed`]],
    [`no workflow in the certificate`, [pin], {workflow: undefined}, [`identity-changed`]],
    [`one of several identities`, [{...pin, workflow: `x.yml`}, pin], {}, []],
    [`none of several identities`, [{...pin, workflow: `x.yml`}, {...pin, workflow: `y.yml`}], {}, [`identity-changed`]],
    [`an identity for other versions`, [{...pin, range: `^2.0.0`}], {}, [`identity-unpinned`]],
    [`an identity for other versions, and another one`, [{...pin, range: `^2.0.0`}, {...pin, range: `^1.0.0`, workflow: `x.yml`}], {}, [`identity-changed`]],
    [`no pin`, [], {}, [`identity-unpinned`]],
    [`no provenance`, [pin], {status: `missing`}, [`identity-changed`]],
    [`provenance that fails verification`, [pin], {status: `invalid`}, [`identity-changed`]],
    [`no provenance and no pin`, [], {status: `missing`}, []],
  ];

  it.each(rows)(`should judge %s`, (_, pins, changes, ids) => {
    expect(check(pins, changes)).toEqual(ids);
  });

  it(`should cover pre-releases`, () => {
    expect(check([{...pin, range: `^2.0.0`}], {workflow: `x.yml`}, `2.1.0-rc.1`)).toEqual([`identity-changed`]);
  });

  it(`should not let another kind of source be a way around a pin`, () => {
    const pins = new Map([[`widgets`, [{...pin, range: `^1.0.0`}]]]);
    expect(checkPins(pins, {name: `widgets`, version: null}, {status: `unverifiable`}, []).map(({id}) => id)).toEqual([`identity-changed`]);
  });

  it(`should say nothing without a pins file`, () => {
    expect(checkPins(null, {name: `widgets`, version: `1.0.0`}, provenance, [])).toEqual([]);
  });

  it(`should not call a network fault a change, nor let it be switched off`, () => {
    const observations = checkPins(new Map([[`widgets`, [pin]]]), {name: `widgets`, version: `1.0.0`}, {status: `unavailable`}, [{id: `attestation-unavailable`, message: ``}]);
    expect(observations).toEqual([{id: `attestation-unavailable`, message: ``, requiredBy: `.yarn/attestations.yml`}]);
  });

  it(`should show both identities, and a text for the issue tracker`, () => {
    const [observation] = checkPins(new Map([[`widgets`, [pin]]]), {name: `widgets`, version: `1.0.0`}, {...provenance, sourceRepositoryId: `666`}, []);

    expect(observation!.expected).toMatch(/^as pinned for \*: .*id 4711.*workflow .*issuer .*from a tag$/);
    expect(observation!.found).toMatch(/^now: 1\.0\.0 from .*id 666.*workflow .*issuer .*from a tag, built at /);
    expect(observation!.hint).toContain(`repository id 666 instead of 4711. Is that on purpose?"`);
  });

  it(`should not be cut at the end of what a terminal shows`, () => {
    const name = `@acme/plugin-proposal-class-properties`;
    const changes = {issuer: `https://gitlab.com`, sourceRepository: `https://gitlab.com/mallory/plugin-proposals`, sourceRepositoryId: `66666666`, workflow: `.github/workflows/publish.yml`, sourceRef: `refs/heads/main`};
    const [{hint}] = checkPins(new Map([[name, [pin]]]), {name, version: `1.14.1`}, {...provenance, ...changes}, []) as [Observation];

    expect(hint).toContain(`repository https://gitlab.com/mallory/plugin-proposals instead of https://github.com/acme/widgets, workflow .github/workflows/publish.yml instead of .github/workflows/release.yml, kind of ref branch instead of tag. Is that on purpose?"`);
    expect(makePrintable(hint!)).toBe(hint);
  });
});

describe(`updatePins`, () => {
  const make = (version: string, changes: Partial<ProvenanceResult> = {}, name = `widgets`) => makePackage(name, {version, provenance: {...provenance, ...changes}});
  const other = {sourceRepository: `https://github.com/acme/next`, sourceRepositoryId: `4712`};

  const update = (pins: Array<IdentityPin> | null, packages: Array<ReturnType<typeof make>>, named = false) => {
    return updatePins(pins && new Map([[`widgets`, pins]]), packages, () => named).pins?.get(`widgets`)?.map(({range, sourceRepository}) => [range, sourceRepository!.split(`/`).at(-1)]) ?? null;
  };

  it.each([
    [`one version`, [make(`1.0.0`)], [[`*`, `widgets`]]],
    [`two versions of one identity`, [make(`1.0.0`), make(`2.0.0`)], [[`*`, `widgets`]]],
    [`two majors of two identities`, [make(`2.1.0`, other), make(`1.0.0`)], [[`<2.0.0-0`, `widgets`], [`>=2.0.0-0`, `next`]]],
    [`two minors of two identities`, [make(`1.0.0`), make(`1.5.0`, other)], [[`<1.5.0`, `widgets`], [`>=1.5.0`, `next`]]],
    [`three majors`, [make(`1.0.0`), make(`2.0.0`, other), make(`3.1.0`)], [[`<2.0.0-0`, `widgets`], [`>=2.0.0-0 <3.0.0-0`, `next`], [`>=3.0.0-0`, `widgets`]]],
    [`an old certificate and a new one`, [make(`1.0.0`, {sourceRepositoryId: undefined}), make(`2.0.0`)], [[`*`, `widgets`]]],
  ])(`should pin %s`, (_, packages, expected) => {
    expect(update(null, packages)).toEqual(expected);
  });

  it.each([
    [`nothing where all is pinned`, [pin], [make(`1.0.0`)], false, [[`*`, `widgets`]]],
    [`nothing over a changed identity`, [pin], [make(`2.0.0`, other)], false, [[`*`, `widgets`]]],
    [`a changed identity that was named`, [pin], [make(`2.0.0`, other)], true, [[`*`, `next`]]],
    [`what has changed and what has not, side by side`, [pin], [make(`1.0.0`), make(`2.0.0`, other)], true, [[`<2.0.0-0`, `widgets`], [`>=2.0.0-0`, `next`]]],
    [`a version that no range covers`, [{...pin, range: `^1.0.0`}], [make(`1.0.0`), make(`2.1.0`, other)], false, [[`^1.0.0`, `widgets`], [`>=2.1.0 <3.0.0-0`, `next`]]],
    [`the range of what it replaces`, [{...pin, range: `^1.0.0`}, {...pin, range: `^2.0.0`}], [make(`2.1.0`, other)], true, [[`^1.0.0`, `widgets`], [`^2.0.0`, `next`]]],
  ])(`should pin %s`, (_, pins, packages, named, expected) => {
    expect(update(pins, packages, named)).toEqual(expected);
  });

  const troubles: Array<[what: string, overrides: Partial<PackageResult>, pinned: boolean]> = [
    [`nothing against it`, {}, true],
    [`a failure`, {verdict: `failed`, findings: [makeFinding(`policy-workflow`, `error`)]}, false],
    [`a failure that was accepted`, {verdict: `failed`, findings: [makeFinding(`policy-workflow`, `error`, {accepted: {reason: `x`}})]}, false],
    [`a failure that is a mere warning`, {verdict: `failed`, findings: [makeFinding(`policy-workflow`, `warning`)]}, false],
    [`a failure that the settings switched off`, {verdict: `failed`}, false],
    [`something unchecked`, {verdict: `incomplete`, findings: [makeFinding(`keys-unavailable`, `incomplete`)]}, false],
    [`something unchecked that was accepted`, {verdict: `incomplete`, findings: [makeFinding(`keys-unavailable`, `incomplete`, {accepted: {reason: `x`}})]}, false],
    [`something unchecked that the settings switched off`, {verdict: `incomplete`}, false],
    [`an error that leaves the verdict`, {findings: [makeFinding(`trust-downgrade`, `error`)]}, false],
    [`an accepted error that leaves the verdict`, {findings: [makeFinding(`trust-downgrade`, `error`, {accepted: {reason: `x`}})]}, true],
    [`a warning that leaves the verdict`, {findings: [makeFinding(`provenance-self-hosted`, `warning`)]}, true],
    [`no provenance`, {provenance: {status: `missing`}}, false],
    [`no repository in its certificate`, {provenance: {...provenance, sourceRepository: undefined}}, false],
    [`an exclusion`, {verdict: `excluded`}, false],
  ];

  it.each(troubles)(`should know whether to pin a package with %s`, (_, overrides, pinned) => {
    expect(update(null, [{...make(`1.0.0`), ...overrides}]) !== null).toBe(pinned);
  });

  it(`should tell old and new`, () => {
    const {changes} = updatePins(new Map([[`widgets`, [pin]]]), [make(`2.0.0`, other), make(`1.0.0`, {}, `gadgets`)], () => true);

    expect(changes.map(({name, replaced, pin}) => [name, replaced?.sourceRepository ?? null, pin.sourceRepository])).toEqual([
      [`widgets`, `https://github.com/acme/widgets`, `https://github.com/acme/next`],
      [`gadgets`, null, `https://github.com/acme/widgets`],
    ]);
  });
});
