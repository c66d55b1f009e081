import type {ProvenanceResult}                  from '../auditResult';
import type {FindingId, Observation}            from '../findings';
import {matches}                                from '../glob';

import {claimRules}                             from './packagePolicies';
import type {ClaimRule, PolicyRule, StatedRule} from './packagePolicies';

/** The finding for a claim that breaks its rule, and the words for it. */
const claims: Record<ClaimRule, {id: FindingId, noun: string}> = {
  sourceRepository: {id: `policy-source-repository`, noun: `source repository`},
  sourceRef: {id: `policy-source-ref`, noun: `source ref`},
  workflow: {id: `policy-workflow`, noun: `workflow`},
  trigger: {id: `policy-trigger`, noun: `trigger`},
  runner: {id: `policy-runner`, noun: `runner`},
  issuer: {id: `policy-issuer`, noun: `issuer`},
  signer: {id: `policy-signer`, noun: `signer`},
};

/**
 * Holds verified provenance against the rules in force. Only what the
 * certificate attests is compared: what the statement merely says was written
 * by whoever controls the build.
 */
export function checkClaims(rules: ReadonlyMap<PolicyRule, StatedRule>, provenance: ProvenanceResult): Array<Observation> {
  const observations: Array<Observation> = [];

  for (const rule of claimRules) {
    const {id, noun} = claims[rule];
    const stated = rules.get(rule);
    if (typeof stated === `undefined`)
      continue;

    const claim = provenance[rule];
    const place = `npmAttestationPolicies[${JSON.stringify(stated.glob)}].${rule}`;

    if (!claim) {
      observations.push({
        id,
        message: `The policy for ${stated.glob} asks for a ${noun}, and the certificate of this provenance does not carry that claim`,
        expected: stated.value,
        found: `no such claim in the certificate`,
        hint: `Certificates of before 2023 and those of some CIs lack it: ask the maintainers for a newer release, or change ${place}`,
        url: provenance.run,
      });
    } else if (!matches(normaliseHost(stated.value), normaliseHost(claim))) {
      observations.push({
        id,
        message: `The policy for ${stated.glob} asks for another ${noun}`,
        expected: stated.value,
        found: claim,
        hint: `Do not use this version before you know why; if its release process has changed, change ${place}`,
        url: provenance.run ?? provenance.sourceRepository,
      });
    }
  }

  return observations;
}

/** Hosts are the same in any case; paths are compared as the CI's certificate spells them. */
function normaliseHost(text: string): string {
  return text.replace(/^https?:\/\/[^/]*/i, origin => origin.toLowerCase());
}
