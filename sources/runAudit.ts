import type {Configuration, Report} from '@yarnpkg/core';
import type {PortablePath}          from '@yarnpkg/fslib';
import {UsageError}                 from 'clipanion';

import {auditAttestations}          from './auditAttestations';
import type {AuditResult}           from './auditResult';
import {openProject}                from './inventory/openProject';
import type {Selection}             from './inventory/selection';
import {parseSeverities}            from './policy/severitySetting';

const environments = [`all`, `production`, `development`] as const satisfies Array<Selection[`environment`]>;

/** The options of the command, as typed. */
export type AuditOptions = Pick<Selection, `patterns` | `workspaces` | `direct`> & {
  environment: string;
  excludes: Array<string>;
  offline: boolean;
  refresh: boolean;
  strict: boolean;
  includeAttestations: boolean;
};

/** Puts the command's options and the settings together to the one request that they are. */
export async function runAudit(configuration: Configuration, cwd: PortablePath, options: AuditOptions, report: Report): Promise<AuditResult> {
  const {patterns, workspaces, direct, environment, excludes, offline, refresh, strict} = options;
  if (offline && refresh)
    throw new UsageError(`--offline and --refresh contradict each other`);

  const project = await openProject(configuration, cwd);

  return await auditAttestations({
    project,
    configuration,
    selection: {
      patterns,
      workspaces,
      direct,
      environment: parseEnvironment(environment),
      exclude: [...configuration.get(`npmAuditAttestationsExcludePackages`), ...excludes],
    },
    mode: offline ? `offline` : refresh ? `refresh` : `normal`,
    policy: {severities: parseSeverities(configuration.get(`npmAttestationSeverities`)), strict},
    includeBundles: options.includeAttestations,
    now: new Date(),
    report,
  });
}

/** Not left to the command line's own validation, whose errors are no records under --json. */
function parseEnvironment(environment: string): Selection[`environment`] {
  const known = environments.find(candidate => candidate === environment);
  if (typeof known === `undefined`)
    throw new UsageError(`--environment can't be ${JSON.stringify(environment)}; it can be ${environments.join(`, `)}`);

  return known;
}
