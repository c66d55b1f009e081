import {BaseCommand}                                           from '@yarnpkg/cli';
import {Configuration, formatUtils, StreamReport, structUtils} from '@yarnpkg/core';
import {npath, ppath}                                          from '@yarnpkg/fslib';
import {Command, Option, UsageError, type Usage}               from 'clipanion';

import type {ServedAttestation}                                from '../../evidence/types';
import type {Inspection}                                       from '../../inspectPackage';

// eslint-disable-next-line arca/no-default-export
export default class NpmAttestationsCommand extends BaseCommand {
  static override paths = [
    [`npm`, `attestations`],
  ];

  static override usage: Usage = Command.Usage({
    category: `Npm-related commands`,
    description: `show where a package comes from, installed or not`,
    details: `
      This command verifies one version of a package, by default the latest, and shows who published it, the source that it was built from, by which workflow, trigger, runner and run, where that is logged, and how the evidence developed over the package's releases. At most twenty other releases are verified for that.

      The exit codes are those of \`yarn npm audit-attestations\`. If the \`--json\` flag is set the output is NDJSON: the package's record of an audit, with \`release\` and \`development\` beside, and then the findings of the run if there are any.

      With \`--offline\` nothing is asked of the network: only stored evidence is verified, of a package that was looked at before.

      With \`--bundle\` the Sigstore bundles are written into a folder, for other tools to verify.
    `,
    examples: [[
      `Look at a package before adding it`,
      `$0 npm attestations sigstore`,
    ], [
      `Look at one version, and keep its bundles`,
      `$0 npm attestations sigstore@2.3.1 --bundle ./bundles`,
    ]],
  });

  json = Option.Boolean(`--json`, false, {
    description: `Format the output as an NDJSON stream`,
  });

  bundle = Option.String(`--bundle`, {
    description: `Write the bundles into this folder`,
  });

  offline = Option.Boolean(`--offline`, false, {
    description: `Use stored evidence only, without any network request`,
  });

  package = Option.String();

  async execute() {
    const configuration = await Configuration.find(this.context.cwd, this.context.plugins);
    const {cwd, stdout} = this.context;

    const {inspectPackage} = await import(`../../inspectPackage`);
    const {readPolicy} = await import(`../../readPolicy`);

    let inspection: Inspection | null = null;
    let failure = 0;
    await StreamReport.start({configuration, includeFooter: false, json: this.json, stdout}, async report => {
      try {
        const policy = await readPolicy(configuration, {strict: false, now: new Date()});
        inspection = await inspectPackage({configuration, descriptor: this.parsePackage(), policy, offline: this.offline, report});

        if (typeof this.bundle !== `undefined`) {
          const {writeBundles} = await import(`../../evidence/bundleFiles`);
          const {pkg} = inspection;
          const stem = `${structUtils.slugifyIdent(structUtils.parseIdent(pkg.name))}-${pkg.version}`;
          await writeBundles((pkg.bundles ?? []) as Array<ServedAttestation>, ppath.resolve(cwd, npath.toPortablePath(this.bundle)), stem);
        }
      } catch (error) {
        const {reportFailure} = await import(`../../reportFailure`);
        failure = reportFailure(error, report, {strict: false});
      }
    });

    if (inspection === null)
      return failure;

    await this.print(inspection, configuration);

    const {getExitCode} = await import(`../../policy/exitCode`);
    const {pkg, findings} = inspection as Inspection;
    return failure || getExitCode({packages: [pkg], findings});
  }

  private parsePackage() {
    const descriptor = structUtils.tryParseDescriptor(this.package, false);
    if (descriptor === null)
      throw new UsageError(`${JSON.stringify(this.package)} is no package: it can be an ident, or ident@version`);

    return structUtils.makeDescriptor(descriptor, descriptor.range === `unknown` ? `` : descriptor.range.replace(/^npm:/, ``));
  }

  private async print(inspection: Inspection, configuration: Configuration) {
    const {makeInspectionLines, stringifyInspection} = await import(`../../reports/inspection`);
    const {getLinkContext} = await import(`../../reports/links`);
    const {sectionColors} = await import(`../../reports/terminal`);

    const lines = this.json
      ? stringifyInspection(inspection)
      : makeInspectionLines(inspection, {...getLinkContext(configuration), paint: (line, kind) => formatUtils.applyColor(configuration, line, sectionColors[kind])});

    this.context.stdout.write(`${lines.join(`\n`)}\n`);
  }
}
