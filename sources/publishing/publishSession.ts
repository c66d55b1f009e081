import type {Configuration, Workspace, WrapNetworkRequestInfo} from '@yarnpkg/core';
import type {PortablePath}                                     from '@yarnpkg/fslib';
import {npmConfigUtils}                                        from '@yarnpkg/plugin-npm';
import type {Writable}                                         from 'node:stream';

import {getText}                                               from '../jsonFields';
import {makeHttpClient}                                        from '../network/httpClient';
import {getRegistryAuthorization}                              from '../network/registryAuth';

import type {Environment}                                      from './ciEnvironment';
import {decideWish}                                            from './provenanceWish';
import type {ProvenanceWish, StatedWish}                       from './provenanceWish';
import {isUploadBody}                                          from './publishDocument';
import type {PublishObserver, RequestExecutor}                 from './publishHooks';
import {PublishReport}                                         from './publishReport';
import {publishWithProvenance}                                 from './publishWithProvenance';
import type {PublishOutcome, Upload}                           from './publishWithProvenance';
import {explainFailure}                                        from './refusal';
import {rehearseUpload}                                        from './rehearsal';
import {isExchangeExpected, isTokenExchange}                   from './trustedPublishing';
import {listWishes, takeOverSetting}                           from './wishSources';

export type PublishOptions = {
  provenance: boolean | undefined;
  provenanceFile: PortablePath | null;
  getAcceptedIssuers: (configuration: Configuration, name: string) => ReadonlySet<string>;
  access: string | undefined;
  tag: string;
  dryRun: boolean;
  json: boolean;
  stdout: Writable;
  env: Environment;
};

/**
 * Follows one run of Yarn's own command. Packing shows the workspace, requests
 * show how the upload is authenticated and at last the upload itself, which is
 * held back until it is complete.
 */
export class PublishSession implements PublishObserver {
  private workspace: Workspace | null = null;
  private setting: StatedWish | null = null;
  private packings = 0;
  private isRehearsing = false;
  private exchangedToken: string | null = null;
  private outcome: Promise<PublishOutcome> | null = null;

  /** What became of the upload; null while there was none. */
  result: PublishOutcome | null = null;

  constructor(private readonly options: PublishOptions) {}

  /**
   * Yarn packs the manifest for the tarball first, for the upload second. An
   * error may only be thrown the second time: the first is in a stream, where
   * nobody would catch it.
   */
  async onPacking(workspace: Workspace): Promise<void> {
    if (this.isRehearsing)
      return;

    this.packings += 1;

    if (this.packings === 1) {
      this.workspace = workspace;
      this.setting = takeOverSetting(workspace);
    } else if (this.options.dryRun) {
      this.isRehearsing = true;
      await this.prepareOnce(() => this.makeRehearsedUpload(workspace));
    }
  }

  onRequest(executor: RequestExecutor, {target, method, headers, body}: WrapNetworkRequestInfo): RequestExecutor {
    const url = String(target);

    if (isTokenExchange({method, url})) {
      return async () => {
        const response = await executor();
        this.exchangedToken = getText(response.body, `token`);
        return response;
      };
    }

    if (!isUploadBody(body))
      return executor;

    const authorization = headers?.authorization ?? null;
    const isExchanged = this.exchangedToken !== null && authorization === `Bearer ${this.exchangedToken}`;

    return async () => {
      const registry = this.getRegistry();
      if (!url.startsWith(`${registry}/`))
        throw new Error(`Assertion failed: Expected an upload to the registry that the settings name`);

      // The same body comes again where the registry asks for a one-time password.
      await this.prepareOnce(async () => ({body, registry, authorization, authentication: isExchanged ? `trusted-publishing` : `other`}));
      return await executor();
    };
  }

  /** Called when Yarn's own command has ended. */
  async end(exitCode: number): Promise<void> {
    // A dry run that could not be followed to its end must not look like one that found nothing.
    if (exitCode === 0 && this.options.dryRun && this.packings > 0 && this.result === null)
      throw new Error(`Assertion failed: Expected the upload to have been rehearsed`);

    const entry = this.result?.newEntry ?? null;
    if (exitCode !== 0 && entry !== null) {
      await this.makeReport().reportWarning(`The upload failed after its provenance was signed: the transparency log holds entry ${entry.logIndex} (${entry.url}) for it, which does no harm`);
    }
  }

  private makeReport(): PublishReport {
    const {stdout, json} = this.options;
    return new PublishReport({configuration: this.getWorkspace().project.configuration, stdout, json});
  }

  private prepareOnce(getUpload: () => Promise<Upload>): Promise<PublishOutcome> {
    return this.outcome ??= this.prepare(getUpload).catch(error => {
      throw explainFailure(error);
    });
  }

  private async prepare(getUpload: () => Promise<Upload>): Promise<PublishOutcome> {
    const {env, provenanceFile, dryRun, getAcceptedIssuers} = this.options;
    const {configuration} = this.getWorkspace().project;

    this.result = await publishWithProvenance(await this.getWish(), await getUpload(), {
      configuration,
      http: makeHttpClient({configuration}),
      env,
      provenanceFile,
      getAcceptedIssuers: name => getAcceptedIssuers(configuration, name),
      dryRun,
      now: new Date(),
      report: this.makeReport(),
    });

    return this.result;
  }

  private async getWish(): Promise<ProvenanceWish> {
    if (this.options.provenanceFile !== null)
      return {wanted: true, source: `option`, name: `--provenance-file`};

    const {setting, options: {provenance, env}} = this;
    return decideWish(await listWishes({workspace: this.getWorkspace(), option: provenance, setting, env}));
  }

  private async makeRehearsedUpload(workspace: Workspace): Promise<Upload> {
    const {access, tag, env} = this.options;
    const {configuration} = workspace.project;

    const ident = workspace.manifest.name!;
    const registry = this.getRegistry();

    return {
      body: await rehearseUpload(workspace, {registry, access, tag}),
      registry,
      authorization: await getRegistryAuthorization(registry, {configuration, ident}),
      authentication: await isExchangeExpected(registry, {configuration, ident, env}) ? `expected` : `other`,
    };
  }

  private getRegistry(): string {
    const {manifest, project: {configuration}} = this.getWorkspace();
    return npmConfigUtils.getPublishRegistry(manifest, {configuration});
  }

  private getWorkspace(): Workspace {
    if (this.workspace === null)
      throw new Error(`Assertion failed: Expected the workspace to have been packed before it is uploaded`);

    return this.workspace;
  }
}
