import type {Configuration} from '@yarnpkg/core';

import {readPins}           from './pins/pinsFile';
import {parseExceptions}    from './policy/exceptionSetting';
import type {Policy}        from './policy/judgePackage';
import {parsePolicies}      from './policy/policySetting';
import {parseSeverities}    from './policy/severitySetting';

/**
 * What the settings and the pins file of a project decide. Throws a
 * `UsageError` that names the place of what cannot be used.
 */
export async function readPolicy(configuration: Configuration, {strict, now}: {strict: boolean, now: Date}): Promise<Policy> {
  return {
    severities: parseSeverities(configuration.get(`npmAttestationSeverities`)),
    strict,
    policies: parsePolicies(configuration.get(`npmAttestationPolicies`)),
    exceptions: parseExceptions(configuration.get(`npmAttestationExceptions`)),
    pins: configuration.projectCwd !== null ? await readPins(configuration.projectCwd) : null,
    now,
  };
}
