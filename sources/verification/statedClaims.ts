import {getField}                                          from '../jsonFields';

import type {CertifiedClaims}                              from './certifiedClaims';
import {getRefName, getRefType, getRepositoryPath, getRun} from './certifiedClaims';

/** What a statement says in one place. Whoever controls the build wrote it. */
type StatedClaim = {
  claim: string;
  stated: string;
  /** What the certificate would have it say; null where the certificate has nothing to hold it against. */
  certified: string | null;
  agrees: boolean;
};

type Expectation = {wanted: string, accepts: (text: string) => boolean};

type Place = {
  claim: string;
  path: Array<string | number>;
  /** Null where the certificate is silent, or where a text is about something else. */
  expect: (certified: CertifiedClaims, text: string) => Expectation | null;
};

const GITHUB_RUNNER = `https://github.com/actions/runner/`;

/**
 * Every place of every dialect in which a statement can say something that a
 * certificate says too. All of them are read, whatever build type the statement
 * claims to be of: a lie about that must not be the way around the comparison.
 *
 * - https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1
 * - what npm wrote before SLSA 1.0 (`npm/cli/gha`, `npm/cli/gitlab`):
 *   https://github.com/npm/cli/tree/latest/workspaces/libnpmpublish
 */
const places: Array<Place> = [
  ...under([`buildDefinition`], [
    [`sourceRepository`, [`externalParameters`, `workflow`, `repository`], ({sourceRepository}) => exactly(sourceRepository)],
    [`workflowRef`, [`externalParameters`, `workflow`, `ref`], ({workflowRef, sourceRef}) => exactly(workflowRef ?? sourceRef)],
    [`workflow`, [`externalParameters`, `workflow`, `path`], ({workflow}) => exactly(workflow)],
    [`trigger`, [`internalParameters`, `github`, `event_name`], ({trigger}) => exactly(trigger)],
    [`sourceRepositoryId`, [`internalParameters`, `github`, `repository_id`], ({sourceRepositoryId}) => exactly(sourceRepositoryId)],
    [`sourceOwnerId`, [`internalParameters`, `github`, `repository_owner_id`], ({sourceOwnerId}) => exactly(sourceOwnerId)],
    [`runner`, [`internalParameters`, `github`, `runner_environment`], ({runner}) => exactly(runner)],
    // Further dependencies may be of other repositories: the first is the source.
    [`sourceRepository`, [`resolvedDependencies`, 0, `uri`], expectSource],
    [`sourceCommit`, [`resolvedDependencies`, 0, `digest`, `gitCommit`], ({sourceCommit}) => exactly(sourceCommit)],
  ]),
  ...under([`runDetails`], [
    [`builder`, [`builder`, `id`], expectBuilder],
    [`run`, [`metadata`, `invocationId`], ({run}) => exactly(run)],
  ]),
  ...under([], [
    [`builder`, [`builder`, `id`], expectBuilder],
    [`run`, [`metadata`, `buildInvocationId`], expectRun],
    [`sourceRepository`, [`materials`, 0, `uri`], expectSource],
    [`sourceCommit`, [`materials`, 0, `digest`, `sha1`], ({sourceCommit}) => exactly(sourceCommit)],
    [`sourceRepository`, [`invocation`, `configSource`, `uri`], expectSource],
    [`sourceCommit`, [`invocation`, `configSource`, `digest`, `sha1`], ({sourceCommit}) => exactly(sourceCommit)],
    [`workflow`, [`invocation`, `configSource`, `entryPoint`], expectEntryPoint],
  ]),
  ...under([`invocation`, `environment`], [
    [`sourceRepository`, [`GITHUB_REPOSITORY`], certified => exactly(getRepositoryPath(certified))],
    [`sourceRepositoryId`, [`GITHUB_REPOSITORY_ID`], ({sourceRepositoryId}) => exactly(sourceRepositoryId)],
    [`sourceOwnerId`, [`GITHUB_REPOSITORY_OWNER_ID`], ({sourceOwnerId}) => exactly(sourceOwnerId)],
    [`sourceRef`, [`GITHUB_REF`], ({sourceRef}) => exactly(sourceRef)],
    [`sourceRefType`, [`GITHUB_REF_TYPE`], certified => exactly(getRefType(certified))],
    [`sourceCommit`, [`GITHUB_SHA`], ({sourceCommit}) => exactly(sourceCommit)],
    [`workflow`, [`GITHUB_WORKFLOW_REF`], certified => exactly(getWorkflowUri(certified))],
    [`trigger`, [`GITHUB_EVENT_NAME`], ({trigger}) => exactly(trigger)],
    [`runId`, [`GITHUB_RUN_ID`], certified => exactly(getRun(certified)?.id)],
    [`runAttempt`, [`GITHUB_RUN_ATTEMPT`], certified => exactly(getRun(certified)?.attempt)],
    [`sourceRepository`, [`project`], certified => exactly(getRepositoryPath(certified))],
    [`runId`, [`job`, `id`], certified => exactly(getRun(certified)?.id)],
    [`workflow`, [`pipeline`, `ref`], ({workflow}) => exactly(workflow)],
  ]),
  ...under([`invocation`, `parameters`], [
    [`sourceRepository`, [`CI_PROJECT_URL`], ({sourceRepository}) => exactly(sourceRepository)],
    [`sourceRepository`, [`CI_PROJECT_PATH`], certified => exactly(getRepositoryPath(certified))],
    [`sourceRepositoryId`, [`CI_PROJECT_ID`], ({sourceRepositoryId}) => exactly(sourceRepositoryId)],
    [`sourceOwnerId`, [`CI_PROJECT_NAMESPACE_ID`], ({sourceOwnerId}) => exactly(sourceOwnerId)],
    [`sourceRef`, [`CI_COMMIT_REF_NAME`], certified => exactly(getRefName(certified))],
    [`sourceRef`, [`CI_COMMIT_TAG`], certified => exactly(getRefName(certified, `tag`))],
    [`sourceRef`, [`CI_COMMIT_BRANCH`], certified => exactly(getRefName(certified, `branch`))],
    [`sourceCommit`, [`CI_COMMIT_SHA`], ({sourceCommit}) => exactly(sourceCommit)],
    [`workflow`, [`CI_CONFIG_PATH`], ({workflow}) => exactly(workflow)],
    [`trigger`, [`CI_PIPELINE_SOURCE`], ({trigger}) => exactly(trigger)],
    [`run`, [`CI_JOB_URL`], ({run}) => exactly(run)],
    [`runId`, [`CI_JOB_ID`], certified => exactly(getRun(certified)?.id)],
  ]),
];

/** All that the statement says about its build, held against the certificate. */
export function readStatedClaims(predicate: unknown, certified: CertifiedClaims): Array<StatedClaim> {
  return places.flatMap(({claim, path, expect}) => {
    const value = getField(predicate, ...path);
    if (value === null || value === ``)
      return [];

    // What is no text would be read in different ways by different readers.
    const isText = typeof value === `string` || typeof value === `number`;
    const stated = isText ? String(value) : `(something that is not a text)`;

    const expectation = expect(certified, stated);
    return [{
      claim,
      stated,
      certified: expectation?.wanted ?? null,
      agrees: expectation === null || (isText && expectation.accepts(stated)),
    }];
  });
}

/** What only the statement says, in a form to show: the text of people who may lie. */
export function listAssertedClaims(predicate: unknown, claims: Array<StatedClaim>): Record<string, string> {
  const asserted = new Map<string, string>();

  const certifiedClaims = new Set(claims.filter(({certified}) => certified !== null).map(({claim}) => claim));
  for (const {claim, stated} of claims)
    if (!certifiedClaims.has(claim) && !asserted.has(claim))
      asserted.set(claim, stated);

  for (const [claim, ...paths] of [[`builder`, [`runDetails`, `builder`, `id`], [`builder`, `id`]], [`buildType`, [`buildDefinition`, `buildType`], [`buildType`]]] as const) {
    const text = paths.map(path => getField(predicate, ...path)).find(value => typeof value === `string`);
    if (typeof text === `string`) {
      asserted.set(claim, text);
    }
  }

  return Object.fromEntries(asserted);
}

type Row = [claim: string, path: Array<string | number>, expect: Place[`expect`]];

function under(base: Array<string | number>, rows: Array<Row>): Array<Place> {
  return rows.map(([claim, path, expect]) => ({claim, path: [...base, ...path], expect}));
}

function exactly(wanted: string | undefined, ...others: Array<string>): Expectation | null {
  return wanted ? {wanted, accepts: text => text === wanted || others.includes(text)} : null;
}

/** `git+https://host/o/r`, with or without `.git`, with or without the ref. */
function expectSource({sourceRepository, sourceRef}: CertifiedClaims): Expectation | null {
  if (!sourceRepository)
    return null;

  const spellings = [`git+${sourceRepository}`, `git+${sourceRepository}.git`];
  return {
    wanted: `git+${sourceRepository}${sourceRef ? `@${sourceRef}` : ``}`,
    accepts: text => spellings.some(spelling => text === spelling || (sourceRef ? text === `${spelling}@${sourceRef}` : text.startsWith(`${spelling}@`))),
  };
}

/** GitHub's runners say who hosts them; GitLab's are a number below their project. Other builders' names say nothing that a certificate does. */
function expectBuilder({runner, sourceRepository}: CertifiedClaims, text: string): Expectation | null {
  if (text.startsWith(GITHUB_RUNNER))
    return exactly(runner && `${GITHUB_RUNNER}${runner}`);

  if (text.includes(`/-/runners/`) && sourceRepository)
    return {wanted: `${sourceRepository}/-/runners/…`, accepts: text => text.startsWith(`${sourceRepository}/-/runners/`)};

  return null;
}

/** Statements of before SLSA 1.0 write `<run id>-<attempt>` where the certificate has the URL. */
function expectRun(certified: CertifiedClaims): Expectation | null {
  const run = getRun(certified);
  return exactly(certified.run, ...run?.attempt ? [`${run.id}-${run.attempt}`] : []);
}

/**
 * On GitHub the workflow, alone or with its repository and ref; on GitLab, whose
 * signers have a double slash (`https://host/o/r//.gitlab-ci.yml@ref`), the
 * job's name, which no certificate has.
 */
function expectEntryPoint(certified: CertifiedClaims, text: string): Expectation | null {
  if (certified.signer?.includes(`//`, `https://`.length))
    return null;

  return exactly(text.includes(`@`) ? getWorkflowUri(certified) : certified.workflow);
}

/** As GITHUB_WORKFLOW_REF has it: `o/r/.github/workflows/x.yml@refs/heads/main`. */
function getWorkflowUri(certified: CertifiedClaims): string | undefined {
  const {workflow, workflowRef, sourceRef} = certified;
  const repository = getRepositoryPath(certified);
  const ref = workflowRef ?? sourceRef;

  return workflow && repository && ref ? `${repository}/${workflow}@${ref}` : undefined;
}
