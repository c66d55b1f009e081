import type {ProvenanceResult, PublishResult, SignatureResult, Verdict} from '../auditResult';
import type {Finding, FindingId, Observation}                           from '../findings';

import {checkClaims}                                                    from './claimRules';
import {checkHistory}                                                   from './downgrade';
import type {HistoryExamination}                                        from './downgrade';
import {checkRequiredEvidence}                                          from './evidenceRules';
import {applyExceptions}                                                from './exceptions';
import type {Exception}                                                 from './exceptions';
import {checkPins}                                                      from './identityPins';
import type {IdentityPins}                                              from './identityPins';
import {getRules}                                                       from './packagePolicies';
import type {PackagePolicy}                                             from './packagePolicies';
import {applySeverities}                                                from './severities';
import type {SeverityPolicy}                                            from './severities';
import {getVerdict}                                                     from './verdict';

/** Everything that a project has decided about evidence. */
export type Policy = SeverityPolicy & {
  policies: ReadonlyArray<PackagePolicy>;
  exceptions: ReadonlyArray<Exception>;
  pins: IdentityPins;
  /** What ends of exceptions and the age of releases are held against. */
  now: Date;
};

/** What is known of a package once its evidence was verified. */
export type PackageFacts = {
  name: string;
  version: string | null;
  signature: SignatureResult;
  publish: PublishResult;
  provenance: ProvenanceResult;
  observations: ReadonlyArray<Observation>;
  /** Null where nobody asked for it, or where there is none. */
  history: HistoryExamination | null;
};

/** From facts to one verdict and its findings: the audit and whoever else lets packages in or keeps them out judges by this alone. */
export function judgePackage(facts: PackageFacts, policy: Policy): {verdict: Exclude<Verdict, `excluded`>, findings: Array<Finding>} {
  const {signature, publish, provenance} = facts;
  const rules = getRules(policy.policies, facts.name);

  let observations = checkRequiredEvidence(rules, {signature: signature.status, provenance: provenance.status}, facts.observations);
  if (provenance.status === `verified`)
    observations.push(...checkClaims(rules, provenance));

  observations = checkPins(policy.pins, facts, provenance, observations);

  const downgrade = facts.history && checkHistory(facts.name, provenance, facts.history);
  if (downgrade)
    observations.push(downgrade);

  const verified = [signature, publish, provenance].some(({status}) => status === `verified`);

  return {
    verdict: getVerdict(observations, {verified}),
    findings: applyExceptions(applySeverities(observations, policy), policy.exceptions, {pkg: facts, now: policy.now}),
  };
}

/** Whether the histories of packages have to be read at all: the documents are large. */
export function readsHistories(settings: SeveritySettings): boolean {
  return isSwitchedOn(`trust-downgrade`, settings);
}

/**
 * Whether the project has said more about a package than the defaults do, so
 * that it has to be judged by evidence of its own even where the registry
 * seems to have none.
 */
export function holdsToEvidence(name: string, policy: Policy): boolean {
  return getRules(policy.policies, name).size > 0
    || (policy.pins?.has(name) ?? false)
    || evidenceFindings.some(id => isSwitchedOn(id, policy));
}

/** Those that a setting brings up for every package. */
const evidenceFindings: ReadonlyArray<FindingId> = [`trust-downgrade`, `identity-unpinned`, `provenance-missing`, `registry-unsupported`];

/** The setting may be as it was read, unchecked. */
type SeveritySettings = {severities: ReadonlyMap<string, string>};

function isSwitchedOn(id: FindingId, {severities}: SeveritySettings): boolean {
  return (severities.get(id) ?? `off`) !== `off`;
}
