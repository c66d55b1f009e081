import {MessageName, ReportError}                                                              from '@yarnpkg/core';
import type {Configuration, Hooks, httpUtils, InstallOptions, Project, WrapNetworkRequestInfo} from '@yarnpkg/core';
import npmPlugin, {npmConfigUtils}                                                             from '@yarnpkg/plugin-npm';

import {getFetchedPackage}                                                                     from '../fetchedPackage';
import {getHostPlugin}                                                                         from '../hostPlugin';

import {rememberAdvertised}                                                                    from './advertisedEvidence';
import {areFetchersExtended}                                                                   from './fetchers';
import {getProcessState}                                                                       from './processState';

type RequestExecutor = () => Promise<httpUtils.Response>;
type Reporter = (name: MessageName, text: string) => void;

/** What the gate needs besides its place in the fetchers. Everything here runs in every installation. */
export const installHooks = {
  validateProject: ({configuration}: Project, report: {reportWarning: Reporter, reportError: Reporter}) => {
    const gate = configuration.get(`npmAttestationGate`);
    if (gate === `off` || areFetchersExtended(getHostPlugin(npmPlugin)))
      return;

    const tell = gate === `error` ? report.reportError : report.reportWarning;
    tell(MessageName.UNNAMED, `npmAttestationGate can't be kept: this Yarn, or another plugin, downloads npm packages in a way that the gate does not know`);
  },

  wrapNetworkRequest: async (executor: RequestExecutor, info: WrapNetworkRequestInfo): Promise<RequestExecutor> => {
    const {configuration, target} = info;

    const gate = configuration.get(`npmAttestationGate`);
    if (gate === `off` || typeof getFetchedPackage().getStore() !== `undefined`)
      return executor;

    return async () => {
      const response = await executor();
      if (gate === `error` && isTarball(response.body) && isOfRegistry(new URL(target), configuration))
        throw new ReportError(MessageName.UNNAMED, `Refused by npmAttestationGate: a tarball was downloaded from a registry, and nobody said of which package`);

      const {rememberHistory} = await import(`./historyMemory`);
      rememberHistory(info, response);
      rememberAdvertised(info, response);

      return response;
    };
  },

  afterAllInstalled: async (project: Project, {report}: InstallOptions) => {
    const session = await getProcessState().sessions.get(project);
    for (const warning of session?.warnings ?? []) {
      report.reportWarning(MessageName.UNNAMED, warning);
    }
  },
} satisfies Hooks;

/** As which gzip and zstd begin: Yarn unpacks whatever its parser of tarballs does. */
const magics = [[0x1f, 0x8b], [0x28, 0xb5, 0x2f, 0xfd]];

/**
 * Documents are JSON, and in JSON there is no zero byte, as in every header of
 * a file in a tar archive. That compressed answers were unpacked is the
 * business of whoever sent the request.
 */
function isTarball(body: unknown): boolean {
  return body instanceof Uint8Array && (body.includes(0) || magics.some(magic => magic.every((byte, index) => body[index] === byte)));
}

function isOfRegistry({origin}: URL, configuration: Configuration): boolean {
  const scopes = [null, ...configuration.get(`npmScopes`).keys()];
  const registries = scopes.map(scope => npmConfigUtils.getScopeRegistry(scope, {configuration}));

  return registries.some(registry => URL.canParse(registry) && new URL(registry).origin === origin);
}
