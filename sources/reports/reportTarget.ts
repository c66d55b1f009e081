import {npath, ppath, type PortablePath} from '@yarnpkg/fslib';
import {UsageError}                      from 'clipanion';

export type ReportFormat = `json` | `markdown` | `sarif` | `html`;

export type ReportTarget = {
  format: ReportFormat;
  path: PortablePath;
  /** GitHub's summary of a step may have something in it already. */
  append: boolean;
};

const formats: Record<string, ReportFormat> = {
  [`.json`]: `json`,
  [`.md`]: `markdown`,
  [`.sarif`]: `sarif`,
  [`.html`]: `html`,
};

const STEP_SUMMARY = `github-step-summary`;

/** Reads one value of `--report`. Throws a `UsageError` for a format that there is not, before anything else has happened. */
export function parseReportTarget(value: string, {cwd, env}: {cwd: PortablePath, env: NodeJS.ProcessEnv}): ReportTarget {
  if (value === STEP_SUMMARY) {
    if (!env.GITHUB_STEP_SUMMARY)
      throw new UsageError(`--report ${STEP_SUMMARY} needs GitHub Actions: GITHUB_STEP_SUMMARY is not set`);

    return {format: `markdown`, path: npath.toPortablePath(env.GITHUB_STEP_SUMMARY), append: true};
  }

  const path = ppath.resolve(cwd, npath.toPortablePath(value));
  const extension = ppath.extname(path);
  if (!Object.hasOwn(formats, extension))
    throw new UsageError(`--report ${JSON.stringify(value)}: the extension picks the format, and can be ${Object.keys(formats).join(`, `)}; ${STEP_SUMMARY} writes Markdown where GitHub wants it`);

  return {format: formats[extension]!, path, append: false};
}
