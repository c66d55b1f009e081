import {describe, expect, it, onTestFinished} from 'vitest';

import type {Lab}                             from '../lab/lab';
import {NpmProject}                           from '../support/npmProject';
import {NAME, makePublishBench, publishable}  from '../support/publishBench';
import {startVerdaccio}                       from '../support/verdaccio';
import {yarnVersions}                         from '../support/yarn';

const jobs: Array<[string, Record<string, unknown>, (lab: Lab) => Record<string, string>, Record<string, string>]> = [
  [`GitHub Actions`, publishable, lab => lab.startGithubJob(), {
    predicateType: `https://slsa.dev/provenance/v1`,
    sourceRepository: `https://github.com/acme/widgets`,
    sourceRef: `refs/tags/v1.0.0`,
    workflow: `.github/workflows/release.yml`,
    runner: `github-hosted`,
  }],
  [`GitLab CI`, {...publishable, repository: `gitlab:acme/gadgets`}, lab => lab.startGitlabJob(), {
    predicateType: `https://slsa.dev/provenance/v0.2`,
    sourceRepository: `https://gitlab.com/acme/gadgets`,
    sourceRef: `refs/tags/v1.0.0`,
    workflow: `.gitlab-ci.yml`,
    runner: `gitlab-hosted`,
  }],
];

describe.each(jobs)(`what was published from %s`, (_, manifest, startJob, provenance) => {
  it(`should pass the audits of those who install it`, async () => {
    const {lab, files, makeProject} = await makePublishBench();

    const publisher = await makeProject({manifest});
    const {code, stdout} = await publisher.publish({args: [`--provenance`], env: startJob(lab)});
    expect(code, stdout).toBe(0);

    // Age gates would keep out what is a second old.
    lab.registry.packages.get(NAME)!.get(`1.0.0`)!.time = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);

    const consumer = await makeProject({
      manifest: {dependencies: {[NAME]: `1.0.0`}},
      yarnrc: {npmSigstoreTrustedRoot: null, npmSigstoreTufMirror: lab.tufServer.url, npmSigstoreTufRoot: files.tufRoot},
    });

    await consumer.install();
    const audit = await consumer.yarn([`npm`, `audit-attestations`, `--json`]);
    expect(audit.code, audit.stdout).toBe(0);

    const row = audit.stdout.trim().split(`\n`).map(line => JSON.parse(line)).find(({type}) => type === `package`);
    expect(row).toMatchObject({name: NAME, verdict: `verified`, signature: {status: `verified`}, publish: {status: `verified`}, provenance: {status: `verified`, ...provenance}});

    const npm = new NpmProject(lab, {[NAME]: `1.0.0`});
    try {
      await npm.install();
      expect(await npm.auditSignatures()).toMatchObject({exitCode: 0, attested: [`${NAME}@1.0.0`]});
    } finally {
      npm.remove();
    }
  });
});

describe(`a registry that knows nothing of provenance`, () => {
  it.each(yarnVersions)(`should be published to as without the plugin (Yarn %s)`, async version => {
    const {makeProject} = await makePublishBench();
    const {url, stop} = await startVerdaccio(null);
    onTestFinished(stop);


    const project = await makeProject({yarnrc: {npmRegistryServer: url}});

    const {code, stdout} = await project.publish({version});
    expect(code, stdout).toBe(0);
    expect(stdout).not.toContain(`YN0001`);

    const document: any = await (await fetch(`${url}/${NAME.replace(`/`, `%2f`)}`)).json();
    expect(document).toMatchObject({versions: {[`1.0.0`]: {repository: publishable.repository}}});
  });

  it(`should be heard when it refuses what it does not know`, async () => {
    const {lab, makeProject} = await makePublishBench();
    const {url, stop} = await startVerdaccio(null);
    onTestFinished(stop);


    const project = await makeProject({yarnrc: {npmRegistryServer: url}});
    const {code, stdout} = await project.publish({args: [`--provenance`], env: lab.startGithubJob()});

    expect(code).toBe(1);
    expect(stdout).toContain(`unsupported registry call`);
    expect(stdout).toContain(`the transparency log holds entry`);

    const document: any = await (await fetch(`${url}/${NAME.replace(`/`, `%2f`)}`)).json();
    expect(document.versions).toEqual({});
  });
});
