import semver    from 'semver';

import {matches} from './glob';

export type PackageTest = (pkg: {name: string, version: string | null}) => boolean;

type PackagePattern =
  | {type: `valid`, test: PackageTest}
  | {type: `invalid`, range: string};

/**
 * A glob on idents, optionally with a semver range behind an `@`. Ranges cover
 * pre-releases as well, and a locator (`name@npm:1.2.3`) is read like
 * `name@1.2.3`: what reports show can be typed.
 */
export function parsePackagePattern(pattern: string): PackagePattern {
  // The first character may be the `@` of a scope, never that of a range.
  const separator = pattern.lastIndexOf(`@`);
  if (separator <= 0)
    return {type: `valid`, test: ({name}) => matches(pattern, name)};

  const glob = pattern.slice(0, separator);
  const range = pattern.slice(separator + 1).replace(/^npm:/, ``);
  if (semver.validRange(range) === null)
    return {type: `invalid`, range};

  return {
    type: `valid`,
    test: ({name, version}) => matches(glob, name) && version !== null && semver.satisfies(version, range, {includePrerelease: true}),
  };
}

/** Matches what at least one of some valid patterns does; nothing where there is none. */
export function makeAnyTest(patterns: ReadonlyArray<string>): PackageTest {
  const tests = patterns.map(parsePackagePattern).flatMap(pattern => pattern.type === `valid` ? [pattern.test] : []);
  return pkg => tests.some(test => test(pkg));
}
