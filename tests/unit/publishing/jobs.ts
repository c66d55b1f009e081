const commit = `0123456789abcdef0123456789abcdef01234567`;

/** The variables of a GitHub Actions job that publishes a tag. */
export const githubJob = {
  CI: `true`,
  GITHUB_ACTIONS: `true`,
  GITHUB_EVENT_NAME: `push`,
  GITHUB_REF: `refs/tags/@acme/widgets@1.0.0`,
  GITHUB_REPOSITORY: `acme/widgets`,
  GITHUB_REPOSITORY_ID: `4711`,
  GITHUB_REPOSITORY_OWNER_ID: `815`,
  GITHUB_RUN_ATTEMPT: `1`,
  GITHUB_RUN_ID: `1234567890`,
  GITHUB_SERVER_URL: `https://github.com`,
  GITHUB_SHA: commit,
  GITHUB_WORKFLOW_REF: `acme/widgets/.github/workflows/release.yml@refs/tags/@acme/widgets@1.0.0`,
  RUNNER_ENVIRONMENT: `github-hosted`,
};

/** The claims of the same job's identity token. */
export const githubToken = {
  iss: `https://token.actions.githubusercontent.com`,
  aud: `sigstore`,
  sub: `repo:acme/widgets:ref:refs/tags/@acme/widgets@1.0.0`,
  event_name: `push`,
  job_workflow_ref: `acme/widgets/.github/workflows/release.yml@refs/tags/@acme/widgets@1.0.0`,
  ref: `refs/tags/@acme/widgets@1.0.0`,
  repository: `acme/widgets`,
  repository_id: `4711`,
  repository_owner_id: `815`,
  repository_visibility: `public`,
  run_attempt: `1`,
  run_id: `1234567890`,
  runner_environment: `github-hosted`,
  sha: commit,
  workflow_ref: `acme/widgets/.github/workflows/release.yml@refs/tags/@acme/widgets@1.0.0`,
};

/** The variables of a GitLab CI job that publishes a tag. */
export const gitlabJob = {
  CI: `true`,
  GITLAB_CI: `true`,
  CI_COMMIT_REF_NAME: `v1.0.0`,
  CI_COMMIT_SHA: commit,
  CI_CONFIG_PATH: `.gitlab-ci.yml`,
  CI_JOB_ID: `302`,
  CI_JOB_NAME: `publish`,
  CI_JOB_URL: `https://gitlab.com/acme/gadgets/-/jobs/302`,
  CI_PIPELINE_ID: `574`,
  CI_PIPELINE_SOURCE: `push`,
  CI_PROJECT_ID: `20`,
  CI_PROJECT_NAMESPACE_ID: `30`,
  CI_PROJECT_PATH: `acme/gadgets`,
  CI_PROJECT_URL: `https://gitlab.com/acme/gadgets`,
  CI_RUNNER_ID: `1`,
  CI_SERVER_URL: `https://gitlab.com`,
};

/** The claims of the same job's identity token; GitLab writes numbers as text. */
export const gitlabToken = {
  iss: `https://gitlab.com`,
  aud: `sigstore`,
  sub: `project_path:acme/gadgets:ref_type:tag:ref:v1.0.0`,
  ci_config_ref_uri: `gitlab.com/acme/gadgets//.gitlab-ci.yml@refs/tags/v1.0.0`,
  job_id: `302`,
  namespace_id: `30`,
  pipeline_source: `push`,
  project_id: `20`,
  project_path: `acme/gadgets`,
  project_visibility: `public`,
  ref: `v1.0.0`,
  ref_type: `tag`,
  runner_environment: `gitlab-hosted`,
  sha: commit,
};
