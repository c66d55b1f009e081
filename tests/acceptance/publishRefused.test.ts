import {describe, expect, it}                from 'vitest';

import type {Lab}                            from '../lab/lab';
import {NAME, makePublishBench, publishable} from '../support/publishBench';
import type {PublishOptions}                 from '../support/publishBench';

type Case = {
  manifest?: Record<string, unknown>;
  env?: (lab: Lab) => Record<string, string>;
  args?: Array<string>;
  prepare?: (lab: Lab) => void;
};

const github = (claims: Record<string, string>, tokenClaims: Record<string, string> = {}) => (lab: Lab) => lab.startGithubJob(claims, tokenClaims);
const gitlab = (claims: Record<string, string>) => (lab: Lab) => lab.startGitlabJob(claims);

const without = (job: Record<string, string>, ...names: Array<string>) => Object.fromEntries(Object.entries(job).filter(([name]) => !names.includes(name)));

const gitlabManifest = {...publishable, repository: `gitlab:acme/gadgets`};

/** Each is one thing that is wrong, and a word of the message that says what to change. */
const cases: Record<string, [Case, string]> = {
  [`a machine that is not a CI`]: [{env: () => ({})}, `GitHub Actions and GitLab CI`],
  [`CircleCI`]: [{env: () => ({CI: `true`, CIRCLECI: `true`})}, `CircleCI is not supported by the registry`],
  [`a GitHub job without permission`]: [{env: lab => without(lab.startGithubJob(), `ACTIONS_ID_TOKEN_REQUEST_URL`)}, `id-token: write`],
  [`a GitLab job without token`]: [{manifest: gitlabManifest, env: lab => without(lab.startGitlabJob(), `SIGSTORE_ID_TOKEN`)}, `SIGSTORE_ID_TOKEN`],
  [`a GitLab token for another audience`]: [{manifest: gitlabManifest, env: lab => ({...lab.startGitlabJob(), SIGSTORE_ID_TOKEN: lab.startGitlabJob().NPM_ID_TOKEN})}, `audience`],
  [`an identity token endpoint that is down`]: [{prepare: lab => lab.githubTokens.server.override(`*`, {status: 500})}, `HTTP 500`],
  [`a self-hosted runner`]: [{env: github({runner_environment: `self-hosted`})}, `hosted runner`],
  [`GitLab's self-hosted runner`]: [{manifest: gitlabManifest, env: gitlab({runner_environment: `self-hosted`})}, `hosted runner`],
  [`a private repository`]: [{env: github({repository_visibility: `private`})}, `public`],
  [`a private project`]: [{manifest: gitlabManifest, env: gitlab({project_visibility: `private`})}, `public`],
  [`no repository`]: [{manifest: {...publishable, repository: undefined}}, `"repository"`],
  [`another repository`]: [{manifest: {...publishable, repository: `acme/other`}}, `git+https://github.com/acme/widgets.git`],
  [`the repository in another case`]: [{manifest: {...publishable, repository: `Acme/widgets`}}, `case included`],
  [`restricted access`]: [{manifest: {...publishable, publishConfig: {}}}, `--access public`],
  [`a version that exists`]: [{prepare: lab => lab.registry.add({name: NAME, version: `1.0.0`})}, `already has version 1.0.0`],
  [`a registry that does not answer`]: [{prepare: lab => lab.registry.server.override(({method}) => method === `GET`, {status: 503})}, `HTTP 503`],
  [`a token without ref`]: [{env: github({}, {ref: ``})}, `compare with the statement: ref.`],
  [`a job whose variables name another commit`]: [{env: lab => ({...lab.startGithubJob(), GITHUB_SHA: `f`.repeat(40)})}, `sourceCommit`],
  [`a job whose variables name another event`]: [{env: lab => ({...lab.startGithubJob(), GITHUB_EVENT_NAME: `workflow_dispatch`})}, `trigger`],
  [`a job without workflow`]: [{env: lab => without(lab.startGithubJob(), `GITHUB_WORKFLOW_REF`)}, `GITHUB_WORKFLOW_REF`],
};

async function publish({manifest, env, args = [], prepare}: Case, options: PublishOptions = {}) {
  const {lab, makeProject} = await makePublishBench();
  prepare?.(lab);

  const project = await makeProject({manifest: manifest ?? publishable});
  const before = lab.registry.packages.get(NAME)?.size ?? 0;
  const result = await project.publish({args: [`--provenance`, ...args], env: (env ?? (lab => lab.startGithubJob()))(lab), ...options});

  return {lab, ...result, accepted: (lab.registry.packages.get(NAME)?.size ?? 0) - before};
}

describe(`a publish that the registry would refuse`, () => {
  it.each(Object.entries(cases))(`should be refused before anything is signed: %s`, async (_, [what, hint]) => {
    const {code, stdout, lab, accepted} = await publish(what);

    expect(code).toBe(1);
    expect(stdout).toContain(hint);
    expect(stdout).toContain(`nothing was signed or uploaded`);
    expect(accepted).toBe(0);

    // The log stays empty, and the certificate authority is not even asked.
    expect(lab.sigstore.rekor.entries).toEqual([]);
    expect(lab.rekor.requests).toEqual([]);
    expect(lab.fulcio.requests).toEqual([]);
    expect(lab.registry.server.requests.filter(({method}) => method !== `GET`)).toEqual([]);
  });

  it.each([`4.0.2`, `4.9.4`] as const)(`should be refused on Yarn %s, too`, async version => {
    const {code, stdout, lab} = await publish(cases[`another repository`]![0], {version});

    expect(code).toBe(1);
    expect(stdout).toContain(`case included`);
    expect(lab.sigstore.rekor.entries).toEqual([]);
  });

  it(`should be told of everything that is wrong`, async () => {
    const {stdout} = await publish({
      manifest: {...publishable, repository: `acme/other`, publishConfig: {}},
      env: github({runner_environment: `self-hosted`, repository_visibility: `private`}),
    });

    for (const hint of [`hosted runner`, `is private`, `acme/other`, `--access public`]) {
      expect(stdout).toContain(hint);
    }
  });

  it(`should be refused in a dry run as well`, async () => {
    const {code, stdout, lab} = await publish({...cases[`another repository`]![0], args: [`--dry-run`]});

    expect(code).toBe(1);
    expect(stdout).toContain(`case included`);
    expect(lab.sigstore.rekor.entries).toEqual([]);
  });

  it(`should be refused in JSON as well`, async () => {
    const {code, records, lab} = await publish({...cases[`another repository`]![0], args: [`--json`]});

    expect(code).toBe(1);
    expect(lab.sigstore.rekor.entries).toEqual([]);
    expect(records.filter(({type}) => type === `error`)).not.toEqual([]);
    expect(records.some(({published}) => published)).toBe(false);
  });
});
