import {describe, expect, it}                                            from 'vitest';

import type {Lab}                                                        from '../lab/lab';
import {getIntegrity, makeTarball}                                       from '../lab/tarball';
import {publishWithNpm}                                                  from '../support/npmPublish';
import {NAME, getPublished, getStatement, makePublishBench, publishable} from '../support/publishBench';
import type {PublishBench}                                               from '../support/publishBench';

const gitlabManifest = {...publishable, repository: `gitlab:acme/gadgets`};

function getPayload(lab: {registry: Lab[`registry`]}): string {
  const {attestations} = lab.registry.packages.get(NAME)!.get(`1.0.0`)!;
  const bundle = attestations.find(({predicateType}) => predicateType.includes(`provenance`))!.bundle as any;
  return Buffer.from(bundle.dsseEnvelope.payload, `base64`).toString();
}

describe(`the statement that is signed`, () => {
  it.each<[string, Record<string, unknown>, (lab: Lab) => Record<string, string>]>([
    [`GitHub Actions`, publishable, lab => lab.startGithubJob()],
    [`a branch build of GitHub Actions`, publishable, lab => lab.startGithubJob({ref: `refs/heads/release@2`, event_name: `workflow_dispatch`})],
    [`GitLab CI`, gitlabManifest, lab => ({...lab.startGitlabJob(), CI_COMMIT_TITLE: `A "title" – with more`, GITLAB_FEATURES: ``})],
  ])(`should be that of npm's CLI, to the letter, in %s`, async (_, manifest, startJob) => {
    const {lab, makeProject} = await makePublishBench();
    const env = startJob(lab);

    const project = await makeProject({manifest});
    const {code, stdout} = await project.publish({args: [`--provenance`], env});
    expect(code, stdout).toBe(0);

    // The same tarball to another registry, in the same job.
    const {tarball, manifest: uploaded} = getPublished(lab)!;
    const registry = await lab.addRegistry();
    expect(await publishWithNpm(lab, {manifest: uploaded, tarball, env, registry, token: `secret`})).toEqual({accepted: true});

    expect(getStatement(lab)).toEqual(JSON.parse(getPayload({registry})));
    expect(getPayload(lab)).toBe(getPayload({registry}));
  });
});

type Rule = {
  manifest?: Record<string, unknown>;
  env?: (lab: Lab) => Record<string, string>;
  message: string;
};

const npmManifest = {...publishable, repository: {type: `git`, url: `git+https://github.com/acme/widgets.git`}};

const rules: Record<string, Rule> = {
  [`a self-hosted runner`]: {env: lab => lab.startGithubJob({runner_environment: `self-hosted`}), message: `Unsupported GitHub Actions runner environment: "self-hosted". Only "github-hosted" runners are supported when publishing with provenance.`},
  [`GitLab's self-hosted runner`]: {env: lab => lab.startGitlabJob({runner_environment: `self-hosted`}), message: `Unsupported GitLab CI runner environment: "self-hosted".`},
  [`a private repository`]: {env: lab => lab.startGithubJob({repository_visibility: `private`}), message: `Unsupported GitHub Actions source repository visibility: "private". Only public source repositories are supported when publishing with provenance.`},
  [`a private project`]: {env: lab => lab.startGitlabJob({project_visibility: `private`}), message: `Unsupported GitLab CI source repository visibility: "private".`},
  [`no repository`]: {manifest: {repository: undefined}, message: `package.json: "repository.url" is "", expected to match "https://github.com/acme/widgets" from provenance`},
  [`a shorthand`]: {manifest: {repository: `acme/widgets`}, message: `package.json: "repository.url" is "", expected to match "https://github.com/acme/widgets" from provenance`},
  [`another repository`]: {manifest: {repository: {url: `git+https://github.com/acme/other.git`}}, message: `expected to match "https://github.com/acme/widgets" from provenance`},
  [`the repository in another case`]: {manifest: {repository: {url: `git+https://github.com/Acme/widgets.git`}}, message: `expected to match "https://github.com/acme/widgets" from provenance`},
  [`a token without ref`]: {env: lab => lab.startGithubJob({}, {ref: ``}), message: `source ref`},
  [`another commit`]: {env: lab => ({...lab.startGithubJob(), GITHUB_SHA: `f`.repeat(40)}), message: `resolvedDependencies.digest`},
  [`another event`]: {env: lab => ({...lab.startGithubJob(), GITHUB_EVENT_NAME: `workflow_dispatch`}), message: `github.event_name`},
  [`another workflow`]: {env: lab => ({...lab.startGithubJob(), GITHUB_WORKFLOW_REF: `acme/widgets/.github/workflows/other.yml@refs/tags/v1.0.0`}), message: `workflow`},
};

describe(`the rules of the registry`, () => {
  it.each(Object.entries(rules))(`should fire without a look at them beforehand: %s`, async (_, {manifest, env, message}) => {
    const {lab} = await makePublishBench();
    const tarball = makeTarball({[`package.json`]: JSON.stringify(publishable)});

    const result = await publishWithNpm(lab, {
      manifest: {...npmManifest, ...manifest},
      tarball,
      env: (env ?? (lab => lab.startGithubJob()))(lab),
      registry: lab.registry,
      token: `secret`,
    });

    expect(result).toMatchObject({accepted: false, message: expect.stringContaining(message)});
    expect((result as {message: string}).message).toContain(`422`);

    // Too late: the entry is in the log for ever.
    expect(lab.sigstore.rekor.entries).toHaveLength(1);
    expect(getPublished(lab)).toBeUndefined();
  });

  /** The upload that the plugin has made, sent again with one thing changed. */
  async function replay({lab, makeProject}: PublishBench, change: (body: any) => void) {
    const project = await makeProject();
    await project.publish({args: [`--provenance`], env: lab.startGithubJob()});

    const upload = lab.registry.server.requests.find(({method}) => method === `PUT`)!;
    const body = JSON.parse(upload.body.toString());
    change(body);

    const {url} = upload;
    const registry = await lab.addRegistry();
    const send = async () => {
      const response = await fetch(`${registry.url}${url}`, {method: `PUT`, headers: {[`content-type`]: `application/json`}, body: JSON.stringify(body)});
      return {status: response.status, text: await response.text()};
    };

    return {send};
  }

  it(`should fire for restricted access`, async () => {
    const {send} = await replay(await makePublishBench(), body => {
      body.access = `restricted`;
    });

    expect(await send()).toMatchObject({status: 422, text: expect.stringContaining(`only public packages`)});
  });

  it(`should fire for a version that exists`, async () => {
    const {send} = await replay(await makePublishBench(), () => {});

    expect(await send()).toMatchObject({status: 201});
    expect(await send()).toMatchObject({status: 403, text: expect.stringContaining(`1.0.0`)});
  });

  it(`should fire for another tarball`, async () => {
    const {send} = await replay(await makePublishBench(), body => {
      const tarball = makeTarball({[`package.json`]: `{}`});
      const integrity = getIntegrity(tarball);
      Object.assign(body._attachments[`${NAME}-1.0.0.tgz`], {data: tarball.toString(`base64`), length: tarball.length});
      body.versions[`1.0.0`].dist.integrity = integrity;
    });

    expect(await send()).toMatchObject({status: 422, text: expect.stringContaining(`subject`)});
  });
});
