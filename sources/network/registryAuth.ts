import type {Configuration, Ident} from '@yarnpkg/core';
import {npmConfigUtils}            from '@yarnpkg/plugin-npm';
import type {Hooks}                from '@yarnpkg/plugin-npm';

export type RegistryAuthOptions = {
  configuration: Configuration;
  /** The package that is asked about; null for questions about the registry itself. */
  ident: Ident | null;
};

/**
 * The `authorization` header for reading from a registry, by the rules of
 * Yarn's own `npmHttpUtils.get`, so that what `yarn install` can read can be
 * audited: scoped packages are asked for with whatever credentials there are,
 * others only where `npmAlwaysAuth` says so. Null when nothing is configured:
 * what that means is for the registry to say.
 *
 * One rule is stricter than Yarn's: credentials at the top level of the
 * settings are those of the default registries, and go to no other origin.
 */
export async function getRegistryAuthorization(registry: string, {configuration, ident}: RegistryAuthOptions): Promise<string | null> {
  const settings = npmConfigUtils.getAuthConfiguration(registry, {configuration, ident: ident ?? undefined});

  if (!ident?.scope && !settings.get(`npmAlwaysAuth`))
    return null;

  const header = await configuration.reduceHook((hooks: Hooks) => {
    return hooks.getNpmAuthenticationHeader;
  }, undefined, registry, {configuration, ident: ident ?? undefined});

  if (header)
    return header;

  if (settings === configuration && !isDefaultOrigin(registry, configuration))
    return null;

  const token = settings.get(`npmAuthToken`);
  if (token)
    return `Bearer ${token}`;

  const pair = settings.get(`npmAuthIdent`);
  if (pair)
    return `Basic ${pair.includes(`:`) ? Buffer.from(pair).toString(`base64`) : pair}`;

  return null;
}

function isDefaultOrigin(registry: string, configuration: Configuration): boolean {
  const {origin} = new URL(registry);

  return [npmConfigUtils.RegistryType.FETCH_REGISTRY, npmConfigUtils.RegistryType.PUBLISH_REGISTRY].some(type => {
    const defaultRegistry = npmConfigUtils.getDefaultRegistry({configuration, type});
    return URL.canParse(defaultRegistry) && new URL(defaultRegistry).origin === origin;
  });
}
