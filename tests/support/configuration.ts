import {Configuration}           from '@yarnpkg/core';
import type {Hooks, Plugin}      from '@yarnpkg/core';
import {ppath}                   from '@yarnpkg/fslib';
import type {PortablePath}       from '@yarnpkg/fslib';
import npmPlugin                 from '@yarnpkg/plugin-npm';
import type {Hooks as NpmHooks}  from '@yarnpkg/plugin-npm';

import {settings as ownSettings} from '../../sources/settings';

export type TestConfigurationOptions = {
  /** Settings as `.yarnrc.yml` would hold them. */
  settings?: Record<string, unknown>;
  hooks?: Hooks & NpmHooks;
  cwd?: PortablePath;
};

/** A configuration that depends on nothing but its arguments: no rc files, no environment. Loopback servers may be asked over plain http. */
export function makeTestConfiguration({settings = {}, hooks = {}, cwd = ppath.cwd()}: TestConfigurationOptions = {}): Configuration {
  const plugins = new Map<string, Plugin<any>>([
    [`@yarnpkg/plugin-npm`, npmPlugin],
    [`@yarnpkg/plugin-under-test`, {hooks, configuration: ownSettings}],
  ]);

  const configuration = Configuration.create(cwd, cwd, plugins);
  const values = {httpRetry: 0, unsafeHttpWhitelist: [`127.0.0.1`], ...settings};

  // Yarn's parser leaves every scalar a string, and its settings expect that.
  const stringify = (_: string, value: unknown) => typeof value === `number` || typeof value === `boolean` ? String(value) : value;
  configuration.use(`<test>`, JSON.parse(JSON.stringify(values, stringify)), cwd, {overwrite: true});

  return configuration;
}
