import {makeGitlabEnvironment} from './ciEnvironments';
import {makeGitlabClaims}      from './claims';
import type {IdentityProvider} from './identityProvider';
import type {LabRegistry}      from './registry';

/**
 * The environment of a GitLab CI job with tokens for Sigstore and for one
 * registry; the tokens carry `tokenClaims` on top.
 */
export function makeGitlabJob(provider: IdentityProvider, registry: LabRegistry, claims: Record<string, string> = {}, tokenClaims: Record<string, string> = {}) {
  const certified = makeGitlabClaims({...claims, ...tokenClaims});
  const token = {...certified, runner_id: Number(certified.runner_id)}; // the one number among them

  return {
    ...makeGitlabEnvironment(makeGitlabClaims(claims)),
    SIGSTORE_ID_TOKEN: provider.mint(token, `sigstore`),
    NPM_ID_TOKEN: provider.mint(token, `npm:${new URL(registry.url).host}`),
  };
}
