import type {Environment}      from './ciEnvironment';
import type {StatementSubject} from './subject';

/** The variables that the statement is made of. https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
export const GITHUB_VARIABLES = [
  `GITHUB_EVENT_NAME`,
  `GITHUB_REF`,
  `GITHUB_REPOSITORY`,
  `GITHUB_REPOSITORY_ID`,
  `GITHUB_REPOSITORY_OWNER_ID`,
  `GITHUB_RUN_ATTEMPT`,
  `GITHUB_RUN_ID`,
  `GITHUB_SERVER_URL`,
  `GITHUB_SHA`,
  `GITHUB_WORKFLOW_REF`,
  `RUNNER_ENVIRONMENT`,
] as const;

/**
 * The statement that npm's CLI makes in a GitHub Actions job, field by field.
 * https://slsa.dev/spec/v1.0/provenance
 * https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1
 */
export function makeGithubStatement(subject: StatementSubject, env: Environment) {
  const repository = `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}`;

  const workflow = (env.GITHUB_WORKFLOW_REF ?? ``).replace(`${env.GITHUB_REPOSITORY}/`, ``);
  const delimiter = workflow.indexOf(`@`);

  return {
    _type: `https://in-toto.io/Statement/v1`,
    subject: [subject],
    predicateType: `https://slsa.dev/provenance/v1`,
    predicate: {
      buildDefinition: {
        buildType: `https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1`,
        externalParameters: {
          workflow: {
            ref: workflow.slice(delimiter + 1),
            repository,
            path: workflow.slice(0, delimiter),
          },
        },
        internalParameters: {
          github: {
            event_name: env.GITHUB_EVENT_NAME,
            repository_id: env.GITHUB_REPOSITORY_ID,
            repository_owner_id: env.GITHUB_REPOSITORY_OWNER_ID,
          },
        },
        resolvedDependencies: [{
          uri: `git+${repository}@${env.GITHUB_REF}`,
          digest: {gitCommit: env.GITHUB_SHA},
        }],
      },
      runDetails: {
        builder: {id: `https://github.com/actions/runner/${env.RUNNER_ENVIRONMENT}`},
        metadata: {
          invocationId: `${repository}/actions/runs/${env.GITHUB_RUN_ID}/attempts/${env.GITHUB_RUN_ATTEMPT}`,
        },
      },
    },
  };
}
