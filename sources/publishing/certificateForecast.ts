import {getWorkflowPath, getWorkflowRef, type CertifiedClaims} from '../verification/certifiedClaims';

import type {Environment}                                      from './ciEnvironment';
import type {TokenClaims}                                      from './identityToken';

/** The claims of an identity token that certificates are made of. */
export const GITHUB_CLAIMS = [
  `event_name`,
  `iss`,
  `job_workflow_ref`,
  `ref`,
  `repository`,
  `repository_id`,
  `repository_owner_id`,
  `repository_visibility`,
  `run_attempt`,
  `run_id`,
  `runner_environment`,
  `sha`,
  `workflow_ref`,
];

export const GITLAB_CLAIMS = [
  `ci_config_ref_uri`,
  `iss`,
  `job_id`,
  `namespace_id`,
  `pipeline_source`,
  `project_id`,
  `project_path`,
  `project_visibility`,
  `ref`,
  `ref_type`,
  `runner_environment`,
  `sha`,
];

/**
 * What the certificate will say, as far as the identity token foretells it. A
 * build whose configuration lives in another repository has no `workflow` here.
 * https://github.com/sigstore/fulcio/blob/main/docs/oidc.md
 */
export function forecastGithubCertificate(token: TokenClaims, env: Environment): CertifiedClaims {
  const server = `${env.GITHUB_SERVER_URL || `https://github.com`}/`;
  const sourceRepository = join(server, token.get(`repository`));

  return {
    issuer: token.get(`iss`),
    signer: join(server, token.get(`job_workflow_ref`)),
    trigger: token.get(`event_name`),
    sourceRepository,
    sourceRepositoryId: token.get(`repository_id`),
    sourceOwnerId: token.get(`repository_owner_id`),
    sourceVisibility: token.get(`repository_visibility`),
    sourceRef: token.get(`ref`),
    sourceCommit: token.get(`sha`),
    workflow: getWorkflowPath(join(server, token.get(`workflow_ref`)), sourceRepository),
    workflowRef: getWorkflowRef(join(server, token.get(`workflow_ref`)), sourceRepository),
    runner: token.get(`runner_environment`),
    run: join(sourceRepository, `/actions/runs/`, token.get(`run_id`), `/attempts/`, token.get(`run_attempt`)),
    lacking: [],
  };
}

export function forecastGitlabCertificate(token: TokenClaims, env: Environment): CertifiedClaims {
  const server = `${env.CI_SERVER_URL || `https://gitlab.com`}/`;
  const sourceRepository = join(server, token.get(`project_path`));
  const signer = join(`https://`, token.get(`ci_config_ref_uri`));

  return {
    issuer: token.get(`iss`),
    signer,
    trigger: token.get(`pipeline_source`),
    sourceRepository,
    sourceRepositoryId: token.get(`project_id`),
    sourceOwnerId: token.get(`namespace_id`),
    sourceVisibility: token.get(`project_visibility`),
    sourceRef: join(token.get(`ref_type`) === `branch` ? `refs/heads/` : `refs/tags/`, token.get(`ref`)),
    sourceCommit: token.get(`sha`),
    workflow: getWorkflowPath(signer, sourceRepository),
    workflowRef: getWorkflowRef(signer, sourceRepository),
    runner: token.get(`runner_environment`),
    run: join(sourceRepository, `/-/jobs/`, token.get(`job_id`)),
    lacking: [],
  };
}

/** Nothing at all rather than a text with a hole in it. */
function join(...parts: Array<string | undefined>): string | undefined {
  return parts.every(part => part) ? parts.join(``) : undefined;
}
