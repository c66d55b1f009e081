import type {Configuration, Project}                                             from '@yarnpkg/core';

import {matches}                                                                 from '../glob';

import {makeCandidates}                                                          from './candidates';
import type {Inventory}                                                          from './installedPackage';
import {resolveLockfile}                                                         from './resolveLockfile';
import {makeDirectTest, makeGetWorkspaceNames, selectCandidates, type Selection} from './selection';

/**
 * Reads from the lockfile alone what an audit has to look at: nothing is asked
 * of a registry, nothing written, no install state or node_modules needed.
 *
 * @throws ReportError when the lockfile is unusable or out of sync with the manifests
 * @throws UsageError when the selection, or a part of it, matches nothing
 */
export async function collectPackages(project: Project, {configuration, selection}: {configuration: Configuration, selection: Selection}): Promise<Inventory> {
  const entries = await resolveLockfile(project);
  const candidates = makeCandidates(project, entries, configuration);
  const selected = selectCandidates(candidates, project, selection);

  const isDirect = makeDirectTest(project, selection);
  const getWorkspaceNames = makeGetWorkspaceNames(project, selection);
  const isExcluded = (name: string) => selection.exclude.some(glob => matches(glob, name));

  const packages = selected.map(({reach, ...candidate}) => ({
    ...candidate,
    workspaces: getWorkspaceNames(reach),
    direct: isDirect(reach),
    excluded: isExcluded(candidate.name),
  }));

  const outOfScope = candidates.length - packages.length;
  return {packages, outOfScope, isWholeProject: outOfScope === 0};
}
