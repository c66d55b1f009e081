import type {GithubClaims, GitlabClaims} from './claims';

/** The variables of a GitHub Actions job, without those of the identity token endpoint. */
export function makeGithubEnvironment(claims: GithubClaims) {
  return {
    CI: `true`,
    GITHUB_ACTIONS: `true`,
    GITHUB_SERVER_URL: `https://github.com`,
    GITHUB_ACTOR: claims.actor,
    GITHUB_ACTOR_ID: claims.actor_id,
    GITHUB_EVENT_NAME: claims.event_name,
    GITHUB_REF: claims.ref,
    GITHUB_REF_TYPE: claims.ref_type,
    GITHUB_REF_NAME: claims.ref.replace(/^refs\/(heads|tags)\//, ``),
    GITHUB_REPOSITORY: claims.repository,
    GITHUB_REPOSITORY_ID: claims.repository_id,
    GITHUB_REPOSITORY_OWNER: claims.repository_owner,
    GITHUB_REPOSITORY_OWNER_ID: claims.repository_owner_id,
    GITHUB_RUN_ATTEMPT: claims.run_attempt,
    GITHUB_RUN_ID: claims.run_id,
    GITHUB_RUN_NUMBER: claims.run_number,
    GITHUB_SHA: claims.sha,
    GITHUB_WORKFLOW: claims.workflow,
    GITHUB_WORKFLOW_REF: claims.workflow_ref,
    GITHUB_WORKFLOW_SHA: claims.workflow_sha,
    RUNNER_ENVIRONMENT: claims.runner_environment,
  };
}

/** The variables of a GitLab CI job, without its identity tokens. */
export function makeGitlabEnvironment(claims: GitlabClaims) {
  const project = `https://gitlab.com/${claims.project_path}`;

  return {
    CI: `true`,
    GITLAB_CI: `true`,
    CI_COMMIT_REF_NAME: claims.ref,
    CI_COMMIT_REF_PROTECTED: claims.ref_protected,
    CI_COMMIT_SHA: claims.sha,
    CI_COMMIT_SHORT_SHA: claims.sha.slice(0, 8),
    CI_CONFIG_PATH: `.gitlab-ci.yml`,
    CI_DEFAULT_BRANCH: `main`,
    CI_JOB_ID: claims.job_id,
    CI_JOB_NAME: `publish`,
    CI_JOB_STAGE: `deploy`,
    CI_JOB_URL: `${project}/-/jobs/${claims.job_id}`,
    CI_PIPELINE_ID: claims.pipeline_id,
    CI_PIPELINE_SOURCE: claims.pipeline_source,
    CI_PIPELINE_URL: `${project}/-/pipelines/${claims.pipeline_id}`,
    CI_PROJECT_ID: claims.project_id,
    CI_PROJECT_NAME: claims.project_path.split(`/`).at(-1)!,
    CI_PROJECT_NAMESPACE: claims.namespace_path,
    CI_PROJECT_NAMESPACE_ID: claims.namespace_id,
    CI_PROJECT_PATH: claims.project_path,
    CI_PROJECT_URL: project,
    CI_PROJECT_VISIBILITY: claims.project_visibility,
    CI_RUNNER_DESCRIPTION: `shared-runner`,
    CI_RUNNER_EXECUTABLE_ARCH: `linux/amd64`,
    CI_RUNNER_ID: claims.runner_id,
    CI_SERVER_HOST: `gitlab.com`,
    CI_SERVER_NAME: `GitLab`,
    CI_SERVER_PROTOCOL: `https`,
    CI_SERVER_URL: `https://gitlab.com`,
    GITLAB_USER_ID: claims.user_id,
    GITLAB_USER_LOGIN: claims.user_login,
  };
}
