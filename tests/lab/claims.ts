/** The claims of GitHub's identity tokens that Fulcio and registries read. https://docs.github.com/en/actions/reference/security/oidc */
export type GithubClaims = ReturnType<typeof makeGithubClaims>;

/** Those of GitLab's. https://docs.gitlab.com/ci/secrets/id_token_authentication/ */
export type GitlabClaims = ReturnType<typeof makeGitlabClaims>;

export const GITHUB_ISSUER = `https://token.actions.githubusercontent.com`;
export const GITLAB_ISSUER = `https://gitlab.com`;

const COMMIT = `0123456789abcdef0123456789abcdef01234567`;

/** A release built by a public repository on GitHub's own machines. What is derived from an overridden claim follows it. */
export function makeGithubClaims(overrides: Partial<Record<string, string>> = {}) {
  const repository = overrides.repository ?? `acme/widgets`;
  const ref = overrides.ref ?? `refs/tags/v1.0.0`;
  const sha = overrides.sha ?? COMMIT;
  const workflowRef = overrides.workflow_ref ?? `${repository}/.github/workflows/release.yml@${ref}`;

  return {
    iss: GITHUB_ISSUER,
    sub: `repo:${repository}:ref:${ref}`,
    repository,
    repository_id: `4711`,
    repository_owner: repository.split(`/`)[0]!,
    repository_owner_id: `815`,
    repository_visibility: `public`,
    ref,
    ref_type: ref.startsWith(`refs/tags/`) ? `tag` : `branch`,
    sha,
    workflow: `Release`,
    workflow_ref: workflowRef,
    workflow_sha: sha,
    job_workflow_ref: workflowRef,
    job_workflow_sha: sha,
    event_name: `push`,
    runner_environment: `github-hosted`,
    run_id: `1234567890`,
    run_number: `42`,
    run_attempt: `1`,
    actor: `octocat`,
    actor_id: `583231`,
    ...overrides as {},
  };
}

/** A release built by a public project on GitLab.com's own runners. */
export function makeGitlabClaims(overrides: Partial<Record<string, string>> = {}) {
  const projectPath = overrides.project_path ?? `acme/gadgets`;
  const ref = overrides.ref ?? `v1.0.0`;
  const refType = overrides.ref_type ?? `tag`;
  const sha = overrides.sha ?? COMMIT;

  return {
    iss: GITLAB_ISSUER,
    sub: `project_path:${projectPath}:ref_type:${refType}:ref:${ref}`,
    project_path: projectPath,
    project_id: `20`,
    project_visibility: `public`,
    namespace_path: projectPath.split(`/`).slice(0, -1).join(`/`),
    namespace_id: `30`,
    ref,
    ref_type: refType,
    ref_path: `refs/${refType === `tag` ? `tags` : `heads`}/${ref}`,
    ref_protected: `true`,
    sha,
    ci_config_ref_uri: `gitlab.com/${projectPath}//.gitlab-ci.yml@refs/${refType === `tag` ? `tags` : `heads`}/${ref}`,
    ci_config_sha: sha,
    pipeline_id: `574`,
    pipeline_source: `push`,
    job_id: `302`,
    runner_id: `1`,
    runner_environment: `gitlab-hosted`,
    user_id: `1`,
    user_login: `tanuki`,
    ...overrides as {},
  };
}
