import {YarnVersion}                from '@yarnpkg/core';
import type {Configuration, Ident}  from '@yarnpkg/core';
import {npmConfigUtils, type Hooks} from '@yarnpkg/plugin-npm';
import * as semver                  from 'semver';

import {detectCi, type Environment} from './ciEnvironment';

const EXCHANGE = `/-/npm/v1/oidc/token/exchange/package/`;

/** The first Yarn that exchanges the identity of a CI job for a registry token. */
const FIRST_VERSION = `4.10.0`;

/** Whether a request is that exchange. */
export function isTokenExchange({method, url}: {method: string | undefined, url: string}): boolean {
  return method === `POST` && url.includes(EXCHANGE);
}

/**
 * Whether this Yarn would try the exchange, were this no dry run: it does so
 * in a CI that it knows, and only when no credentials are configured.
 */
export async function isExchangeExpected(registry: string, {configuration, ident, env}: {configuration: Configuration, ident: Ident, env: Environment}): Promise<boolean> {
  if (YarnVersion === null || semver.lt(YarnVersion, FIRST_VERSION) || !env.CI || !hasIdentity(env))
    return false;

  const settings = npmConfigUtils.getAuthConfiguration(registry, {configuration, ident});
  const header = await configuration.reduceHook((hooks: Hooks) => {
    return hooks.getNpmAuthenticationHeader;
  }, undefined, registry, {configuration, ident});

  return !header && !settings.get(`npmAuthToken`) && !settings.get(`npmAuthIdent`);
}

function hasIdentity(env: Environment): boolean {
  switch (detectCi(env).type) {
    case `github`:
      return Boolean(env.ACTIONS_ID_TOKEN_REQUEST_URL && env.ACTIONS_ID_TOKEN_REQUEST_TOKEN);
    case `gitlab`:
    case `circleci`:
      return Boolean(env.NPM_ID_TOKEN);
    default:
      return false;
  }
}
