import type {Verdict}                             from '../auditResult';
import {getWeight, type Effect, type Observation} from '../findings';

/**
 * The verdict of a package from what was found, never from severities: a
 * finding that the settings switched off or accepted weighs as much as any
 * other. (`excluded` is not a verdict on evidence: nobody looked.)
 *
 * `verified` says whether at least one piece of evidence was verified. A
 * package that has neither evidence nor an observation saying why was lost on
 * the way: that is a defect of ours and must not end as one of the verdicts.
 */
export function getVerdict(observations: Iterable<Observation>, {verified}: {verified: boolean}): Exclude<Verdict, `excluded`> {
  const effects = new Set(Array.from(observations, getEffect));

  if (effects.has(`failed`))
    return `failed`;
  if (effects.has(`incomplete`))
    return `incomplete`;
  if (effects.has(`unverifiable`))
    return `unverifiable`;

  if (!verified)
    throw new Error(`Assertion failed: Expected a package without verified evidence to have an observation that says why`);

  return `verified`;
}

function getEffect(observation: Observation): Effect {
  const {effect} = getWeight(observation);

  // Evidence that is required and is not there is no mere notice.
  return typeof observation.requiredBy !== `undefined` && effect !== `incomplete` ? `failed` : effect;
}
