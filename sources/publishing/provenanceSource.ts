import type {Build}   from './buildPreflight';
import type {Problem} from './problem';

/** A bundle as it is going to be uploaded, and what people may want to know of it. */
export type Bundle = {
  mediaType: string;
  text: string;
  /** Position in the transparency log. */
  logIndex: string | null;
  /** Whether its log entry was made by this publish. */
  isNew: boolean;
};

/** What is going to be attested, as far as it is known before anything is signed. */
export type ProvenanceSummary = Build & {
  predicateType: string;
  statement: unknown;
};

/** Where the provenance of one publish comes from: a statement to be signed, or a file. */
export type ProvenanceSource = {
  /** What stands in the way of any provenance; there is no summary then. */
  problems: Array<Problem>;
  summary: ProvenanceSummary | null;
  /** Makes, or reads, the bundle, verified against the tarball. */
  makeBundle: () => Promise<Bundle>;
};
