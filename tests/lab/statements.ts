import {makeGitlabEnvironment}           from './ciEnvironments';
import type {GithubClaims, GitlabClaims} from './claims';

export const SLSA_V1 = `https://slsa.dev/provenance/v1`;
export const SLSA_V02 = `https://slsa.dev/provenance/v0.2`;
const NPM_PUBLISH = `https://github.com/npm/attestation/tree/main/specs/publish/v0.1`;

const STATEMENT_V1 = `https://in-toto.io/Statement/v1`;
const STATEMENT_V01 = `https://in-toto.io/Statement/v0.1`;

export type Subject = {name: string, digest: {sha512: string}};

/** An in-toto statement; tests write nonsense into it. */
export type Statement = {
  _type: string;
  subject: Array<Subject>;
  predicateType: string;
  predicate: any;
};

/** The package URL and digest that all statements about a version name. https://github.com/package-url/purl-spec */
export function makeSubject({name, version, integrity}: {name: string, version: string, integrity: string}): Subject {
  return {
    name: `pkg:npm/${name.replace(/^@/, `%40`)}@${version}`,
    digest: {sha512: Buffer.from(integrity.replace(/^sha512-/, ``), `base64`).toString(`hex`)},
  };
}

/** As npm's CLI writes it since version 9.8. */
export function makeGithubStatement(subject: Subject, claims: GithubClaims): Statement {
  const repository = `https://github.com/${claims.repository}`;
  const [workflowPath, workflowRef] = splitOnce(claims.workflow_ref.replace(`${claims.repository}/`, ``), `@`);

  return {
    _type: STATEMENT_V1,
    subject: [subject],
    predicateType: SLSA_V1,
    predicate: {
      buildDefinition: {
        buildType: `https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1`,
        externalParameters: {workflow: {ref: workflowRef, repository, path: workflowPath}},
        internalParameters: {github: {
          event_name: claims.event_name,
          repository_id: claims.repository_id,
          repository_owner_id: claims.repository_owner_id,
        }},
        resolvedDependencies: [{uri: `git+${repository}@${claims.ref}`, digest: {gitCommit: claims.sha}}],
      },
      runDetails: {
        builder: {id: `https://github.com/actions/runner/${claims.runner_environment}`},
        metadata: {invocationId: `${repository}/actions/runs/${claims.run_id}/attempts/${claims.run_attempt}`},
      },
    },
  };
}

/** As npm's CLI wrote it up to version 9.7. */
export function makeOldGithubStatement(subject: Subject, claims: GithubClaims): Statement {
  const repository = `git+https://github.com/${claims.repository}`;

  return {
    _type: STATEMENT_V01,
    subject: [subject],
    predicateType: SLSA_V02,
    predicate: {
      buildType: `https://github.com/npm/cli/gha@v0`,
      builder: {id: `https://github.com/npm/cli@9.4.2`},
      invocation: {
        configSource: {
          uri: `${repository}@${claims.ref}`,
          digest: {sha1: claims.sha},
          entryPoint: claims.workflow_ref,
        },
        parameters: {},
        environment: {
          GITHUB_ACTOR_ID: claims.actor_id,
          GITHUB_EVENT_NAME: claims.event_name,
          GITHUB_REF: claims.ref,
          GITHUB_REF_TYPE: claims.ref_type,
          GITHUB_REPOSITORY: claims.repository,
          GITHUB_REPOSITORY_ID: claims.repository_id,
          GITHUB_REPOSITORY_OWNER_ID: claims.repository_owner_id,
          GITHUB_RUN_ATTEMPT: claims.run_attempt,
          GITHUB_RUN_ID: claims.run_id,
          GITHUB_RUN_NUMBER: claims.run_number,
          GITHUB_SHA: claims.sha,
          GITHUB_WORKFLOW_REF: claims.workflow_ref,
          GITHUB_WORKFLOW_SHA: claims.workflow_sha,
        },
      },
      metadata: {
        buildInvocationId: `${claims.run_id}-${claims.run_attempt}`,
        completeness: {parameters: false, environment: false, materials: false},
        reproducible: false,
      },
      materials: [{uri: repository, digest: {sha1: claims.sha}}],
    },
  };
}

export function makeGitlabStatement(subject: Subject, claims: GitlabClaims): Statement {
  const {CI_RUNNER_EXECUTABLE_ARCH: architecture, ...environment} = makeGitlabEnvironment(claims);
  const source = {uri: `git+${environment.CI_PROJECT_URL}`, digest: {sha1: claims.sha}};

  return {
    _type: STATEMENT_V01,
    subject: [subject],
    predicateType: SLSA_V02,
    predicate: {
      buildType: `https://github.com/npm/cli/gitlab/v0alpha1`,
      builder: {id: `${environment.CI_PROJECT_URL}/-/runners/${claims.runner_id}`},
      invocation: {
        configSource: {...source, entryPoint: environment.CI_JOB_NAME},
        parameters: environment,
        environment: {
          name: environment.CI_RUNNER_DESCRIPTION,
          architecture,
          server: environment.CI_SERVER_URL,
          project: environment.CI_PROJECT_PATH,
          job: {id: environment.CI_JOB_ID},
          pipeline: {id: environment.CI_PIPELINE_ID, ref: environment.CI_CONFIG_PATH},
        },
      },
      metadata: {
        buildInvocationId: environment.CI_JOB_URL,
        completeness: {parameters: true, environment: true, materials: false},
        reproducible: false,
      },
      materials: [source],
    },
  };
}

/** What a registry says about an upload that it accepted. https://github.com/npm/attestation/tree/main/specs/publish/v0.1 */
export function makePublishStatement(subject: Subject, predicate: {name: string, version: string, registry: string}): Statement {
  return {_type: STATEMENT_V01, subject: [subject], predicateType: NPM_PUBLISH, predicate};
}

function splitOnce(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return [text.slice(0, index), text.slice(index + separator.length)];
}
