import {parseJson}                     from '../evidence/decode/parseJson';
import {getText}                       from '../jsonFields';
import {NetworkFault}                  from '../network/types';
import type {HttpClient, HttpResponse} from '../network/types';

import type {SupportedCi}              from './buildIdentity';
import type {Environment}              from './ciEnvironment';
import {tryParseIdentityToken}         from './identityToken';
import type {IdentityToken}            from './identityToken';
import type {Problem}                  from './problem';

/** Whom the token is for: Fulcio refuses tokens that were made for somebody else, registries among them. */
const AUDIENCE = `sigstore`;

const MAX_BYTES = 1024 * 1024;

export type IdentityTokenResult =
  | {token: IdentityToken}
  | {problem: Problem};

/** Asks the CI for a token that proves to Sigstore which job this is. */
export async function obtainIdentityToken(ci: SupportedCi, env: Environment, http: HttpClient): Promise<IdentityTokenResult> {
  const source = ci === `github`
    ? await requestGithubToken(env, http)
    : readGitlabToken(env);

  if (typeof source !== `string`)
    return {problem: source};

  const token = tryParseIdentityToken(source);
  if (token === null)
    return {problem: makeUnusable(`it is not a JSON Web Token`)};

  if (token.claims.get(`aud`) !== AUDIENCE)
    return {problem: makeUnusable(`its audience is "${token.claims.get(`aud`)}" instead of "${AUDIENCE}"`)};

  return {token};
}

/** https://docs.github.com/en/actions/reference/security/oidc#methods-for-requesting-the-oidc-token */
async function requestGithubToken(env: Environment, http: HttpClient): Promise<string | Problem> {
  const {ACTIONS_ID_TOKEN_REQUEST_URL: endpoint, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret} = env;

  if (!endpoint || !secret) {
    return {
      code: `identity-token-missing`,
      message: `This job may not ask GitHub for an identity token`,
      hint: `Give the job the permission: "permissions: {contents: read, id-token: write}" (workflows of pull requests from forks never have it)`,
    };
  }

  if (!URL.canParse(endpoint))
    return makeUnusable(`ACTIONS_ID_TOKEN_REQUEST_URL is not a URL`);

  const url = new URL(endpoint);
  url.searchParams.set(`audience`, AUDIENCE);

  let response: HttpResponse;
  try {
    response = await http.request({url: url.href, headers: {accept: `application/json`, authorization: `Bearer ${secret}`}, maxBytes: MAX_BYTES});
  } catch (error) {
    if (error instanceof NetworkFault)
      return makeUnusable(`GitHub could not be asked for it (${error.message})`);

    throw error;
  }

  return tryGetValue(response) ?? makeUnusable(`GitHub gave none (HTTP ${response.status})`);
}

function tryGetValue({status, body}: HttpResponse): string | null {
  try {
    return status === 200 ? getText(parseJson(body), `value`) : null;
  } catch {
    return null;
  }
}

/** https://docs.gitlab.com/ci/secrets/id_token_authentication/ */
function readGitlabToken(env: Environment): string | Problem {
  return env.SIGSTORE_ID_TOKEN || {
    code: `identity-token-missing`,
    message: `This job has no identity token for Sigstore (SIGSTORE_ID_TOKEN)`,
    hint: `Give the job one: "id_tokens: {SIGSTORE_ID_TOKEN: {aud: ${AUDIENCE}}}"`,
  };
}

function makeUnusable(reason: string): Problem {
  return {
    code: `identity-token-unusable`,
    message: `The identity token of this job can't be used: ${reason}`,
    hint: `Let the CI itself provide it, for the audience "${AUDIENCE}"`,
  };
}
