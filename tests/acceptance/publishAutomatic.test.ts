import {describe, expect, it}                                            from 'vitest';

import type {Lab}                                                        from '../lab/lab';
import {NAME, getPublished, getStatement, makePublishBench, publishable} from '../support/publishBench';
import type {PublishOptions}                                             from '../support/publishBench';

type Case = PublishOptions & {
  manifest?: Record<string, unknown>;
  job?: (lab: Lab) => Record<string, string>;
  /** Whether the package exists, and whether everybody can see it. */
  before?: `public` | `restricted` | `nothing`;
  token?: string | null;
};

/** Nothing says whether provenance is wanted. */
async function publish({manifest = publishable, job = lab => lab.startGithubJob(), before = `public`, token = null, ...options}: Case = {}) {
  const {lab, makeProject} = await makePublishBench();
  lab.registry.trustedPublishers.set(NAME, () => true);

  if (before !== `nothing`)
    lab.registry.add({name: NAME, version: `0.9.0`});
  if (before === `restricted`)
    lab.registry.restricted.add(NAME);

  const project = await makeProject({manifest, yarnrc: {npmAuthToken: token}});
  return {lab, ...await project.publish({...options, env: {...job(lab), ...options.env}})};
}

const gitlabManifest = {...publishable, repository: `gitlab:acme/gadgets`};

describe(`provenance that nobody asked for`, () => {
  it.each([`4.12.0`, `4.18.1`] as const)(`should come with trusted publishing from GitHub Actions (Yarn %s)`, async version => {
    const {lab, code, stdout} = await publish({version});

    expect(code, stdout).toBe(0);
    expect(stdout).toContain(`Provenance: on (automatic)`);
    expect(getStatement(lab)).toMatchObject({predicateType: `https://slsa.dev/provenance/v1`});
  });

  it(`should come with trusted publishing from GitLab CI`, async () => {
    const {lab, code, stdout} = await publish({manifest: gitlabManifest, job: lab => lab.startGitlabJob()});

    expect(code, stdout).toBe(0);
    expect(getStatement(lab)).toMatchObject({predicateType: `https://slsa.dev/provenance/v0.2`});
  });

  it(`should come with staging, too`, async () => {
    const {lab, code, stdout} = await publish({args: [`--staged`]});

    expect(code, stdout).toBe(0);
    expect(lab.registry.staged).toMatchObject([{attestations: [{}, {}]}]);
  });

  it.each<[string, Case, string]>([
    [`a configured token`, {token: `secret`}, `not authenticated by trusted publishing`],
    [`a private repository`, {job: lab => lab.startGithubJob({repository_visibility: `private`})}, `source repository is private`],
    [`a private project`, {manifest: gitlabManifest, job: lab => lab.startGitlabJob({project_visibility: `private`})}, `source repository is private`],
    [`a GitLab job without a token for Sigstore`, {
      manifest: gitlabManifest,
      job: lab => Object.fromEntries(Object.entries(lab.startGitlabJob()).filter(([name]) => name !== `SIGSTORE_ID_TOKEN`)) as Record<string, string>,
    }, `SIGSTORE_ID_TOKEN`],
    [`a package that not everybody can see`, {before: `restricted`}, `not known to be public`],
    [`a job that turned it off`, {args: [`--no-provenance`]}, `because of --no-provenance`],
    [`CircleCI`, {job: lab => ({CI: `true`, CIRCLECI: `true`, NPM_ID_TOKEN: lab.startGitlabJob().NPM_ID_TOKEN!})}, `CircleCI is not supported`],
  ])(`should not come with %s`, async (_, options, reason) => {
    const {lab, code, stdout} = await publish(options);

    expect(code, stdout).toBe(0);
    expect(stdout).toContain(`Provenance: off`);
    expect(stdout).toContain(reason);
    expect(getPublished(lab)).toBeDefined();
    expect(getStatement(lab)).toBeNull();
    expect(lab.sigstore.rekor.entries.filter(({kind}) => kind === `dsse`)).toEqual([]);
  });

  it(`should not come when the package's visibility can't be asked`, async () => {
    const {lab, makeProject} = await makePublishBench();
    lab.registry.trustedPublishers.set(NAME, () => true);
    lab.registry.server.override(({path}) => path.endsWith(`/visibility`), {status: 503});

    const project = await makeProject({yarnrc: {npmAuthToken: null}});
    const {code, stdout} = await project.publish({env: lab.startGithubJob()});

    expect(code, stdout).toBe(0);
    expect(stdout).toContain(`not known to be public (the registry, or something on the way to it, answered HTTP 503)`);
    expect(getStatement(lab)).toBeNull();
  });

  it(`should refuse what would be refused, and name the way out`, async () => {
    const {lab, code, stdout} = await publish({manifest: {...publishable, repository: `acme/other`}});

    expect(code).toBe(1);
    expect(stdout).toContain(`case included`);
    expect(stdout).toContain(`--no-provenance`);
    expect(getPublished(lab)).toBeUndefined();
    expect(lab.sigstore.rekor.entries).toEqual([]);
  });

  it(`should be foretold by a dry run`, async () => {
    const {lab, code, records} = await publish({args: [`--dry-run`, `--json`]});

    expect(code).toBe(0);
    expect(records.find(({type}) => type === `provenance`)).toMatchObject({enabled: true, source: `automatic`, provenanceMessage: expect.stringContaining(`if trusted publishing succeeds`)});
    expect(records.some(({type}) => type === `provenanceStatement`)).toBe(true);
    expect(lab.servers.flatMap(({requests}) => requests).filter(({method}) => method !== `GET`)).toEqual([]);
  });

  it.each([`4.9.4`, `4.18.1`] as const)(`should be foretold to stay away by a dry run with a token (Yarn %s)`, async version => {
    const {code, stdout} = await publish({version, args: [`--dry-run`], token: `secret`});

    expect(code).toBe(0);
    expect(stdout).toContain(`Provenance: off (automatic), as this upload is not authenticated by trusted publishing`);
  });

  it(`should be foretold to stay away by a dry run of a Yarn that knows no trusted publishing`, async () => {
    const {stdout} = await publish({version: `4.9.4`, args: [`--dry-run`]});
    expect(stdout).toContain(`Provenance: off (automatic)`);
  });
});
