import type {CertifiedClaims}                                                               from '../verification/certifiedClaims';

import {GITHUB_CLAIMS, GITLAB_CLAIMS, forecastGithubCertificate, forecastGitlabCertificate} from './certificateForecast';
import type {Ci, Environment}                                                               from './ciEnvironment';
import {GITHUB_VARIABLES, makeGithubStatement}                                              from './githubStatement';
import {GITLAB_VARIABLES, makeGitlabStatement}                                              from './gitlabStatement';
import type {TokenClaims}                                                                   from './identityToken';
import type {Problem}                                                                       from './problem';
import type {StatementSubject}                                                              from './subject';

type ProvenanceStatement = ReturnType<typeof makeGithubStatement> | ReturnType<typeof makeGitlabStatement>;

type Provider = {
  /** What the statement is made of. */
  variables: ReadonlyArray<string>;
  /** What the certificate is made of. */
  claims: ReadonlyArray<string>;
  makeStatement: (subject: StatementSubject, env: Environment) => ProvenanceStatement;
  forecastCertificate: (token: TokenClaims, env: Environment) => CertifiedClaims;
};

const providers = {
  github: {
    variables: GITHUB_VARIABLES,
    claims: GITHUB_CLAIMS,
    makeStatement: makeGithubStatement,
    forecastCertificate: forecastGithubCertificate,
  },
  gitlab: {
    variables: GITLAB_VARIABLES,
    claims: GITLAB_CLAIMS,
    makeStatement: makeGitlabStatement,
    forecastCertificate: forecastGitlabCertificate,
  },
} satisfies Partial<Record<Ci[`type`], Provider>>;

/** The CIs that registries accept provenance from. */
export type SupportedCi = keyof typeof providers;

export function isSupportedCi(type: Ci[`type`]): type is SupportedCi {
  return Object.hasOwn(providers, type);
}

export function getProvider(ci: SupportedCi): Provider {
  return providers[ci];
}

/** A statement with holes would be refused after it was signed. */
export function findMissingVariables(ci: SupportedCi, env: Environment): Problem | null {
  const unset = providers[ci].variables.filter(name => !env[name]);
  if (unset.length === 0)
    return null;

  return {
    code: `variable-missing`,
    message: `The job lacks variables that the provenance statement is made of: ${unset.join(`, `)}`,
    hint: `Publish in a job of the CI itself, not in a container or shell that drops its variables`,
  };
}
