import {tryParseHostedRepository} from '../hostedRepository';

/**
 * A manifest's `repository` as npm's CLI uploads it: an object, its URL in the
 * canonical spelling of the host where that is known. Anything else (a
 * directory, foreign fields) stays.
 *
 * Yarn uploads what the manifest says, shorthand included; the registry then
 * finds no URL and refuses the provenance.
 */
export function normalizeRepository(repository: unknown): unknown {
  if (typeof repository === `string`)
    return normalizeRepository({type: `git`, url: repository});

  if (typeof repository !== `object` || repository === null || Array.isArray(repository))
    return repository;

  const url = getRepositoryFieldUrl(repository);
  return url === null ? repository : {...repository, url: tryParseHostedRepository(url)?.canonical ?? url};
}

/** The URL of a `repository` in object form; null when it has none. */
export function getRepositoryFieldUrl(repository: unknown): string | null {
  if (typeof repository !== `object` || repository === null || !Object.hasOwn(repository, `url`))
    return null;

  const {url} = repository as {url: unknown};
  return typeof url === `string` && url !== `` ? url : null;
}

/** Registries compare to the letter, except for these. */
export function isSameRepository(url: string, repository: string): boolean {
  return url.replace(/^git\+/, ``).replace(/\.git$/, ``) === repository;
}
