import type {AuditScope, AuditSummary, Outcome, PackageResult, TrustDescription} from '../../sources/auditResult';
import type {Finding}                                                            from '../../sources/findings';
import type {Lab}                                                                from '../lab/lab';

import {listUnsafe}                                                              from './hostileTexts';
import {stringifyLockfile, type LockfileEntry}                                   from './lockfile';
import {makeProject, type ProjectOptions, type TestProject, type YarnOptions}    from './makeProject';
import {validateClosed}                                                          from './recordSchema';

export type AuditProjectOptions = Omit<ProjectOptions, `manifest`> & {
  /** Direct dependencies of the root workspace: exact versions, or `npm:name@1.0.0` for an alias. */
  dependencies?: Record<string, string>;
  /** Lockfile entries on top of those that the dependencies make, by key. */
  lockfile?: Record<string, LockfileEntry>;
};

export type AuditRunOptions = YarnOptions & {
  /** On top of `npm audit-attestations --json`. */
  args?: ReadonlyArray<string>;
};

/** What one run said, as a reader of its NDJSON sees it. */
export type Audit = {
  code: number;
  stdout: string;
  header: {trust: TrustDescription, scope: AuditScope} | null;
  /** By locator: `foo@npm:1.0.0`. */
  packages: Map<string, PackageResult>;
  /** Of the run. */
  findings: Array<Finding>;
  summary: AuditSummary | null;
  /** Of the command itself. */
  errors: Array<string>;
};

export type AuditProject = TestProject & {
  audit: (options?: AuditRunOptions) => Promise<Audit>;
};

/**
 * A project whose lockfile names packages of the lab's registry, and which
 * trusts the lab's TUF repository. Nothing is installed: an audit of metadata
 * needs the lockfile alone.
 */
export async function makeAuditProject(lab: Pick<Lab, `registry` | `tuf` | `tufServer`>, {dependencies = {}, lockfile = {}, yarnrc, files, ...options}: AuditProjectOptions = {}): Promise<AuditProject> {
  const bound = Object.fromEntries(Object.entries(dependencies).map(([name, range]) => [name, range.startsWith(`npm:`) ? range : `npm:${range}`]));

  const entries = Object.entries(bound).map(([name, range]): [string, LockfileEntry] => {
    const [, ident = name, version] = /^npm:(?:(.+)@)?([^@]+)$/.exec(range)!;
    return [`${name}@${range}`, {version, resolution: `${ident}@npm:${version}`}];
  });

  const project = await makeProject({
    ...options,
    manifest: {dependencies},
    yarnrc: {
      npmRegistryServer: lab.registry.url,
      npmSigstoreTufMirror: lab.tufServer.url,
      npmSigstoreTufRoot: `./tuf-root.json`,
      // Otherwise every fault would be waited for several times.
      httpRetry: 0,
      ...yarnrc,
    },
    files: {
      'tuf-root.json': lab.tuf.initialRoot.toString(),
      'yarn.lock': stringifyLockfile({
        'root@workspace:.': {resolution: `root@workspace:.`, version: `0.0.0-use.local`, dependencies: bound, linkType: `soft`},
        ...Object.fromEntries(entries),
        ...lockfile,
      }),
      ...files,
    },
  });

  return {...project, audit: ({args = [], ...run} = {}) => runAudit(project, {args: [`--no-archives`, ...args], ...run})};
}

/** Audits any project; throws when the output breaks what every run promises. */
export async function runAudit(project: TestProject, {args = [], ...run}: AuditRunOptions = {}): Promise<Audit> {
  const {code, stdout, stderr} = await project.yarn([`npm`, `audit-attestations`, `--json`, ...args], run);
  if (stderr !== ``)
    throw new Error(`The audit wrote to stderr\n${stderr}\n${stdout}`);

  return parseAudit(code, stdout);
}

/** One audit of a project that is gone afterwards. */
export async function auditProject(lab: Pick<Lab, `registry` | `tuf` | `tufServer`>, {args, env, version, node, ...options}: AuditProjectOptions & AuditRunOptions = {}): Promise<Audit> {
  const project = await makeAuditProject(lab, options);

  try {
    return await project.audit({args, env, version, node});
  } finally {
    await project.remove();
  }
}

/** Ids of the findings, in the order of the output. */
export const getIds = ({findings}: {findings: Array<Finding>}) => findings.map(({id}) => id);

const exitCodes: Record<Outcome, number> = {passed: 0, failed: 1, incomplete: 2};

/** Throws for output that breaks what every run promises. */
function parseAudit(code: number, stdout: string): Audit {
  const lines = stdout.split(`\n`).slice(0, -1);
  const records = lines.map((line): any => {
    const record: unknown = JSON.parse(line);
    if (!validateClosed(record))
      throw new Error(`Not what the schema says: ${line}\n${JSON.stringify(validateClosed.errors)}`);
    if (listUnsafe(line).length > 0)
      throw new Error(`Raw unsafe characters: ${JSON.stringify(line)}`);

    return record;
  });

  const select = (type: string) => records.filter(record => record.type === type);
  const [header = null] = select(`header`);
  const [summary = null] = select(`summary`);
  const packages = new Map<string, PackageResult>(select(`package`).map(record => [record.locator, record]));

  if (summary) {
    ensureTotals(summary, [...packages.values()]);
    if (code !== exitCodes[summary.outcome as Outcome]) {
      throw new Error(`The exit code is ${code}, the outcome ${summary.outcome}`);
    }
  }

  return {code, stdout, header, packages, findings: select(`finding`), summary, errors: select(`error`).map(({data}) => data)};
}

function ensureTotals(summary: AuditSummary, packages: Array<PackageResult>) {
  const add = (counts: Record<string, number>) => Object.values(counts).reduce((sum, count) => sum + count, 0);
  const isRight = add(summary.verdicts) === packages.length
    && add(summary.keySources) === summary.signatures.verified
    && summary.packages === packages.length
    && Object.entries(summary.verdicts).every(([verdict, count]) => packages.filter(pkg => pkg.verdict === verdict).length === count);

  if (!isRight) {
    throw new Error(`The totals do not add up: ${JSON.stringify(summary)}`);
  }
}
