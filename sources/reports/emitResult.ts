import type {Configuration}  from '@yarnpkg/core';
import type {Writable}       from 'node:stream';

import type {AuditResult}    from '../auditResult';

import type {JsonContext}    from './json';
import {getLinkContext}      from './links';
import {readProjectLockfile} from './projectLockfile';
import type {ReportTarget}   from './reportTarget';

type OutputContext = JsonContext & {
  configuration: Configuration;
  stdout: Writable;
  env: NodeJS.ProcessEnv;
  json: boolean;
  verbose: boolean;
};

/** The result on stdout, in the form that was asked for; on GitHub Actions with annotations. */
export async function emitResult(result: AuditResult, {configuration, stdout, env, json, verbose, ...versions}: OutputContext): Promise<void> {
  if (json) {
    const {emitJson} = await import(`./json`);
    emitJson(result, {stdout, ...versions});
    return;
  }

  const {emitReport} = await import(`./terminal`);
  emitReport(result, {configuration, stdout, verbose, now: new Date(), ...getLinkContext(configuration)});

  if (env.GITHUB_ACTIONS === `true`) {
    const {makeAnnotations} = await import(`./annotations`);
    for (const line of makeAnnotations(result, await readProjectLockfile(configuration.projectCwd!))) {
      stdout.write(`${line}\n`);
    }
  }
}

/** Writes what `--report` asked for. Throws a `ReportError` that names the file. */
export async function writeReportFiles(targets: Array<ReportTarget>, result: AuditResult, configuration: Configuration, versions: JsonContext): Promise<void> {
  if (targets.length === 0)
    return;

  const {writeReports} = await import(`./writeReports`);
  await writeReports(targets, result, {
    ...versions,
    ...getLinkContext(configuration),
    lockfile: await readProjectLockfile(configuration.projectCwd!),
    now: new Date(),
  });
}
