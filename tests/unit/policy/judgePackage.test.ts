import {describe, expect, it}                  from 'vitest';

import type {EvidenceStatus, ProvenanceResult} from '../../../sources/auditResult';
import type {FindingId, Observation, Severity} from '../../../sources/findings';
import {judgePackage, type PackageFacts}       from '../../../sources/policy/judgePackage';
import {parsePolicies}                         from '../../../sources/policy/policySetting';
import {parseSeverities}                       from '../../../sources/policy/severitySetting';

const github: ProvenanceResult = {
  status: `verified`,
  issuer: `https://token.actions.githubusercontent.com`,
  signer: `https://github.com/acme/workflows/.github/workflows/publish.yml@refs/heads/main`,
  sourceRepository: `https://github.com/Acme/widgets`,
  sourceRepositoryId: `4711`,
  sourceRef: `refs/tags/@acme/widgets@1.0.0`,
  workflow: `.github/workflows/release.yml`,
  trigger: `push`,
  runner: `github-hosted`,
};

const gitlab: ProvenanceResult = {
  status: `verified`,
  issuer: `https://gitlab.com`,
  signer: `https://gitlab.com/acme/gadgets//.gitlab-ci.yml@refs/tags/v1.0.0`,
  sourceRepository: `https://gitlab.com/acme/gadgets`,
  sourceRef: `refs/tags/v1.0.0`,
  workflow: `.gitlab-ci.yml`,
  trigger: `push`,
  runner: `gitlab-hosted`,
};

const makeFacts = (facts: Partial<PackageFacts>): PackageFacts => ({
  name: `@acme/widgets`,
  version: `1.0.0`,
  signature: {status: `verified`},
  publish: {status: `missing`},
  provenance: github,
  observations: [],
  history: null,
  ...facts,
});

type Options = {policy?: Record<string, string>, severities?: Record<string, string>, strict?: boolean};

function judge(facts: Partial<PackageFacts>, {policy = {}, severities = {}, strict = false}: Options = {}) {
  const {verdict, findings} = judgePackage(makeFacts(facts), {
    severities: parseSeverities(Object.entries(severities)),
    strict,
    policies: parsePolicies([[`@acme/*`, new Map(Object.entries(policy))]]),
    exceptions: [],
    pins: null,
    now: new Date(`2026-01-01T00:00:00Z`),
  });

  return {verdict, findings: findings.map(({id, severity}) => [id, severity])};
}

const observe = (...ids: Array<FindingId>): Array<Observation> => ids.map(id => ({id, message: id}));

describe(`Rules about claims`, () => {
  const rows: Array<[rule: string, value: string, provenance: ProvenanceResult, finding: FindingId | null]> = [
    [`sourceRepository`, `https://github.com/Acme/widgets`, github, null],
    [`sourceRepository`, `https://GitHub.com/Acme/widgets`, github, null],
    [`sourceRepository`, `HTTPS://GITHUB.COM/Acme/*`, github, null],
    [`sourceRepository`, `https://github.com/acme/widgets`, github, `policy-source-repository`],
    [`sourceRepository`, `https://github.com/Acme/widget`, github, `policy-source-repository`],
    [`sourceRepository`, `https://github.com/Acme/widgets/`, github, `policy-source-repository`],
    [`sourceRepository`, `https://github.com/Acme/widget.`, github, `policy-source-repository`],
    [`sourceRepository`, `.*`, github, `policy-source-repository`],
    [`sourceRepository`, `https://gitlab.com/acme/gadgets`, gitlab, null],
    [`sourceRef`, `refs/tags/*`, github, null],
    [`sourceRef`, `refs/tags/@acme/*@1.*`, github, null],
    [`sourceRef`, `refs/heads/*`, github, `policy-source-ref`],
    [`sourceRef`, `tags/*`, github, `policy-source-ref`],
    [`workflow`, `.github/workflows/release.yml`, github, null],
    [`workflow`, `.github/workflows/release_yml`, github, `policy-workflow`],
    [`workflow`, `.gitlab-ci.yml`, gitlab, null],
    [`trigger`, `push`, github, null],
    [`trigger`, `release`, github, `policy-trigger`],
    [`runner`, `github-hosted`, github, null],
    [`runner`, `*-hosted`, {...github, runner: `self-hosted`}, null],
    [`runner`, `github-hosted`, {...github, runner: `self-hosted`}, `policy-runner`],
    [`issuer`, `https://token.actions.githubusercontent.com`, github, null],
    [`issuer`, `https://token.actions.githubusercontent.com`, gitlab, `policy-issuer`],
    // The reusable workflow of another repository that signs.
    [`signer`, `https://github.com/acme/workflows/.github/workflows/publish.yml@*`, github, null],
    [`signer`, `https://github.com/Acme/widgets/*`, github, `policy-signer`],
    // Claims that the certificate does not carry.
    [`sourceRef`, `*`, {...github, sourceRef: undefined}, `policy-source-ref`],
    [`runner`, `github-hosted`, {...github, runner: undefined}, `policy-runner`],
    [`runner`, `github-hosted`, {...github, runner: undefined, asserted: {runner: `github-hosted`}}, `policy-runner`],
    [`trigger`, `push`, {...github, trigger: ``}, `policy-trigger`],
  ];

  it.each(rows)(`should hold %s %s against the certificate`, (rule, value, provenance, finding) => {
    expect(judge({provenance}, {policy: {[rule]: value}})).toEqual(finding === null
      ? {verdict: `verified`, findings: []}
      : {verdict: `failed`, findings: [[finding, `error`]]});
  });

  it(`should say that the claim is not there, and not that it is another one`, () => {
    const getMessages = (provenance: ProvenanceResult) => judgePackage(makeFacts({provenance}), {
      severities: new Map(), strict: false, exceptions: [], pins: null, now: new Date(0),
      policies: parsePolicies([[`*`, new Map(Object.entries({runner: `github-hosted`}))]]),
    }).findings.map(({message}) => message);

    expect(getMessages({...github, runner: undefined})).not.toEqual(getMessages({...github, runner: `self-hosted`}));
  });

  it(`should leave other packages alone`, () => {
    expect(judge({name: `lodash`, provenance: gitlab}, {policy: {workflow: `x.yml`}})).toEqual({verdict: `verified`, findings: []});
  });
});

describe(`Required evidence`, () => {
  type Row = [rule: `signature` | `provenance`, status: EvidenceStatus, observations: Array<FindingId>, verdict: string, findings: Array<[FindingId, Severity]>];

  const rows: Array<Row> = [
    [`provenance`, `verified`, [], `verified`, []],
    [`provenance`, `missing`, [`provenance-missing`], `failed`, [[`provenance-missing`, `error`]]],
    [`provenance`, `missing`, [`attestation-missing`], `failed`, [[`attestation-missing`, `error`], [`provenance-missing`, `error`]]],
    [`provenance`, `invalid`, [`attestation-invalid`], `failed`, [[`attestation-invalid`, `error`], [`provenance-missing`, `error`]]],
    [`provenance`, `unsupported`, [`attestation-unsupported`], `failed`, [[`attestation-unsupported`, `warning`], [`provenance-missing`, `error`]]],
    [`provenance`, `unverifiable`, [`unverifiable-source`], `failed`, [[`unverifiable-source`, `info`], [`provenance-missing`, `error`]]],
    // A fault of the network is not the lack of evidence.
    [`provenance`, `unavailable`, [`attestation-unavailable`], `incomplete`, [[`attestation-unavailable`, `incomplete`]]],
    [`provenance`, `missing`, [`attestation-unserved`], `incomplete`, [[`attestation-unserved`, `incomplete`]]],
    [`provenance`, `unavailable`, [`registry-unreachable`], `incomplete`, [[`registry-unreachable`, `incomplete`]]],
    [`signature`, `verified`, [], `verified`, []],
    [`signature`, `missing`, [`signature-missing`], `failed`, [[`signature-missing`, `error`]]],
    [`signature`, `missing`, [`signature-stripped`], `failed`, [[`signature-stripped`, `warning`], [`signature-missing`, `error`]]],
    [`signature`, `missing`, [`signature-stripped`, `attestation-unserved`], `failed`, [[`signature-stripped`, `warning`], [`attestation-unserved`, `incomplete`], [`signature-missing`, `error`]]],
    [`signature`, `unverifiable`, [`registry-unsupported`], `failed`, [[`registry-unsupported`, `info`], [`signature-missing`, `error`]]],
    [`signature`, `unavailable`, [`keys-unavailable`], `incomplete`, [[`keys-unavailable`, `incomplete`]]],
  ];

  it.each(rows)(`should judge %s that is %s, with %j`, (rule, status, observations, verdict, findings) => {
    expect(judge({[rule]: {status}, observations: observe(...observations)}, {policy: {[rule]: `required`}})).toEqual({verdict, findings});
  });

  it.each(rows)(`should not let severities hide %s that is %s, with %j`, (rule, status, observations) => {
    const severities = Object.fromEntries([...observations, `provenance-missing`, `signature-missing`].map(id => [id, `off`]));
    const {findings} = judge({[rule]: {status}, observations: observe(...observations)}, {policy: {[rule]: `required`}, severities});

    expect(findings.some(([, severity]) => severity === `error` || severity === `incomplete`)).toBe(status !== `verified`);
  });

  it.each([`signature`, `provenance`] as const)(`should not mind the lack of optional %s`, rule => {
    expect(judge({[rule]: {status: `unverifiable`}}, {policy: {[rule]: `optional`}})).toEqual({verdict: `verified`, findings: []});
  });

  it(`should take what could not be checked for a failure with --strict`, () => {
    const facts = {provenance: {status: `unavailable`} as const, observations: observe(`attestation-unavailable`)};
    expect(judge(facts, {policy: {provenance: `required`}, strict: true}).findings).toEqual([[`attestation-unavailable`, `error`]]);
  });

  it(`should require provenance where a policy speaks of it`, () => {
    const facts = {provenance: {status: `missing`} as const, observations: observe(`provenance-missing`)};

    expect(judge(facts, {policy: {workflow: `x.yml`}}).findings).toEqual([[`provenance-missing`, `error`]]);
    expect(judge(facts, {policy: {workflow: `x.yml`, provenance: `optional`}})).toEqual({verdict: `verified`, findings: []});
  });
});

describe(`Severities`, () => {
  it.each([`off`, `warning`] as const)(`should not change a verdict by making a finding %s`, severity => {
    const {verdict, findings} = judge({}, {policy: {workflow: `x.yml`}, severities: {'policy-workflow': severity}});

    expect(verdict).toBe(`failed`);
    expect(findings).toEqual(severity === `off` ? [] : [[`policy-workflow`, severity]]);
  });
});
