import {tryParseHostedRepository} from '../hostedRepository';

/**
 * A manifest's `repository` as `https://host/owner/name` in lower case: what
 * two spellings of one repository have in common. Null where it names none.
 */
export function canonicalizeRepository(repository: string | null): string | null {
  if (repository === null || repository.length > 2048)
    return null;

  try {
    const hosted = tryParseHostedRepository(repository);
    if (hosted !== null)
      return hosted.page.replace(/\/tree\/.*$/, ``).toLowerCase();

    const {protocol, host, pathname} = new URL(repository.replace(/^git\+/, ``));
    if (!/^(?:https?|ssh|git):$/.test(protocol) || !host)
      return null;

    return `https://${host}${pathname.replace(/\.git\/?$|\/+$/, ``)}`.toLowerCase();
  } catch {
    return null;
  }
}
