import type {ProvenanceResult}         from '../auditResult';
import type {Release, ReleaseEvidence} from '../evidence/types';
import type {Observation}              from '../findings';

import type {Comparison}               from './strongerRelease';

/** What the history of a package has to say about one of its versions. */
export type HistoryExamination =
  | {status: `unbroken`}
  /** `provenance` is that of the stronger release, verified in this run. */
  | {status: `broken`, comparison: Comparison, provenance: ProvenanceResult}
  | {status: `unavailable`, reason: string};

const evidenceNames: Record<ReleaseEvidence, string> = {
  [`staged`]: `a staged publish that a maintainer approved`,
  [`trusted-publisher`]: `provenance and a trusted publisher`,
  [`provenance`]: `provenance`,
  [`none`]: `no provenance`,
};

const orderNotes: Record<Comparison[`order`], string> = {
  [`time`]: ``,
  [`log`]: ` (the registry gives no publish times: those of the transparency log were taken)`,
  [`semver`]: ` (the registry gives no publish times: versions were taken in semver order)`,
};

/** `trust-downgrade`, or what kept us from looking for it; null when the history is fine. */
export function checkHistory(name: string, provenance: ProvenanceResult, examination: HistoryExamination): Observation | null {
  if (examination.status === `unbroken`)
    return null;

  if (examination.status === `unavailable`) {
    return {
      id: `registry-unreachable`,
      message: `The history of this package could not be had, so that nobody knows whether earlier releases had stronger evidence`,
      expected: `the root document of ${name}`,
      found: examination.reason,
      hint: `Run the command again when the registry answers, or set trust-downgrade to off`,
    };
  }

  const {comparison: {release, stronger, order}} = examination;
  const tracker = examination.provenance.status === `verified` ? examination.provenance.sourceRepository : undefined;

  return {
    id: `trust-downgrade`,
    message: `This version has weaker evidence than an earlier release of the package${orderNotes[order]}. That can be an honest mistake of the maintainers, or a takeover`,
    expected: `as before: ${describe(stronger, examination.provenance)}`,
    found: `now: ${describe(release, provenance)}`,
    hint: `Stay on ${stronger.version} until you know, and ask in the package's issue tracker${tracker ? ` (${tracker})` : ``}: "${makeQuestion(name, release, stronger)}"`,
    url: examination.provenance.run,
  };
}

/** Only what a certificate attests is told of repository and workflow; the rest is the registry's word. */
function describe({version, publishedAt, evidence, publisher}: Release, {status, sourceRepository, workflow}: ProvenanceResult): string {
  const parts = [
    `${version} with ${evidenceNames[evidence]}`,
    ...publishedAt !== null ? [`published ${publishedAt.toISOString().slice(0, `YYYY-MM-DD`.length)}`] : [],
    ...status === `verified` && sourceRepository ? [`from ${sourceRepository}`] : [],
    ...status === `verified` && workflow ? [`by the workflow ${workflow}`] : [],
    `publisher ${publisher ?? `unknown`}`,
  ];

  return parts.join(`, `);
}

function makeQuestion(name: string, release: Release, stronger: Release): string {
  const published = release.publishedAt !== null ? ` (published ${release.publishedAt.toISOString()})` : ``;
  return `${name}@${release.version}${published} has ${evidenceNames[release.evidence]}, while ${stronger.version} had ${evidenceNames[stronger.evidence]}. Was this release made by you, and is the change on purpose?`;
}
