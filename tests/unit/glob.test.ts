import {describe, expect, it} from 'vitest';

import {matches}              from '../../sources/glob';

describe(`glob`, () => {
  it.each([
    [`foo`, `foo`, true],
    [`foo`, `foobar`, false],
    [`foo`, `afoo`, false],
    [``, ``, true],
    [``, `foo`, false],
    [`*`, ``, true],
    [`*`, `@acme/foo`, true],
    [`**`, `@acme/foo`, true],
    [`@acme/*`, `@acme/foo`, true],
    [`@acme/*`, `@acme/foo/bar@1`, true],
    [`@acme/*`, `@acme`, false],
    [`@acme/*`, `@acme2/foo`, false],
    [`*/foo`, `@acme/foo`, true],
    [`*foo`, `foo`, true],
    [`foo*foo`, `foo`, false],
    [`foo*foo`, `foofoo`, true],
    [`a*b*c`, `a-b-c`, true],
    [`a*b*c`, `a-c-b`, false],
    [`a*bc*c`, `abc`, false],
    [`*aab`, `aaab`, true],
    [`*a*a*`, `a`, false],
    [`refs/tags/*`, `refs/tags/@acme/foo@1.2.3`, true],
    // Nothing but the star is special.
    [`fo.`, `foo`, false],
    [`fo?`, `foo`, false],
    [`[f]oo`, `foo`, false],
    [`{foo,bar}`, `foo`, false],
    [`!foo`, `bar`, false],
    [`foo|bar`, `foo`, false],
    [`(*`, `(x`, true],
    [`\\*`, `*`, false],
    [`foo`, `Foo`, false],
  ])(`%j against %j is %j`, (glob, text, expected) => {
    expect(matches(glob, text)).toBe(expected);
  });
});
