import type {TargetFile, Targets} from '@tufjs/models';

import type {MetadataWalk}        from './metadataWalk';
import {InvalidMetadataError}     from './repositoryErrors';

/** Same bound as tuf-js has. */
const MAX_DELEGATIONS = 32;

type DelegatedRole = NonNullable<NonNullable<Targets[`delegations`]>[`roles`]>[string];
type Covers = (path: string) => boolean;

/**
 * All targets of a repository that `isWanted` accepts, by name, each from the
 * most trusted role that lists it: delegations are visited in the order of the
 * specification (section 5.6.7), for all names at once. `Updater` answers for
 * one name only, and the hosts that have registry keys are not known before.
 */
export async function findTargets(walk: MetadataWalk, isWanted: Covers): Promise<Map<string, TargetFile>> {
  const found = new Map<string, TargetFile>();
  const visited = new Set<string>();
  /** What terminating delegations have settled: no role after them may add to it. */
  const settled: Array<Covers> = [];

  const visit = async (role: string, delegator: string, covers: Covers): Promise<void> => {
    const edge = JSON.stringify([delegator, role]);
    if (visited.has(edge))
      return;
    if (visited.size > MAX_DELEGATIONS)
      throw new InvalidMetadataError(`More than ${MAX_DELEGATIONS} delegations`);
    visited.add(edge);

    const {signed} = await walk.loadTargets(role, delegator);
    for (const [path, target] of Object.entries(signed.targets))
      if (isWanted(path) && !found.has(path) && covers(path) && !settled.some(isSettled => isSettled(path)))
        found.set(path, target);

    if (signed.delegations?.succinctRoles)
      throw new InvalidMetadataError(`${role} delegates to hash bins, which cannot be listed`);

    for (const delegation of Object.values(signed.delegations?.roles ?? {})) {
      if (!mayCover(delegation, isWanted))
        continue;

      const coversToo: Covers = path => covers(path) && delegation.isDelegatedPath(path);
      await visit(delegation.name, role, coversToo);
      if (delegation.terminating) {
        settled.push(coversToo);
      }
    }
  };

  await visit(`targets`, `root`, () => true);
  return found;
}

/**
 * Whether a delegation can be about a wanted name at all. Others are not
 * loaded: repositories hold delegations that went out of use and expired.
 */
function mayCover(delegation: DelegatedRole, isWanted: Covers) {
  if (!delegation.paths)
    return true;

  return delegation.paths.some(pattern => {
    const folder = pattern.slice(0, pattern.lastIndexOf(`/`) + 1);
    return [`${folder}keys.json`, `${folder}trusted_root.json`].some(sample => isWanted(sample) && delegation.isDelegatedPath(sample));
  });
}
