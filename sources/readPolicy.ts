import type {Configuration} from '@yarnpkg/core';
import type {PortablePath}  from '@yarnpkg/fslib';

import {readPins}           from './pins/pinsFile';
import {parseExceptions}    from './policy/exceptionSetting';
import type {Policy}        from './policy/judgePackage';
import {parsePolicies}      from './policy/policySetting';
import {parseSeverities}    from './policy/severitySetting';

/**
 * What the settings and the pins file of a project decide. Throws a
 * `UsageError` that names the place of what cannot be used.
 *
 * @param projectCwd where the pins are, when that is another project than the one of the settings
 */
export async function readPolicy(configuration: Configuration, {strict, now, projectCwd = configuration.projectCwd}: {strict: boolean, now: Date, projectCwd?: PortablePath | null}): Promise<Policy> {
  return {
    severities: parseSeverities(configuration.get(`npmAttestationSeverities`)),
    strict,
    policies: parsePolicies(configuration.get(`npmAttestationPolicies`)),
    exceptions: parseExceptions(configuration.get(`npmAttestationExceptions`)),
    pins: projectCwd !== null ? await readPins(projectCwd) : null,
    now,
  };
}
