import {structUtils}                  from '@yarnpkg/core';
import type {Configuration, Locator}  from '@yarnpkg/core';

import {matches}                      from '../glob';

import type {InstalledPackage}        from './installedPackage';
import {getPackageLocator, getSource} from './packageSource';

type LonePackageOptions = {
  configuration: Configuration;
  /** Globs on idents. */
  exclude: ReadonlyArray<string>;
};

/**
 * A package that is looked at by itself, and not as a part of an installed
 * project: no workspace reaches it and no archive of it is known.
 *
 * @throws ReportError for an npm reference that is no version
 */
export function makeLonePackage(locator: Locator, {configuration, exclude}: LonePackageOptions): InstalledPackage {
  const source = getSource(locator, configuration);
  const plain = getPackageLocator(locator, source);
  const name = structUtils.stringifyIdent(plain);

  return {
    locator: plain,
    id: structUtils.stringifyLocator(plain),
    name,
    version: source.type === `npm` ? source.version : null,
    source,
    workspaces: [],
    direct: false,
    patched: false,
    conditional: false,
    archives: [],
    excluded: exclude.some(glob => matches(glob, name)),
  };
}
