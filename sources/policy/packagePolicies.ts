import {matches} from '../glob';

/** Whether evidence has to be there: `required` or `optional`. */
export const evidenceRules = [`signature`, `provenance`] as const;
/** What a claim of the certificate has to be: a glob. */
export const claimRules = [`sourceRepository`, `sourceRef`, `workflow`, `trigger`, `runner`, `issuer`, `signer`] as const;

export type EvidenceRule = typeof evidenceRules[number];
export type ClaimRule = typeof claimRules[number];
export type PolicyRule = EvidenceRule | ClaimRule;

/** One entry of `npmAttestationPolicies`, with the rules that it states. */
export type PackagePolicy = {
  glob: string;
  rules: ReadonlyMap<PolicyRule, string>;
};

/** A rule in force for one package, and the glob that it comes from. */
export type StatedRule = {value: string, glob: string};

/** Each rule comes from the longest glob that states it, the later of two equally long. */
export function getRules(policies: ReadonlyArray<PackagePolicy>, name: string): Map<PolicyRule, StatedRule> {
  const inForce = new Map<PolicyRule, StatedRule>();

  for (const {glob, rules} of policies) {
    if (!matches(glob, name))
      continue;

    for (const [rule, value] of rules) {
      const known = inForce.get(rule);
      if (typeof known === `undefined` || glob.length >= known.glob.length) {
        inForce.set(rule, {value, glob});
      }
    }
  }

  return inForce;
}

/**
 * The issuer that a policy accepts for a package beside the known CIs. It has
 * to be named in full: a glob would let in whoever can choose a name, and some
 * issuers vouch for anybody with an e-mail address.
 */
export function getAcceptedIssuers(policies: ReadonlyArray<PackagePolicy>, name: string): ReadonlySet<string> {
  const issuer = getRules(policies, name).get(`issuer`)?.value;
  return new Set(typeof issuer === `undefined` || issuer.includes(`*`) ? [] : [issuer]);
}
