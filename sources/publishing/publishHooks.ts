import type {Hooks as CoreHooks, WrapNetworkRequestInfo, Workspace, httpUtils} from '@yarnpkg/core';
import {AsyncLocalStorage}                                                     from 'node:async_hooks';

export type RequestExecutor = () => Promise<httpUtils.Response>;

/** One run of the publish command, as far as Yarn's hooks let it be followed. */
export type PublishObserver = {
  onPacking: (workspace: Workspace) => Promise<void>;
  /** Called for every request; what it returns is what will be sent. */
  onRequest: (executor: RequestExecutor, info: WrapNetworkRequestInfo) => RequestExecutor;
};

const STORAGE = Symbol.for(`yarn-plugin-npm-attestations/publish`);

/**
 * Yarn loads a plugin again for every configuration, so that the hooks that
 * are called are not those of the command that runs. One process may publish
 * several packages at once; each has its own observer, in its own async context.
 */
export function getPublishStorage(): AsyncLocalStorage<PublishObserver> {
  const holder = globalThis as {[STORAGE]?: AsyncLocalStorage<PublishObserver>};
  return holder[STORAGE] ??= new AsyncLocalStorage();
}

export const publishHooks = {
  beforeWorkspacePacking: async (workspace: Workspace) => {
    await getPublishStorage().getStore()?.onPacking(workspace);
  },

  wrapNetworkRequest: async (executor: RequestExecutor, info: WrapNetworkRequestInfo) => {
    return getPublishStorage().getStore()?.onRequest(executor, info) ?? executor;
  },
} satisfies CoreHooks & Record<string, unknown>;
