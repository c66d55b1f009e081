import type {Locator}      from '@yarnpkg/core';
import {AsyncLocalStorage} from 'node:async_hooks';

const key = Symbol.for(`yarn-plugin-npm-attestations/fetched-package`);

/**
 * The package whose tarball is being downloaded, for whoever sees nothing but
 * the request. One for the process: Yarn evaluates a plugin's file several
 * times.
 */
export function getFetchedPackage(): AsyncLocalStorage<Locator> {
  const holder = globalThis as {[key]?: AsyncLocalStorage<Locator>};
  return holder[key] ??= new AsyncLocalStorage();
}
