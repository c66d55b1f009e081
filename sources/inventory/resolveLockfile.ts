import {MessageName, structUtils, ThrowReport} from '@yarnpkg/core';
import type {Package, Project, Workspace}      from '@yarnpkg/core';

import {makeLockfileError}                     from './lockfileError';

/**
 * Makes the dependency tree of the project, virtual packages included, from
 * yarn.lock alone: no install state, no network, nothing written. Afterwards
 * `project.storedPackages` and `project.storedResolutions` hold the tree.
 *
 * @returns every entry of the lockfile, also those that nothing depends on any more
 * @throws ReportError when the lockfile is out of sync with the project's manifests
 */
export async function resolveLockfile(project: Project): Promise<Array<Package>> {
  // The resolution forgets the entries that it did not come across.
  const entries = [...project.originalPackages.values()];

  for (const workspace of project.workspaces)
    await checkWorkspace(workspace);

  // Yarn refuses entries written by a version with another lockfile format,
  // because it would refresh them from the registry. An audit wants to know
  // what this lockfile says, and all formats say that in the same way.
  const {lockfileNeedsRefresh} = project;
  project.lockfileNeedsRefresh = false;

  try {
    await project.resolveEverything({lockfileOnly: true, report: new ThrowReport()});
  } catch (error) {
    throw makeOutOfSyncError(project, (error as Error).message);
  } finally {
    project.lockfileNeedsRefresh = lockfileNeedsRefresh;
  }

  return entries;
}

/**
 * Holds the manifest against its entry in the lockfile. The resolution below
 * believes the entry, so that a dependency added to package.json since the last
 * install would be missing from the audit without a word.
 */
async function checkWorkspace(workspace: Workspace) {
  const {project, anchoredLocator} = workspace;
  const {configuration} = project;

  const entry = project.originalPackages.get(anchoredLocator.locatorHash);
  if (!entry)
    throw makeOutOfSyncError(project, `${structUtils.stringifyIdent(anchoredLocator)} is not in the lockfile`);

  const resolver = configuration.makeResolver();
  const current = await resolver.resolve(anchoredLocator, {project, resolver, report: new ThrowReport()});
  const locked = configuration.normalizeDependencyMap(entry.dependencies);

  for (const identHash of new Set([...current.dependencies.keys(), ...locked.keys()])) {
    const wanted = current.dependencies.get(identHash);
    const found = locked.get(identHash);

    if (wanted?.descriptorHash !== found?.descriptorHash) {
      const manifest = structUtils.stringifyIdent(anchoredLocator);
      const [wantedText, foundText] = [wanted, found].map(descriptor => descriptor ? structUtils.stringifyDescriptor(descriptor) : `nothing`);

      throw makeOutOfSyncError(project, `the manifest of ${manifest} asks for ${wantedText}, the lockfile has ${foundText}`);
    }
  }
}

function makeOutOfSyncError(project: Project, reason: string) {
  return makeLockfileError(project.cwd, `is not in sync with the project: ${reason}; run "yarn install" to update it`, MessageName.MISSING_LOCKFILE_ENTRY);
}
