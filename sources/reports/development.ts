import type {Inspection} from '../inspectPackage';

type Entry = Inspection[`history`][number];

export type Change = {
  version: string;
  field: `sourceRepository` | `workflow`;
  from: string;
  to: string;
};

/** How the evidence of a package came about, and what was between. */
export type Development = {
  releases: number;
  /** Of these the registry says that they have provenance. */
  advertised: number;
  /** Of these it was verified in this run. */
  verified: number;
  first: {version: string, publishedAt: string | null} | null;
  /** Releases without provenance after the first that has it, pre-releases too. */
  gaps: Array<string>;
  /** Of the certified source or workflow, between releases that were verified. */
  changes: Array<Change>;
};

export function describeDevelopment(history: ReadonlyArray<Entry>): Development {
  const first = history.findIndex(({evidence}) => evidence !== `none`);
  const proven = history.filter(({result}) => result?.provenance.status === `verified`);

  return {
    releases: history.length,
    advertised: history.filter(({evidence}) => evidence !== `none`).length,
    verified: proven.length,
    first: first !== -1 ? {version: history[first]!.version, publishedAt: history[first]!.publishedAt?.toISOString() ?? null} : null,
    gaps: first !== -1 ? history.slice(first).filter(({evidence}) => evidence === `none`).map(({version}) => version) : [],
    changes: proven.slice(1).flatMap((entry, index) => [...compare(`sourceRepository`, proven[index]!, entry), ...compare(`workflow`, proven[index]!, entry)]),
  };
}

function compare(field: Change[`field`], before: Entry, after: Entry): Array<Change> {
  const from = before.result?.provenance[field];
  const to = after.result?.provenance[field];
  return from && to && from !== to ? [{version: after.version, field, from, to}] : [];
}
