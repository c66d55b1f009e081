import type {Locator} from '@yarnpkg/core';

/** Where a package of the lockfile comes from. */
export type PackageSource =
  /** `registry` is the normalised URL (no trailing slash) that the settings give for this ident. */
  | {type: `npm`, registry: string, version: string}
  /** git, http, file, portal, link …: `protocol` without its colon. */
  | {type: `other`, protocol: string};

/**
 * One package of the lockfile: a row that must end in exactly one verdict. Its
 * locator is devirtualised, taken out of its patches, and for npm without what
 * is bound to it (`__archiveUrl`).
 */
export type InstalledPackage = {
  locator: Locator;
  /** Stringified locator, the key under which rows are sorted and reported. */
  id: string;
  /** Stringified ident: `@scope/name`. */
  name: string;
  version: string | null;
  source: PackageSource;
  /** Stringified idents of the workspaces that reach it, sorted; empty for an entry that nothing reaches. */
  workspaces: Array<string>;
  /** Whether a workspace (within the selection) names it among its own dependencies. */
  direct: boolean;
  /** Whether a `patch:` locator of the project wraps it. */
  patched: boolean;
  /** Whether it is only for some platforms (`conditions`). */
  conditional: boolean;
  /** Selected, but the settings or `--exclude` leave it out. */
  excluded: boolean;
};

export type Inventory = {
  /** The selection, sorted by `id`. */
  packages: Array<InstalledPackage>;
  /** Lockfile packages that the selection does not cover. */
  outOfScope: number;
};
