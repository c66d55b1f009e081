export type Visibility =
  | {status: `public` | `not-public`}
  | {status: `unknown`, reason: string};

/** What the registry knows of a package before it is published. */
export type RegistryState = {
  visibility: Visibility;
  versions:
  | {
    status: `known`;
    known: ReadonlySet<string>;
    /** The version that the tag `latest` stands for, and whether the registry advertises provenance for it. */
    latest: {version: string, hasProvenance: boolean} | null;
  }
  | {status: `unknown`, reason: string};
};
