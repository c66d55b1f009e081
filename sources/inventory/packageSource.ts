import {structUtils}                        from '@yarnpkg/core';
import type {Configuration, Ident, Locator} from '@yarnpkg/core';
import {npmConfigUtils}                     from '@yarnpkg/plugin-npm';
import semver                               from 'semver';

import type {PackageSource}                 from './installedPackage';
import {makeLockfileError}                  from './lockfileError';

/**
 * The package that a locator stands for once all patches around it are taken
 * off: what a registry can vouch for is the source, not the patched result.
 */
export function unpatchLocator(locator: Locator, configuration: Configuration): Locator {
  let source = structUtils.ensureDevirtualizedLocator(locator);
  while (isPatch(source))
    source = structUtils.ensureDevirtualizedLocator(parsePatchSource(source, configuration));

  return source;
}

export function isPatch(locator: Locator) {
  return locator.reference.startsWith(`patch:`);
}

export function isWorkspace(locator: Locator) {
  return locator.reference.startsWith(`workspace:`);
}

/**
 * Where a locator without patches comes from. The version of an npm package is
 * read from the reference, which decides what Yarn downloads, and not from the
 * `version` beside it, which is a mere remark.
 *
 * @throws ReportError for an npm reference that is no version
 */
export function getSource(locator: Locator, configuration: Configuration): PackageSource {
  const {protocol, source, selector} = parseReference(locator, configuration);
  if (protocol !== `npm:`)
    return {type: `other`, protocol: getProtocolName(protocol, locator.reference)};

  if (source !== null || semver.valid(selector) === null)
    throw makeUnusableError(locator, configuration);

  return {type: `npm`, registry: getRegistry(locator, configuration), version: selector};
}

/**
 * What is bound to an npm locator says where its archive was found, and takes
 * no part in what the package claims to be. Elsewhere the binding may be all
 * that tells two folders of the same name apart.
 */
export function getPackageLocator(locator: Locator, source: PackageSource): Locator {
  return source.type === `npm`
    ? structUtils.makeLocator(locator, `npm:${source.version}`)
    : locator;
}

/** The registry that the settings give for an ident, without trailing slashes. */
export function getRegistry(ident: Ident, configuration: Configuration) {
  return npmConfigUtils.getScopeRegistry(ident.scope, {configuration}).replace(/\/+$/, ``);
}

/**
 * Git sources come in many spellings (`https://host/repo.git#commit=…`,
 * `git@host:repo#commit=…`), which to a reader are all the same protocol.
 */
function getProtocolName(protocol: string | null, reference: string) {
  if (/[#&]commit=/.test(reference))
    return `git`;

  return protocol?.slice(0, -1) ?? `unknown`;
}

function parsePatchSource(locator: Locator, configuration: Configuration): Locator {
  const {source} = parseReference(locator, configuration);
  const parsed = source !== null ? structUtils.tryParseLocator(source, true) : null;
  if (parsed === null)
    throw makeUnusableError(locator, configuration);

  return parsed;
}

function parseReference(locator: Locator, configuration: Configuration) {
  try {
    return structUtils.parseRange(locator.reference);
  } catch {
    throw makeUnusableError(locator, configuration);
  }
}

function makeUnusableError(locator: Locator, configuration: Configuration) {
  return makeLockfileError(configuration.projectCwd!, `names ${structUtils.stringifyLocator(locator)}, which cannot be installed; restore it from version control, then run "yarn install"`);
}
