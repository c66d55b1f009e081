import {describe, expect, it}                                         from 'vitest';

import {getRepositoryFieldUrl, isSameRepository, normalizeRepository} from '../../../sources/publishing/repositoryField';

describe(`repository in the uploaded manifest`, () => {
  it.each([
    [`acme/widgets`, `git+https://github.com/acme/widgets.git`],
    [`github:acme/widgets`, `git+https://github.com/acme/widgets.git`],
    [`gitlab:acme/group/widgets`, `git+https://gitlab.com/acme/group/widgets.git`],
    [`https://github.com/Acme/Widgets`, `git+https://github.com/Acme/Widgets.git`],
    [`git@github.com:acme/widgets.git`, `git+ssh://git@github.com/acme/widgets.git`],
    [`https://git.example.org/acme/widgets`, `https://git.example.org/acme/widgets`],
    [`nonsense`, `nonsense`],
  ])(`should become what npm makes of %s`, (repository, url) => {
    expect(normalizeRepository(repository)).toEqual({type: `git`, url});
    expect(normalizeRepository({type: `git`, url: repository, directory: `packages/a`})).toEqual({type: `git`, url, directory: `packages/a`});
  });

  it.each([[undefined], [null], [[`acme/widgets`]], [{directory: `packages/a`}], [{url: 1}]])(`should stay as it is when it names no URL: %j`, repository => {
    expect(normalizeRepository(repository)).toEqual(repository);
    expect(getRepositoryFieldUrl(repository)).toBeNull();
  });

  it.each([
    [`https://github.com/acme/widgets`, true],
    [`git+https://github.com/acme/widgets`, true],
    [`git+https://github.com/acme/widgets.git`, true],
    [`https://github.com/acme/widgets.git`, true],
    [`https://github.com/Acme/widgets`, false],
    [`https://github.com/acme/widgets2`, false],
    [`https://github.com/acme/old-name`, false],
    [`git+ssh://git@github.com/acme/widgets.git`, false],
    [`http://github.com/acme/widgets`, false],
    [`https://user@github.com/acme/widgets`, false],
    [`https://github.com/acme/widgets#main`, false],
    [`https://github.com/acme/widgets/tree/main`, false],
  ])(`should compare %s to the letter`, (url, same) => {
    expect(isSameRepository(url, `https://github.com/acme/widgets`)).toBe(same);
  });
});
