import {UsageError} from 'clipanion';

/** Where a wish for or against provenance may come from; the earlier ones win. */
export type WishSource =
  | `option`
  | `publishConfig`
  | `setting`
  | `environment`
  | `workspaceNpmrc`
  | `projectNpmrc`;

/** A wish as somebody wrote it, with a name for messages (`--provenance`, a path, a variable). */
export type StatedWish = {
  source: WishSource;
  name: string;
  value: unknown;
};

export type ProvenanceWish =
  | {wanted: boolean, source: WishSource, name: string}
  /** Nobody said anything: provenance follows from how the upload is authenticated. */
  | {wanted: `automatic`};

/**
 * The first of the statements decides; they are given in the order of their
 * precedence. `false` and empty mean false wherever they stand.
 *
 * @throws UsageError for a value that is neither yes nor no: a guess would
 * either publish without the provenance that was meant, or write to a public
 * log against somebody's will
 */
export function decideWish(statements: Iterable<StatedWish>): ProvenanceWish {
  for (const {source, name, value} of statements)
    return {wanted: parseWish(name, value), source, name};

  return {wanted: `automatic`};
}

function parseWish(name: string, value: unknown): boolean {
  switch (typeof value === `string` ? value.trim().toLowerCase() : value) {
    case true: case 1: case `true`: case `1`:
      return true;

    case false: case 0: case null: case ``: case `false`: case `0`: case `null`:
      return false;
  }

  throw new UsageError(`${name}: expected true or false as the wish for provenance, found ${JSON.stringify(value)}`);
}
