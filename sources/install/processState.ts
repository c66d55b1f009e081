import type {Configuration, PluginConfiguration, Project} from '@yarnpkg/core';
import type {PortablePath}                                from '@yarnpkg/fslib';
import {AsyncLocalStorage}                                from 'node:async_hooks';

import type {GateSession}                                 from './gateSession';
import type {HistoryMemory}                               from './historyMemory';

/** Where `yarn dlx` was started. */
type DlxOrigin = {
  cwd: PortablePath;
  plugins: PluginConfiguration;
};

type ProcessState = {
  dlxOrigin: AsyncLocalStorage<DlxOrigin>;
  sessions: WeakMap<Project, Promise<GateSession>>;
  /** URLs of the documents in which Yarn came across evidence. */
  advertised: Set<string>;
  /** What Yarn has read with some settings. */
  histories: WeakMap<Configuration, HistoryMemory>;
};

const key = Symbol.for(`yarn-plugin-npm-attestations`);

/** Yarn evaluates a plugin's file several times in one process; what there must be one of is kept where all of them find it. */
export function getProcessState(): ProcessState {
  const holder = globalThis as {[key]?: ProcessState};
  return holder[key] ??= {
    dlxOrigin: new AsyncLocalStorage(),
    sessions: new WeakMap(),
    advertised: new Set(),
    histories: new WeakMap(),
  };
}
