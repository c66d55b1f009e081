import HostedGitInfo from 'hosted-git-info';

/**
 * A manifest's `repository` as `https://host/owner/name` in lower case: what
 * two spellings of one repository have in common. Null where it names none.
 */
export function getRepositoryUrl(repository: string | null): string | null {
  if (repository === null || repository.length > 2048)
    return null;

  try {
    // Looks hosts up among the properties of an object, and throws at some
    // that every object has ("constructor").
    const hosted = HostedGitInfo.fromUrl(repository);
    if (hosted)
      return hosted.browse()?.replace(/\/tree\/.*$/, ``).toLowerCase() ?? null;

    const {protocol, host, pathname} = new URL(repository.replace(/^git\+/, ``));
    if (!/^(?:https?|ssh|git):$/.test(protocol) || !host)
      return null;

    return `https://${host}${pathname.replace(/\.git\/?$|\/+$/, ``)}`.toLowerCase();
  } catch {
    return null;
  }
}
