import type {BaseCommand}   from '@yarnpkg/cli';
import type {Plugin}        from '@yarnpkg/core';
import {npath, ppath}       from '@yarnpkg/fslib';
import {Option, UsageError} from 'clipanion';

import {getPublishStorage}  from '../../publishing/publishHooks';

const PATH = `npm publish`;

/** Marks the class that stands in for Yarn's own, so that it is put there once, however often the plugin is loaded. */
const REPLACEMENT = Symbol.for(`yarn-plugin-npm-attestations/publish-command`);

/** What is used of Yarn's own command. */
interface HostPublishCommand extends BaseCommand {
  access?: string;
  tag: string;
  /** The following came with Yarn 4.9. */
  dryRun?: boolean;
  json?: boolean;

  execute(): Promise<number | void>;
}

type HostPublishCommandClass = new () => HostPublishCommand;

type CommandClasses = NonNullable<Plugin[`commands`]>;

/**
 * Extends Yarn's own publish command. A second command of the same name would
 * be ambiguous, so a subclass takes the place of the class: it has all options
 * of the host's version, those of its own, and leaves the publishing to it.
 */
export function extendPublishCommand(npmCli: Plugin): void {
  const commands: CommandClasses = npmCli.commands ?? [];
  const index = commands.findIndex(({paths}) => paths?.some(path => path.join(` `) === PATH));

  if (index >= 0 && !Object.hasOwn(commands[index]!, REPLACEMENT)) {
    commands[index] = makePublishCommand(commands[index] as HostPublishCommandClass) as CommandClasses[number];
  }
}

function makePublishCommand(HostCommand: HostPublishCommandClass): HostPublishCommandClass {
  return class NpmPublishWithProvenanceCommand extends HostCommand {
    static readonly [REPLACEMENT] = true;

    provenance: boolean | undefined = Option.Boolean(`--provenance`, {
      description: `Attach signed provenance to the package. Only available in GitHub Actions and GitLab CI. Also decided by \`publishConfig.provenance\` in package.json, by the \`npmPublishProvenance\` setting, by NPM_CONFIG_PROVENANCE and by .npmrc; automatic with trusted publishing`,
    });

    provenanceFile = Option.String(`--provenance-file`, {
      description: `Attach an existing provenance bundle instead of signing one, after verifying it`,
    });

    override async execute(): Promise<number | void> {
      const {provenance, provenanceFile} = this;
      if (typeof provenance !== `undefined` && typeof provenanceFile !== `undefined`)
        throw new UsageError(`--provenance-file can't be combined with ${provenance ? `--provenance` : `--no-provenance`}`);

      const {PublishSession} = await import(`../../publishing/publishSession`);
      const {correctFinalRecord} = await import(`../../publishing/finalRecord`);
      const {getAcceptedIssuers} = await import(`../../policy/packagePolicies`);
      const {parsePolicies} = await import(`../../policy/policySetting`);

      if (this.json)
        this.context = {...this.context, stdout: correctFinalRecord(this.context.stdout, () => session.result?.enabled ?? false)};

      // The host's own signing is left off: it signs before it checks.
      this.provenance = undefined;

      const session = new PublishSession({
        provenance,
        provenanceFile: typeof provenanceFile !== `undefined` ? ppath.resolve(this.context.cwd, npath.toPortablePath(provenanceFile)) : null,
        getAcceptedIssuers: (configuration, name) => getAcceptedIssuers(parsePolicies(configuration.get(`npmAttestationPolicies`)), name),
        access: this.access,
        tag: this.tag,
        dryRun: this.dryRun ?? false,
        json: this.json ?? false,
        stdout: this.context.stdout,
        env: process.env,
      });

      const exitCode = await getPublishStorage().run(session, () => super.execute());
      await session.end(exitCode ?? 0);

      return exitCode;
    }
  };
}
