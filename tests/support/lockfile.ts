import {stringifySyml} from '@yarnpkg/parsers';

export type LockfileEntry = {
  /** Of the resolved package: `foo@npm:1.0.0`. */
  resolution: string;
  version?: string;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  checksum?: string;
  conditions?: string;
  linkType?: `hard` | `soft`;
};

/** The lockfile that Yarn would have written, of entries by key (`foo@npm:^1.0.0`). */
export function stringifyLockfile(entries: Record<string, LockfileEntry>, version = 8): string {
  return stringifySyml({
    __metadata: {version, cacheKey: `10c0`},
    ...Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, {
      version: `0.0.0`,
      languageName: entry.linkType === `soft` ? `unknown` : `node`,
      linkType: `hard`,
      ...entry,
    }])),
  });
}
