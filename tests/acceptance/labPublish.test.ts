import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {startLab, type Lab}                          from '../lab/lab';
import {YarnProject, type YarnVersion}               from '../support/yarnProject';

let lab: Lab;

beforeEach(async () => {
  lab = await startLab({publishAuthorization: `Bearer secret`});
});

afterEach(async () => {
  await lab.stop();
});

const manifest = {name: `@acme/widget`, version: `1.0.0`, private: false};

// Without the plugin: this is about the lab alone.
async function publish({yarn, settings = {}, env = {}, args = []}: {yarn?: YarnVersion, settings?: object, env?: Record<string, string>, args?: Array<string>}) {
  const project = new YarnProject(lab, manifest, {yarn, env, settings: {
    plugins: null,
    npmSigstoreTufMirror: null,
    npmSigstoreTufRoot: null,
    ...settings,
  }});

  try {
    await project.install();
    return await project.run(`npm`, `publish`, ...args);
  } finally {
    project.remove();
  }
}

describe(`stock Yarn, publishing to the lab`, () => {
  it.each([`4.0.2`, `4.18.1`] as const)(`publishes with a token (%s)`, async yarn => {
    const {exitCode, stdout} = await publish({yarn, settings: {npmAuthToken: `secret`}});

    expect(exitCode, stdout).toBe(0);
    expect(lab.registry.packages.get(`@acme/widget`)?.get(`1.0.0`)).toMatchObject({signatures: [{keyid: lab.registry.keys[0]!.keyid}], attestations: []});
  });

  it(`is refused with another token`, async () => {
    expect(await publish({settings: {npmAuthToken: `other`}})).toMatchObject({exitCode: 1});
    expect(lab.registry.packages.size).toBe(0);
  });

  it.each([
    [`GitHub`, () => lab.startGithubJob()],
    [`GitLab`, () => lab.startGitlabJob()],
  ])(`publishes as a trusted publisher from %s`, async (_, startJob) => {
    lab.registry.trustedPublishers.set(`@acme/widget`, () => true);

    const {exitCode, stdout} = await publish({env: startJob()});
    expect(exitCode, stdout).toBe(0);
    expect(lab.registry.packages.has(`@acme/widget`)).toBe(true);
  });

  it(`stages`, async () => {
    const {exitCode, stdout} = await publish({settings: {npmAuthToken: `secret`}, args: [`--staged`]});

    expect(exitCode, stdout).toBe(0);
    expect(lab.registry.staged).toMatchObject([{name: `@acme/widget`, version: `1.0.0`}]);
    expect(lab.registry.packages.size).toBe(0);
  });
});
