import {Project}                                  from '@yarnpkg/core';
import type {Configuration}                       from '@yarnpkg/core';
import type {PortablePath}                        from '@yarnpkg/fslib';

import {makeLockfileError, tryGetLockfileProblem} from './lockfileError';

/** Since this format the entries name their protocols, and the resolution needs no registry to understand them. */
const OLDEST_LOCKFILE_VERSION = 7;

/**
 * Finds the project around `cwd`, with the lockfile that an audit needs. Does
 * not look at the install state: a fresh clone is as good as an installed one.
 *
 * @throws UsageError when there is no project, or `cwd` is not part of it
 * @throws ReportError when the lockfile is missing or unusable; the message names the file
 */
export async function openProject(configuration: Configuration, cwd: PortablePath): Promise<Project> {
  const project = await findProject(configuration, cwd);

  // What Yarn makes of a file without its format number is an empty project,
  // not an error.
  if (project.lockfileLastVersion === null)
    throw makeLockfileError(project.cwd, `does not exist, or is no lockfile; run "yarn install" to make it`);

  if (project.lockfileLastVersion < OLDEST_LOCKFILE_VERSION)
    throw makeLockfileError(project.cwd, `was written by Yarn 3 or earlier; run "yarn install" to migrate it`);

  return project;
}

async function findProject(configuration: Configuration, cwd: PortablePath) {
  try {
    const {project} = await Project.find(configuration, cwd);
    return project;
  } catch (error) {
    const problem = configuration.projectCwd !== null
      ? await tryGetLockfileProblem(configuration.projectCwd)
      : null;

    // Yarn's own message may be that of the YAML parser alone, naming no file.
    throw problem !== null
      ? makeLockfileError(configuration.projectCwd!, problem)
      : error;
  }
}
