import {getText} from './statement';

/**
 * What a provenance statement says about its build. Whoever controls the build
 * wrote it: until it was held against the certificate, nothing here is known.
 * A field may be stated in several places; all of them are listed.
 */
export type StatedClaims = {
  sourceRepository: Array<string>;
  sourceRepositoryId: Array<string>;
  sourceOwnerId: Array<string>;
  /** Full refs; GitLab's statements have the bare branch or tag name in `sourceRefName`. */
  sourceRef: Array<string>;
  sourceRefName: Array<string>;
  sourceCommit: Array<string>;
  workflow: Array<string>;
  trigger: Array<string>;
  runner: Array<string>;
  /** Run URLs; the oldest statements have run id and attempt only, as `<id>-<attempt>`. */
  run: Array<string>;
};

const GITHUB_V1 = `https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1`;
const GITHUB_RUNNER = `https://github.com/actions/runner/`;

export function getStatedClaims(predicate: unknown): StatedClaims {
  const buildType = getText(predicate, `buildDefinition`, `buildType`) ?? getText(predicate, `buildType`) ?? ``;

  if (buildType === GITHUB_V1)
    return getGithubV1Claims(predicate);
  if (buildType.startsWith(`https://github.com/npm/cli/gha`))
    return getGithubV02Claims(predicate);
  if (buildType.startsWith(`https://github.com/npm/cli/gitlab`))
    return getGitlabV02Claims(predicate);

  return getGenericClaims(predicate);
}

/** https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1 */
function getGithubV1Claims(predicate: unknown): StatedClaims {
  const workflow = (field: string) => getText(predicate, `buildDefinition`, `externalParameters`, `workflow`, field);
  const github = (field: string) => getText(predicate, `buildDefinition`, `internalParameters`, `github`, field);
  const source = parseSourceUri(getText(predicate, `buildDefinition`, `resolvedDependencies`, 0, `uri`));
  const builder = getText(predicate, `runDetails`, `builder`, `id`);

  return {
    sourceRepository: list(workflow(`repository`), source.repository),
    sourceRepositoryId: list(github(`repository_id`)),
    sourceOwnerId: list(github(`repository_owner_id`)),
    sourceRef: list(workflow(`ref`), source.ref),
    sourceRefName: [],
    sourceCommit: list(getText(predicate, `buildDefinition`, `resolvedDependencies`, 0, `digest`, `gitCommit`)),
    workflow: list(workflow(`path`)),
    trigger: list(github(`event_name`)),
    runner: list(builder?.startsWith(GITHUB_RUNNER) ? builder.slice(GITHUB_RUNNER.length) : undefined),
    run: list(getText(predicate, `runDetails`, `metadata`, `invocationId`)),
  };
}

/** The form that npm wrote before SLSA 1.0: the job's environment as it was. */
function getGithubV02Claims(predicate: unknown): StatedClaims {
  const environment = (name: string) => getText(predicate, `invocation`, `environment`, name);
  const source = parseSourceUri(getText(predicate, `invocation`, `configSource`, `uri`));
  const material = parseSourceUri(getText(predicate, `materials`, 0, `uri`));
  const repository = environment(`GITHUB_REPOSITORY`);
  const builder = getText(predicate, `builder`, `id`);
  const runId = environment(`GITHUB_RUN_ID`);
  const attempt = environment(`GITHUB_RUN_ATTEMPT`);

  // Both are GITHUB_WORKFLOW_REF: the workflow with its repository and ref.
  const entryPoint = parseWorkflowRef(getText(predicate, `invocation`, `configSource`, `entryPoint`));
  const workflow = parseWorkflowRef(environment(`GITHUB_WORKFLOW_REF`));

  return {
    sourceRepository: list(
      source.repository,
      material.repository,
      repository && `https://github.com/${repository}`,
      entryPoint.repository,
      workflow.repository,
    ),
    sourceRepositoryId: list(environment(`GITHUB_REPOSITORY_ID`)),
    sourceOwnerId: list(environment(`GITHUB_REPOSITORY_OWNER_ID`)),
    sourceRef: list(source.ref, material.ref, environment(`GITHUB_REF`), entryPoint.ref, workflow.ref),
    sourceRefName: [],
    sourceCommit: list(
      getText(predicate, `invocation`, `configSource`, `digest`, `sha1`),
      getText(predicate, `materials`, 0, `digest`, `sha1`),
      environment(`GITHUB_SHA`),
    ),
    workflow: list(entryPoint.path, workflow.path),
    trigger: list(environment(`GITHUB_EVENT_NAME`)),
    runner: list(builder?.startsWith(GITHUB_RUNNER) ? builder.slice(GITHUB_RUNNER.length) : undefined),
    run: list(getText(predicate, `metadata`, `buildInvocationId`), runId && attempt && `${runId}-${attempt}`),
  };
}

/** https://github.com/npm/cli/tree/latest/workspaces/libnpmpublish: buildType npm/cli/gitlab/v0alpha1 */
function getGitlabV02Claims(predicate: unknown): StatedClaims {
  const parameter = (name: string) => getText(predicate, `invocation`, `parameters`, name);
  const source = parseSourceUri(getText(predicate, `invocation`, `configSource`, `uri`));
  const material = parseSourceUri(getText(predicate, `materials`, 0, `uri`));
  const builder = getText(predicate, `builder`, `id`);

  return {
    sourceRepository: list(source.repository, material.repository, parameter(`CI_PROJECT_URL`), builder && builder.split(`/-/runners/`)[0]),
    sourceRepositoryId: list(parameter(`CI_PROJECT_ID`)),
    sourceOwnerId: list(parameter(`CI_PROJECT_NAMESPACE_ID`)),
    sourceRef: [],
    sourceRefName: list(parameter(`CI_COMMIT_REF_NAME`)),
    sourceCommit: list(
      getText(predicate, `invocation`, `configSource`, `digest`, `sha1`),
      getText(predicate, `materials`, 0, `digest`, `sha1`),
      parameter(`CI_COMMIT_SHA`),
    ),
    workflow: list(parameter(`CI_CONFIG_PATH`)),
    trigger: list(parameter(`CI_PIPELINE_SOURCE`)),
    // The builder is a runner's number, which says nothing about who hosts it.
    runner: [],
    run: list(getText(predicate, `metadata`, `buildInvocationId`), parameter(`CI_JOB_URL`)),
  };
}

/**
 * Any other build type (other builders exist): what SLSA itself defines, and
 * what GitHub's form has in places of its own. Naming another build type must
 * not be the way around the comparison.
 */
function getGenericClaims(predicate: unknown): StatedClaims {
  const github = getGithubV1Claims(predicate);
  const source = parseSourceUri(getText(predicate, `invocation`, `configSource`, `uri`));

  return {
    ...github,
    sourceRepository: list(...github.sourceRepository, source.repository),
    sourceRef: list(...github.sourceRef, source.ref),
    sourceCommit: list(...github.sourceCommit, getText(predicate, `invocation`, `configSource`, `digest`, `sha1`)),
    // Other builders count their runs in ways of their own.
    run: [],
  };
}

/** `git+https://host/o/r@refs/heads/main` */
function parseSourceUri(uri: string | undefined): {repository?: string, ref?: string} {
  const match = uri && /^git\+(https:\/\/[^/@]+\/[^@]+?)(?:\.git)?(?:@(.+))?$/.exec(uri);
  return match ? {repository: match[1], ref: match[2]} : {};
}

/** `o/r/.github/workflows/x.yml@ref`, as GITHUB_WORKFLOW_REF has it; a bare path stays as it is. */
function parseWorkflowRef(workflowRef: string | undefined): {repository?: string, path?: string, ref?: string} {
  const match = workflowRef && /^(?:([^/]+\/[^/]+)\/)?(\.github\/workflows\/.+?)(?:@(refs\/.*))?$/.exec(workflowRef);
  if (!match)
    return {path: workflowRef};

  const [, repository, path, ref] = match;
  return {repository: repository && `https://github.com/${repository}`, path, ref};
}

function list(...values: Array<string | undefined>) {
  return [...new Set(values.filter((value): value is string => typeof value === `string` && value !== ``))];
}

/** The claims in a form to show; the text of people who may lie. */
export function listStatedClaims(predicate: unknown, claims: StatedClaims): Record<string, string> {
  const builder = getText(predicate, `runDetails`, `builder`, `id`) ?? getText(predicate, `builder`, `id`);
  const buildType = getText(predicate, `buildDefinition`, `buildType`) ?? getText(predicate, `buildType`);

  const shown = Object.entries(claims).flatMap(([name, values]) => values.length > 0 ? [[name, values.join(`, `)]] : []);
  return Object.fromEntries([...shown, ...builder ? [[`builder`, builder]] : [], ...buildType ? [[`buildType`, buildType]] : []]);
}
