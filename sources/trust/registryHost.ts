/**
 * The name under which TUF targets and settings know a registry:
 * `host[:port][/path]`, lower case host, no trailing slash. The scheme does
 * not matter: the same registry over plain http is bound to the same keys.
 * Null for what is no URL; `//host/path`, known from `npmRegistries`, is one.
 */
export function tryParseRegistryHost(registry: string): string | null {
  const absolute = registry.startsWith(`//`) ? `https:${registry}` : registry;
  if (!URL.canParse(absolute))
    return null;

  const {host, pathname} = new URL(absolute);
  return host !== `` ? `${host}${pathname.replace(/\/+$/, ``)}` : null;
}
