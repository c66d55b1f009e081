import {MessageName, ReportError}        from '@yarnpkg/core';
import {npath, xfs}                      from '@yarnpkg/fslib';

import {writeAtomically}                 from '../atomicFile';
import type {AuditResult}                from '../auditResult';

import type {JsonContext}                from './json';
import type {LinkContext}                from './links';
import type {LockfileText}               from './lockfileLines';
import type {ReportFormat, ReportTarget} from './reportTarget';

type ReportContext = JsonContext & LinkContext & {
  lockfile: LockfileText;
  now: Date;
};

const renderers: Record<ReportFormat, (result: AuditResult, context: ReportContext) => Promise<string>> = {
  json: async (result, context) => (await import(`./json`)).makeDocument(result, context),
  markdown: async (result, context) => (await import(`./markdown`)).makeMarkdown(result, context),
  sarif: async (result, context) => (await import(`./sarif`)).makeSarif(result, context),
  html: async (result, context) => (await import(`./html/page`)).makePage(result, context),
};

/** Writes each report, whatever the outcome was. Throws a `ReportError` that names the file. */
export async function writeReports(targets: Array<ReportTarget>, result: AuditResult, context: ReportContext): Promise<void> {
  for (const {format, path, append} of targets) {
    const content = await renderers[format](result, context);

    try {
      await (append ? xfs.appendFilePromise(path, content) : writeAtomically(path, content));
    } catch (error) {
      throw new ReportError(MessageName.UNNAMED, `The report ${npath.fromPortablePath(path)} could not be written: ${(error as Error).message}`);
    }
  }
}
