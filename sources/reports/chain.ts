import type {EvidenceStatus, PackageResult}    from '../auditResult';
import {findingCatalog, type FindingId}        from '../findings';

import {getLinks, type Link, type LinkContext} from './links';

/** `unknown`: nothing proves it, and nothing contradicts it. */
type StepState = `verified` | `broken` | `missing` | `unknown`;

/** One link of the chain from a commit to the bytes on disk. */
export type ChainStep = {
  label: string;
  state: StepState;
  /** The evidence's own word, for readers: `verified`, `unavailable`, `skipped` … */
  status: string;
  /** What was certified; empty unless it was. */
  values: Array<string>;
  link?: Link;
};

type StepName = `source` | `workflow` | `certificate` | `log` | `signature` | `archive`;

/** Which link a finding breaks. Whatever is not here is told by the status of its evidence. */
const brokenSteps: Record<string, StepName> = {
  'policy-source-repository': `source`,
  'policy-source-ref': `source`,
  'identity-changed': `source`,
  'provenance-statement-mismatch': `source`,
  'policy-workflow': `workflow`,
  'policy-runner': `workflow`,
  'policy-trigger': `workflow`,
  'policy-signer': `certificate`,
  'policy-issuer': `certificate`,
  'provenance-issuer-untrusted': `certificate`,
  'attestation-invalid': `certificate`,
  'attestation-subject-mismatch': `certificate`,
  'attestation-type-mismatch': `certificate`,
  'integrity-mismatch': `archive`,
  'archive-mismatch': `archive`,
  'checksum-mismatch': `archive`,
};

const states: Record<string, StepState> = {verified: `verified`, missing: `missing`, invalid: `broken`, mismatch: `broken`};

/** The way of a package from its source to this machine, with what proves each part of it. */
export function makeChain(pkg: PackageResult, context: LinkContext): Array<ChainStep> {
  const {signature, provenance, archive, findings} = pkg;
  const broken = new Set(findings.filter(({id}) => findingCatalog[id as FindingId]?.effect === `failed`).map(({id}) => brokenSteps[id]));
  const links = new Map(getLinks(pkg, context).map(link => [link.label, link]));

  // Where it is known which link is broken, the others of the same evidence
  // are merely unproven.
  const provenanceSteps: Array<StepName> = [`source`, `workflow`, `certificate`, `log`];
  const isPinpointed = provenanceSteps.some(step => broken.has(step));

  const makeStep = (name: StepName, label: string, status: string, values: Array<string | undefined>, link?: Link): ChainStep => ({
    label,
    state: broken.has(name) ? `broken` : states[status] ?? `unknown`,
    status,
    values: status === `verified` ? values.filter(value => typeof value === `string`) : [],
    ...link ? {link} : {},
  });

  const makeProvenanceStep = (name: StepName, label: string, values: Array<string | undefined>, link?: Link): ChainStep => {
    const step = makeStep(name, label, provenance.status, values, link);
    return step.state === `broken` && isPinpointed && !broken.has(name) ? {...step, state: `unknown`, status: `unproven`} : step;
  };

  return [
    makeProvenanceStep(`source`, `Source`, [provenance.sourceRepository, provenance.sourceCommit, provenance.sourceRef], links.get(`Commit`)),
    makeProvenanceStep(`workflow`, `Workflow`, [provenance.workflow, provenance.trigger, provenance.runner], links.get(`Run`)),
    makeProvenanceStep(`certificate`, `Certificate`, [provenance.signer, provenance.issuer]),
    makeProvenanceStep(`log`, `Log entry`, [provenance.logIndex, provenance.time], links.get(`Log entry`)),
    makeStep(`signature`, `Registry signature`, signature.status satisfies EvidenceStatus, [signature.keyid, signature.keySource]),
    makeStep(`archive`, `Archive on disk`, archive.status, []),
  ];
}
