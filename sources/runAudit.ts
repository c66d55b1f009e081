import type {Configuration, Report}      from '@yarnpkg/core';
import type {PortablePath}               from '@yarnpkg/fslib';
import {UsageError}                      from 'clipanion';

import {auditAttestations}               from './auditAttestations';
import type {AuditResult, PackageResult} from './auditResult';
import {pruneEvidence}                   from './evidence/pruneEvidence';
import {collectPackages}                 from './inventory/collectPackages';
import {openProject}                     from './inventory/openProject';
import type {Selection}                  from './inventory/selection';
import {makeAnyTest}                     from './packagePattern';
import {writePins}                       from './pins/pinsFile';
import {updatePins}                      from './policy/pinUpdate';
import {readPolicy}                      from './readPolicy';

const environments = [`all`, `production`, `development`] as const satisfies Array<Selection[`environment`]>;

/** The options of the command, as typed. */
type AuditOptions = Pick<Selection, `patterns` | `workspaces` | `direct`> & {
  environment: string;
  excludes: Array<string>;
  offline: boolean;
  refresh: boolean;
  strict: boolean;
  archives: boolean;
  includeAttestations: boolean;
  pin: boolean;
};

/** Puts the command's options and the settings together to the one request that they are. */
export async function runAudit(configuration: Configuration, cwd: PortablePath, options: AuditOptions, report: Report): Promise<AuditResult> {
  const {patterns, workspaces, direct, environment, excludes, offline, refresh, strict} = options;
  if (offline && refresh)
    throw new UsageError(`--offline and --refresh contradict each other`);

  const project = await openProject(configuration, cwd);
  const policy = await readPolicy(configuration, {strict, now: new Date()});

  const pin = async (packages: Array<PackageResult>) => {
    const update = updatePins(policy.pins, packages, makeAnyTest(patterns));
    if (update.pins !== null && update.changes.length > 0)
      await writePins(project.cwd, update.pins);

    return update;
  };

  const selection: Selection = {
    patterns,
    workspaces,
    direct,
    environment: parseEnvironment(environment),
    exclude: [...configuration.get(`npmAuditAttestationsExcludePackages`), ...excludes],
  };

  const result = await auditAttestations({
    configuration,
    inventory: await collectPackages(project, {configuration, selection}),
    selection,
    mode: offline ? `offline` : refresh ? `refresh` : `normal`,
    policy,
    pin: options.pin ? pin : null,
    archives: options.archives,
    includeBundles: options.includeAttestations,
    report,
  });

  await pruneEvidence(configuration, policy.now);
  return result;
}

/** Not left to the command line's own validation, whose errors are no records under --json. */
function parseEnvironment(environment: string): Selection[`environment`] {
  const known = environments.find(candidate => candidate === environment);
  if (typeof known === `undefined`)
    throw new UsageError(`--environment can't be ${JSON.stringify(environment)}; it can be ${environments.join(`, `)}`);

  return known;
}
