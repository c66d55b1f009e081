import type {HttpClient}                from '../network/types';

import {askVersions, askVisibility}     from './askRegistry';
import type {RegistryContext}           from './askRegistry';
import {isSupportedCi}                  from './buildIdentity';
import {detectCi}                       from './ciEnvironment';
import type {Ci, Environment}           from './ciEnvironment';
import {obtainIdentityToken}            from './obtainIdentityToken';
import type {IdentityTokenResult}       from './obtainIdentityToken';
import type {RegistryState, Visibility} from './registryState';

/** What one publish asks of others, each at most once and only when it matters. */
export type Inquiries = {
  ci: Ci;
  identity: () => Promise<IdentityTokenResult>;
  versions: () => Promise<RegistryState[`versions`]>;
  visibility: () => Promise<Visibility>;
};

export function makeInquiries(name: string, {env, http, registry}: {env: Environment, http: HttpClient, registry: RegistryContext}): Inquiries {
  const ci = detectCi(env);

  return {
    ci,
    identity: once(async () => isSupportedCi(ci.type) ? obtainIdentityToken(ci.type, env, http) : {problem: {
      code: `ci-unsupported`,
      message: `Provenance of ${ci.name} is not supported by the registry, only that of GitHub Actions and GitLab CI`,
      hint: `Publish from one of these, or with --no-provenance`,
    }}),
    versions: once(() => askVersions(name, registry)),
    visibility: once(() => askVisibility(name, registry)),
  };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => answer ??= ask();
}
