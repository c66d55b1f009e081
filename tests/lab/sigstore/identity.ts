import type {GithubClaims, GitlabClaims} from '../claims';

/** What Fulcio writes into a certificate about the holder of an identity token. */
export type Identity = {
  subjectAlternativeName: {uri: string} | {email: string};
  /** By the last number of the extension's identifier. https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
  claims: ReadonlyMap<number, string>;
};

export function fromGithub(claims: GithubClaims): Identity {
  const url = (path: string) => `https://github.com/${path}`;

  return {
    subjectAlternativeName: {uri: url(claims.job_workflow_ref)},
    claims: new Map([
      [1, claims.iss],
      [2, claims.event_name],
      [3, claims.sha],
      [4, claims.workflow],
      [5, claims.repository],
      [6, claims.ref],
      [8, claims.iss],
      [9, url(claims.job_workflow_ref)],
      [10, claims.job_workflow_sha],
      [11, claims.runner_environment],
      [12, url(claims.repository)],
      [13, claims.sha],
      [14, claims.ref],
      [15, claims.repository_id],
      [16, url(claims.repository_owner)],
      [17, claims.repository_owner_id],
      [18, url(claims.workflow_ref)],
      [19, claims.workflow_sha],
      [20, claims.event_name],
      [21, url(`${claims.repository}/actions/runs/${claims.run_id}/attempts/${claims.run_attempt}`)],
      [22, claims.repository_visibility],
    ]),
  };
}

export function fromGitlab(claims: GitlabClaims): Identity {
  const url = (path: string) => `https://gitlab.com/${path}`;
  const config = `https://${claims.ci_config_ref_uri}`;

  return {
    subjectAlternativeName: {uri: config},
    claims: new Map([
      [1, claims.iss],
      [8, claims.iss],
      [9, config],
      [10, claims.ci_config_sha],
      [11, claims.runner_environment],
      [12, url(claims.project_path)],
      [13, claims.sha],
      [14, `refs/${claims.ref_type === `tag` ? `tags` : `heads`}/${claims.ref}`],
      [15, claims.project_id],
      [16, url(claims.namespace_path)],
      [17, claims.namespace_id],
      [18, config],
      [19, claims.ci_config_sha],
      [20, claims.pipeline_source],
      [21, url(`${claims.project_path}/-/jobs/${claims.job_id}`)],
      [22, claims.project_visibility],
    ]),
  };
}

export function fromEmail(email: string, issuer: string): Identity {
  return {
    subjectAlternativeName: {email},
    claims: new Map([[1, issuer], [8, issuer]]),
  };
}
