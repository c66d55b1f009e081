import HostedGitInfo              from 'hosted-git-info';
import {describe, expect, it}     from 'vitest';

import {tryParseHostedRepository} from '../../sources/hostedRepository';

const starts = [``, `git+https://`, `https://`, `http://`, `git+http://`, `git://`, `git+ssh://git@`, `ssh://git@`, `ssh://`, `git@`, `https://user:secret@`, `file://`, `github:`, `gitlab:`, `bitbucket:`, `gist:`, `sourcehut:`, `gist:secret@`, `git:`, `GITHUB:`];
const hosts = [``, `github.com/`, `github.com:`, `www.github.com/`, `gitlab.com/`, `gitlab.com:`, `bitbucket.org/`, `gist.github.com/`, `git.sr.ht/~`, `git.example.org/`];
const paths = [``, `acme`, `acme/widgets`, `Acme/Widgets.git`, `/acme/widgets`, `acme/widgets/`, `acme/group/widgets`, `acme/widgets/tree/main/packages/a`, `acme/widgets/tree`, `acme/widgets/archive/main.tar.gz`, `acme/widgets/-/raw`, `acme/widgets/get/main`, `acme/c8b9/raw`, `c8b9`, `acme%2fwidgets`, `acme/%zz`, `acme /widgets`, `.acme/widgets`, `@acme/widgets`];
const ends = [``, `#main`, `#semver:^1.0.0`, `?a=b`, `#a/b@c`];

/** The same from the package's own index. */
function ask(url: string) {
  const hosted = HostedGitInfo.fromUrl(url);
  return hosted ? {
    page: hosted.browse(),
    canonical: hosted.getDefaultRepresentation() === `shortcut` ? hosted.https() : hosted.toString(),
  } : null;
}

describe(`tryParseHostedRepository`, () => {
  it.each(starts)(`should say what hosted-git-info says of every URL that begins with %j`, start => {
    const urls = hosts.flatMap(host => paths.flatMap(path => ends.map(end => `${start}${host}${path}${end}`)));
    expect(urls.map(url => [url, tryParseHostedRepository(url)])).toEqual(urls.map(url => [url, ask(url)]));
  });

  it.each([`constructor:acme/widgets`, `https://constructor/acme/widgets`, `https://toString/acme/widgets`, `https://__proto__/acme/widgets`, `__proto__:acme/widgets`])(`should know no host from %s`, url => {
    expect(tryParseHostedRepository(url)).toBe(null);
  });
});
