import {describe, expect, it}                                      from 'vitest';

import {getPublished, getStatement, makePublishBench, publishable} from '../support/publishBench';
import {yarnVersions}                                              from '../support/yarn';

describe(`npm publish with provenance`, () => {
  it.each(yarnVersions)(`should attach a signed statement from GitHub Actions (Yarn %s)`, async version => {
    const {lab, makeProject} = await makePublishBench();
    const project = await makeProject();

    const {code, stdout} = await project.publish({version, args: [`--provenance`], env: lab.startGithubJob()});
    expect(code, stdout).toBe(0);

    expect(getPublished(lab)).toMatchObject({manifest: {repository: {type: `git`, url: `git+https://github.com/acme/widgets.git`}}});
    expect(getStatement(lab)).toMatchObject({predicateType: `https://slsa.dev/provenance/v1`});

    const [entry, ...others] = lab.sigstore.rekor.entries;
    expect(others.filter(({kind}) => kind === `dsse`)).toEqual([]);
    expect(stdout).toContain(`transparency log entry`);
    expect(entry).toBeDefined();
  });

  it.each(yarnVersions)(`should attach a signed statement from GitLab CI (Yarn %s)`, async version => {
    const {lab, makeProject} = await makePublishBench();
    const project = await makeProject({manifest: {...publishable, repository: `gitlab:acme/gadgets`}});

    const {code, stdout} = await project.publish({version, args: [`--provenance`], env: lab.startGitlabJob()});
    expect(code, stdout).toBe(0);
    expect(getStatement(lab)).toMatchObject({predicateType: `https://slsa.dev/provenance/v0.2`});
  });
});
