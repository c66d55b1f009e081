import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest';

import {startLab, type Lab}                                        from '../../lab/lab';
import {auditProject, getIds, makeAuditProject, type Audit}        from '../../support/auditProject';

const trustedPublisher = {_npmUser: {name: `GitHub Actions`, trustedPublisher: {id: `github`, oidcConfigId: `oidc:1`}}};
const severities = {npmAttestationSeverities: {'trust-downgrade': `error`}};

const DAY = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY);

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
  const {registry} = lab;

  registry.add({name: `taken-over`, version: `1.13.0`, time: daysAgo(100), provenance: true, manifest: trustedPublisher});
  registry.add({name: `taken-over`, version: `1.14.0`, time: daysAgo(40), provenance: true, manifest: trustedPublisher});
  registry.add({name: `taken-over`, version: `1.14.1`, time: daysAgo(3), manifest: {_npmUser: {name: `mallory`}}});
  registry.add({name: `taken-over`, version: `0.30.3`, time: daysAgo(60)});
  registry.add({name: `taken-over`, version: `0.30.4`, time: daysAgo(3)});

  registry.add({name: `old-line`, version: `7.0.0`, time: daysAgo(400), provenance: true});
  registry.add({name: `old-line`, version: `6.3.1`, time: daysAgo(300)});
  registry.add({name: `plain`, version: `1.0.0`});

  for (const [version, provenance] of [[`1.0.0`, undefined], [`1.1.0`, undefined], [`2.0.0`, true]] as const)
    registry.add({name: `dormant`, version, provenance, time: new Date(`2026-01-01`)});

  for (const [name, days] of [[`undated-before`, 60], [`undated-after`, 40]] as const) {
    registry.add({name, version: `1.1.0`, time: daysAgo(days), provenance: true, manifest: trustedPublisher});
    registry.add({name, version: `1.2.0`, time: daysAgo(50), provenance: true});
    registry.add({name, version: `1.3.0`, time: daysAgo(45)});

    registry.tamperRoot(name, root => {
      delete root.time;
    });
  }

  registry.add({name: `staged`, version: `1.0.0`, time: daysAgo(60), manifest: {_npmUser: {name: `ann`, approver: {name: `bob`}}}});
  registry.add({name: `staged`, version: `1.1.0`, time: daysAgo(50), manifest: {_npmUser: {name: `mallory`}}});
});

afterAll(async () => {
  await lab.stop();
});

const dependencies = {
  plain: `1.0.0`,
  old: `npm:old-line@6.3.1`,
  good: `npm:taken-over@1.14.0`,
  bad: `npm:taken-over@1.14.1`,
  worse: `npm:taken-over@0.30.4`,
};

const getAllIds = ({packages}: Audit) => Object.fromEntries(Array.from(packages, ([locator, pkg]) => [locator, getIds(pkg)]));

describe(`trust-downgrade`, () => {
  it(`should read no history unless a setting asks for it`, async () => {
    const before = lab.registry.server.requests.length;
    const audit = await auditProject(lab, {dependencies});

    expect(audit.code).toBe(0);
    const paths = lab.registry.server.requests.slice(before).map(({path}) => path);
    expect(paths).not.toContain(`/taken-over`);
  });

  it(`should tell a takeover from an old line`, async () => {
    const audit = await auditProject(lab, {dependencies, yarnrc: severities});

    expect(audit.code).toBe(1);
    expect(getAllIds(audit)).toEqual({
      'plain@npm:1.0.0': [],
      'old-line@npm:6.3.1': [],
      'taken-over@npm:1.14.0': [],
      'taken-over@npm:1.14.1': [`trust-downgrade`],
      'taken-over@npm:0.30.4': [`trust-downgrade`],
    });

    const {expected, found, hint, severity} = audit.packages.get(`taken-over@npm:1.14.1`)!.findings[0]!;
    expect(severity).toBe(`error`);
    expect(expected).toMatch(/^as before: 1\.14\.0 with provenance and a trusted publisher, published .*, from https:\/\/github\.com\/acme\/widgets, by the workflow \.github\/workflows\/release\.yml, publisher GitHub Actions, trusted publisher github$/);
    expect(found).toMatch(/^now: 1\.14\.1 with no provenance, published .*, publisher mallory$/);
    expect(hint).toContain(`Stay on 1.14.0`);
  });

  it.each([
    [`nothing before it`, `plain@npm:1.0.0`, [], [`abbreviated`]],
    [`nothing of its line before it`, `dormant@npm:1.1.0`, [], [`abbreviated`]],
    [`provenance`, `taken-over@npm:1.14.0`, [], [`full`]],
    [`no provenance any more`, `taken-over@npm:0.30.4`, [`trust-downgrade`], [`abbreviated`, `full`]],
    [`no approval any more, of which the abbreviated document says nothing`, `staged@npm:1.1.0`, [`trust-downgrade`], [`abbreviated`, `full`]],
  ])(`should read the smallest history that is enough: %s`, async (_, locator, ids, asked) => {
    const before = lab.registry.server.requests.length;
    const project = await makeAuditProject(lab, {dependencies: {it: `npm:${locator.replace(`npm:`, ``)}`}, yarnrc: severities});
    onTestFinished(project.remove);

    const getRequests = () => lab.registry.server.requests.slice(before)
      .filter(({path}) => path === `/${locator.split(`@`)[0]}`)
      .map(({headers}) => headers.accept!.includes(`application/vnd.npm.install-v1+json`) ? `abbreviated` : `full`);

    expect(getAllIds(await project.audit())).toEqual({[locator]: ids});
    expect(getRequests()).toEqual(asked);

    expect(getAllIds(await project.audit())).toEqual({[locator]: ids});
    expect(getRequests()).toEqual(asked);
  });

  it.each([
    [`undated-before@npm:1.2.0`, `those of the transparency log were taken`, `1.1.0`],
    [`undated-after@npm:1.2.0`, null, null],
    [`undated-after@npm:1.3.0`, `versions were taken in semver order`, `1.2.0`],
  ])(`should do without publish times, and say so: %s`, async (locator, note, stronger) => {
    const audit = await auditProject(lab, {dependencies: {it: `npm:${locator.replace(`npm:`, ``)}`}, yarnrc: severities});
    const {findings} = audit.packages.get(locator)!;

    expect(findings.map(({id}) => id)).toEqual(note === null ? [] : [`trust-downgrade`]);
    if (note !== null) {
      expect(findings[0]!.message).toContain(note);
      expect(findings[0]!.expected).toContain(`as before: ${stronger} `);
    }
  });

  it(`should say that a history could not be had`, async () => {
    lab.registry.override(({path}) => path === `/plain`, {status: 503, body: {}});
    const audit = await auditProject(lab, {dependencies: {plain: `1.0.0`, old: dependencies.old}, yarnrc: severities});

    expect(audit.code).toBe(2);
    expect(getAllIds(audit)).toEqual({'plain@npm:1.0.0': [`registry-unreachable`], 'old-line@npm:6.3.1': []});
  });
});
