import {Configuration}     from '@yarnpkg/core';
import {npath}             from '@yarnpkg/fslib';
import {tmpdir}            from 'node:os';
import {PassThrough}       from 'node:stream';

import type {AuditResult}  from '../../sources/auditResult';
import {makePage}          from '../../sources/reports/html/page';
import {makeDocument}      from '../../sources/reports/json';
import {PUBLIC_LOG_SEARCH} from '../../sources/reports/links';
import {makeMarkdown}      from '../../sources/reports/markdown';
import {makeSarif}         from '../../sources/reports/sarif';
import {emitReport}        from '../../sources/reports/terminal';

const printContext = {
  plugin: `0.1.0`,
  yarn: `4.18.1`,
  logSearch: PUBLIC_LOG_SEARCH,
  now: new Date(`2026-01-05T00:00:00Z`),
};

/** An entry for every package, as yarn.lock has them. */
export function makeLockfileText({packages}: AuditResult) {
  const entries = packages.map(({name, locator, version}) => `${JSON.stringify(`${name}@npm:^1.0.0`)}:\n  version: ${version}\n  resolution: ${JSON.stringify(locator)}\n  linkType: hard\n`);
  return {path: `packages/app/yarn.lock`, text: [`__metadata:\n  version: 8\n`, ...entries].join(`\n`)};
}

export function printTerminal(result: AuditResult, {verbose = false, colors = false} = {}): string {
  const cwd = npath.toPortablePath(tmpdir());
  const configuration = Configuration.create(cwd);
  configuration.use(`<test>`, {enableColors: colors}, cwd);

  // Read once, after everything was written: nothing may wait for a reader.
  const stdout = new PassThrough({highWaterMark: 1024 * 1024});
  emitReport(result, {configuration, stdout, verbose, ...printContext});
  return stdout.read().toString();
}

export const printMarkdown = (result: AuditResult) => makeMarkdown(result, printContext);
export const printJson = (result: AuditResult) => JSON.parse(makeDocument(result, printContext));
export const printSarif = (result: AuditResult) => JSON.parse(makeSarif(result, {...printContext, lockfile: makeLockfileText(result)}));
export const printPage = (result: AuditResult) => makePage(result, printContext);
