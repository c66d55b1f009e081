import type {Locator}        from '@yarnpkg/core';

import type {ManifestClaims} from '../manifestClaims';

/** Where a package of the lockfile comes from. */
export type PackageSource =
  /** `registry` is the normalised URL (no trailing slash) that the settings give for this ident. */
  | {type: `npm`, registry: string, version: string}
  /** git, http, file, portal, link …: `protocol` without its colon. */
  | {type: `other`, protocol: string};

/** The archive that an entry of the lockfile stands for. */
export type LockedArchive = {
  /** As the lockfile spells it, with what is bound to it (`__archiveUrl`). */
  locator: Locator;
  /** `<cacheKey>/<sha512 in hex>`; null where the lockfile has none: conditional packages. */
  checksum: string | null;
  /** What the lockfile took from the registry's unsigned metadata. */
  claims: ManifestClaims;
};

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
  /** Stringified idents of the workspaces (within the selection) that reach it, sorted; empty for an entry that nothing reaches. */
  workspaces: Array<string>;
  /** Whether a workspace (within the selection) names it among its own dependencies. */
  direct: boolean;
  /** Whether a `patch:` locator of the project wraps it. */
  patched: boolean;
  /** Whether it is only for some platforms (`conditions`). */
  conditional: boolean;
  /** Several where the lockfile binds one package to several URLs; none for other sources than npm. */
  archives: Array<LockedArchive>;
  /** Selected, but the settings or `--exclude` leave it out. */
  excluded: boolean;
};

export type Inventory = {
  /** The selection, sorted by `id`. */
  packages: Array<InstalledPackage>;
  /** Lockfile packages that the selection does not cover. */
  outOfScope: number;
  /** Whether these are all packages that the project's settings can speak of. */
  isWholeProject: boolean;
};
