import {BaseCommand}                              from '@yarnpkg/cli';
import {Configuration, StreamReport, YarnVersion} from '@yarnpkg/core';
import {Command, Option, type Usage}              from 'clipanion';

import {version as packageVersion}                from '../../../package.json';
import type {AuditResult}                         from '../../auditResult';

// eslint-disable-next-line arca/no-default-export
export default class NpmAuditAttestationsCommand extends BaseCommand {
  static override paths = [
    [`npm`, `audit-attestations`],
    [`npm`, `audit`, `signatures`],
  ];

  static override usage: Usage = Command.Usage({
    category: `Npm-related commands`,
    description: `verify where the installed packages come from`,
    details: `
      This command verifies every npm package of the lockfile, of all workspaces, against its registry: the registry's signature, the publish and provenance attestations, the identity behind them, and the archives in Yarn's cache. It needs no node_modules and runs no package's code.

      Packages are selected by idents, globs on idents or \`ident@semver-range\`; \`-W,--workspace\`, \`--direct\` and \`--environment\` narrow the selection further. What \`--exclude\` or the \`npmAuditAttestationsExcludePackages\` setting leave out is counted as excluded.

      The exit code is 0 when the audit passed, 1 when there is a finding of severity error, and 2 when there is none but something could not be checked. The \`--strict\` flag turns warnings, and everything that could not be checked, into failures. Severities can be changed per finding with the \`npmAttestationSeverities\` setting.

      With \`--offline\` nothing is asked of the network: only stored evidence is verified. With \`--refresh\` stored evidence and records of archives are ignored. With \`--no-archives\` the bytes on disk are not looked at.

      What the evidence has to say for which packages is set by the \`npmAttestationPolicies\` setting, and what is accepted nevertheless by \`npmAttestationExceptions\`. With \`--pin\` the identities behind verified provenance are written into \`.yarn/attestations.yml\`, which later runs compare with; a changed identity is replaced only for packages that are named.

      With \`--report\` the result is also written to a file, whatever the outcome: \`.json\`, \`.md\`, \`.sarif\` or \`.html\`, or \`github-step-summary\`. On GitHub Actions problems become annotations.

      If the \`--json\` flag is set the output is NDJSON: a header, one record per package, the findings of the run, and a summary. Add \`--include-attestations\` to have the bundles in it as well.
    `,
    examples: [[
      `Verify the whole project`,
      `$0 npm audit-attestations`,
    ], [
      `The same, in the words of npm`,
      `$0 npm audit signatures`,
    ], [
      `Verify what one workspace needs in production`,
      `$0 npm audit-attestations --workspace my-app --environment production`,
    ], [
      `Verify the packages of one scope and list their sources`,
      `$0 npm audit-attestations '@my-scope/*' --verbose`,
    ], [
      `Pin the identities that packages are built by`,
      `$0 npm audit-attestations --pin`,
    ], [
      `Write a page for people, and a file for code scanning`,
      `$0 npm audit-attestations --report attestations.html --report attestations.sarif`,
    ], [
      `Count everything that could not be checked as a failure, for machines`,
      `$0 npm audit-attestations --strict --json`,
    ]],
  });

  // Without effect: the default covers all workspaces and transitive
  // dependencies. Fingers trained on \`yarn npm audit -AR\` type them.
  all = Option.Boolean(`-A,--all`, false, {
    description: `Verify the dependencies of all workspaces (the default)`,
  });

  recursive = Option.Boolean(`-R,--recursive`, false, {
    description: `Verify transitive dependencies as well (the default)`,
  });

  verbose = Option.Boolean(`--verbose`, false, {
    description: `List every package with its source, not only problems`,
  });

  workspaces = Option.Array(`-W,--workspace`, [], {
    description: `Only what the workspaces matching this glob (name or folder) reach`,
  });

  direct = Option.Boolean(`--direct`, false, {
    description: `Only direct dependencies`,
  });

  environment = Option.String(`--environment`, `all`, {
    description: `Which environments to cover (all, production, development)`,
  });

  excludes = Option.Array(`--exclude`, [], {
    description: `Glob of packages to leave out; they are counted as excluded`,
  });

  json = Option.Boolean(`--json`, false, {
    description: `Format the output as an NDJSON stream`,
  });

  includeAttestations = Option.Boolean(`--include-attestations`, false, {
    description: `With --json, include the attestations as the registry served them`,
  });

  archives = Option.Boolean(`--archives`, true, {
    description: `Compare the archives in the cache with what was signed; --no-archives looks at metadata only`,
  });

  offline = Option.Boolean(`--offline`, false, {
    description: `Use stored evidence only, without any network request`,
  });

  refresh = Option.Boolean(`--refresh`, false, {
    description: `Ignore stored evidence and ask the registry again`,
  });

  strict = Option.Boolean(`--strict`, false, {
    description: `Count warnings and whatever could not be checked as failures`,
  });

  pin = Option.Boolean(`--pin`, false, {
    description: `Write the identities that were verified into .yarn/attestations.yml; changed ones for the named packages only`,
  });

  reports = Option.Array(`--report`, [], {
    description: `Also write a report; the extension picks the format (.json, .md, .sarif, .html), github-step-summary writes Markdown where GitHub wants it`,
  });

  patterns = Option.Rest();

  async execute() {
    const configuration = await Configuration.find(this.context.cwd, this.context.plugins);

    // Loaded when the command runs: every other Yarn command would pay for it.
    const {runAudit} = await import(`../../runAudit`);
    const {emitResult, writeReportFiles} = await import(`../../reports/emitResult`);
    const {parseReportTarget} = await import(`../../reports/reportTarget`);

    const {cwd, env, stdout} = this.context;
    const versions = {plugin: packageVersion, yarn: YarnVersion ?? `unknown`};

    let result: AuditResult | null = null;
    let failure = 0;
    await StreamReport.start({
      configuration,
      includeFooter: false,
      json: this.json,
      stdout,
    }, async report => {
      try {
        const targets = this.reports.map(value => parseReportTarget(value, {cwd, env}));
        result = await runAudit(configuration, cwd, this, report);
        await writeReportFiles(targets, result, configuration, versions);
      } catch (error) {
        const {reportFailure} = await import(`../../reportFailure`);
        failure = reportFailure(error, report, {strict: this.strict});
      }
    });

    if (result === null)
      return failure;

    await emitResult(result, {configuration, stdout, env, json: this.json, verbose: this.verbose, ...versions});

    // A report that could not be written is told beside the result, not in its place.
    const {getExitCode} = await import(`../../policy/exitCode`);
    return failure || getExitCode(result);
  }
}
