import {describe, expect, it}                                            from 'vitest';

import {NAME, getPublished, getStatement, makePublishBench, publishable} from '../support/publishBench';
import {yarnVersions}                                                    from '../support/yarn';

const workspaces = Object.fromEntries([`a`, `b`, `c`, `d`, `e`].map(name => [`packages/${name}`, {
  ...publishable,
  name: `@acme/${name}`,
  repository: {type: `git`, url: `https://github.com/acme/widgets`, directory: `packages/${name}`},
  // No package must get another one's statement.
  description: name.repeat(1000),
}]));

describe(`several packages at once`, () => {
  it.each(yarnVersions)(`should each get a statement of their own (Yarn %s)`, async version => {
    const {lab, makeProject} = await makePublishBench();
    const project = await makeProject({manifest: {name: `root`, private: true}, workspaces});

    const {code, stdout} = await project.yarn([`workspaces`, `foreach`, `-A`, `-p`, `-j`, `5`, `--no-private`, `npm`, `publish`, `--provenance`], {version, env: lab.startGithubJob()});
    expect(code, stdout).toBe(0);

    for (const name of [`a`, `b`, `c`, `d`, `e`].map(name => `@acme/${name}`)) {
      const {integrity, manifest} = getPublished(lab, name)!;
      expect(manifest.repository).toEqual({type: `git`, url: `git+https://github.com/acme/widgets.git`, directory: `packages/${name.slice(-1)}`});
      expect(getStatement(lab, name).subject).toEqual([{
        name: `pkg:npm/${name.replace(`@`, `%40`)}@1.0.0`,
        digest: {sha512: Buffer.from(integrity.replace(`sha512-`, ``), `base64`).toString(`hex`)},
      }]);
    }
  });

  it(`should not be published without when the checks of one fail`, async () => {
    const {lab, makeProject} = await makePublishBench();
    const project = await makeProject({
      manifest: {name: `root`, private: true},
      workspaces: {...workspaces, [`packages/c`]: {...workspaces[`packages/c`], repository: `acme/other`}},
    });

    const {code} = await project.yarn([`workspaces`, `foreach`, `-A`, `-p`, `-j`, `5`, `--no-private`, `npm`, `publish`, `--provenance`], {env: lab.startGithubJob()});
    expect(code).toBe(1);
    expect(getPublished(lab, `@acme/c`)).toBeUndefined();

    for (const name of lab.registry.packages.keys()) {
      expect(getStatement(lab, name)).not.toBeNull();
    }
  });
});

describe(`a dry run`, () => {
  it.each([`4.9.4`, `4.12.0`, `4.18.1`] as const)(`should check and show the statement, and change nothing (Yarn %s)`, async version => {
    const {lab, makeProject} = await makePublishBench();
    const project = await makeProject();

    const rehearsal = await project.publish({version, args: [`--provenance`, `--dry-run`, `--json`], env: lab.startGithubJob()});
    expect(rehearsal.code, rehearsal.stdout).toBe(0);

    const {statement} = rehearsal.records.find(({type}) => type === `provenanceStatement`);
    expect(rehearsal.records.at(-1)).toMatchObject({published: false, provenance: true});

    // Nothing is written anywhere, and nobody is asked for a certificate.
    const writes = lab.servers.flatMap(({requests}) => requests).filter(({method}) => method !== `GET`);
    expect(writes).toEqual([]);
    expect(lab.fulcio.requests).toEqual([]);

    // What is shown is what is then signed.
    await project.publish({version, args: [`--provenance`], env: lab.startGithubJob()});
    expect(statement).toEqual(getStatement(lab));
  });

  it(`should show the statement to people as well`, async () => {
    const {lab, makeProject} = await makePublishBench();
    const project = await makeProject();

    const {stdout} = await project.publish({args: [`--provenance`, `--dry-run`], env: lab.startGithubJob()});
    expect(stdout).toContain(`"predicateType": "https://slsa.dev/provenance/v1"`);
  });
});

describe(`--json`, () => {
  it(`should have a record for the decision, the statement and the log entry`, async () => {
    const {lab, makeProject} = await makePublishBench();
    const project = await makeProject();
    const {records} = await project.publish({args: [`--provenance`, `--json`], env: lab.startGithubJob()});

    expect(records.find(({type}) => type === `provenance`)).toMatchObject({enabled: true, source: `option`});
    expect(records.find(({type}) => type === `provenanceStatement`)).toMatchObject({
      predicateType: `https://slsa.dev/provenance/v1`,
      sourceRepository: `https://github.com/acme/widgets`,
      sourceRef: `refs/tags/v1.0.0`,
      workflow: `.github/workflows/release.yml`,
      run: `https://github.com/acme/widgets/actions/runs/1234567890/attempts/1`,
      statement: getStatement(lab),
    });

    const {logIndex} = records.find(({type}) => type === `provenanceLogEntry`);
    expect(lab.sigstore.rekor.entries.map(({logIndex}) => String(logIndex))).toContain(logIndex);
    expect(records.at(-1)).toMatchObject({published: true, provenance: true});
  });

  it(`should not claim provenance that there is not`, async () => {
    const {makeProject} = await makePublishBench();
    const project = await makeProject();
    const {records} = await project.publish({args: [`--json`]});

    expect(records.find(({type}) => type === `provenance`)).toMatchObject({enabled: false, source: `automatic`});
    expect(records.at(-1)).toMatchObject({published: true, provenance: false});
  });
});

describe(`the options of Yarn's own command`, () => {
  it(`should stage with provenance`, async () => {
    const {lab, makeProject} = await makePublishBench();
    const project = await makeProject();

    const {code, stdout} = await project.publish({args: [`--provenance`, `--staged`], env: lab.startGithubJob()});
    expect(code, stdout).toBe(0);
    expect(stdout).toContain(`staged for approval`);
    expect(lab.registry.staged).toMatchObject([{attestations: [{}, {predicateType: `https://slsa.dev/provenance/v1`}]}]);
  });

  it.each(yarnVersions)(`should skip a version that exists, and sign nothing, with --tolerate-republish (Yarn %s)`, async version => {
    const {lab, makeProject} = await makePublishBench();
    lab.registry.add({name: NAME, version: `1.0.0`});
    const project = await makeProject();

    const {code, stdout} = await project.publish({version, args: [`--provenance`, `--tolerate-republish`], env: lab.startGithubJob()});
    expect(code, stdout).toBe(0);
    expect(stdout).toContain(`already knows about version 1.0.0`);
    expect(lab.sigstore.rekor.entries).toEqual([]);
  });

  it(`should publish a new version with --tolerate-republish`, async () => {
    const {lab, makeProject} = await makePublishBench();
    const project = await makeProject();

    const {code, stdout} = await project.publish({args: [`--provenance`, `--tolerate-republish`], env: lab.startGithubJob()});
    expect(code, stdout).toBe(0);
    expect(getStatement(lab)).not.toBeNull();
  });

  it(`should sign once for a registry that asks for a one-time password`, async () => {
    const {lab, makeProject} = await makePublishBench();
    lab.registry.server.override(({method, headers}) => method === `PUT` && !headers[`npm-otp`], {
      status: 401,
      headers: {[`www-authenticate`]: `OTP`},
      body: {error: `a one-time password, please`},
    });

    const project = await makeProject();
    const {code, stdout} = await project.publish({args: [`--provenance`], env: {...lab.startGithubJob(), YARN_IS_TEST_ENV: `1`, YARN_INJECT_NPM_2FA_TOKEN: `123456`}});

    expect(code, stdout).toBe(0);
    expect(getStatement(lab)).not.toBeNull();
    expect(lab.rekor.requests).toHaveLength(1);
  });
});

describe(`a publish without provenance`, () => {
  it.each(yarnVersions)(`should upload what Yarn uploads without the plugin (Yarn %s)`, async version => {
    const {lab, makeProject} = await makePublishBench();
    const bodies: Array<unknown> = [];

    for (const plugin of [true, false]) {
      const project = await makeProject({plugin, files: {[`.npmignore`]: `.yarn`}});
      const {code, stdout} = await project.publish({version});
      expect(code, stdout).toBe(0);

      const upload = lab.registry.server.requests.findLast(({method}) => method === `PUT`)!;
      bodies.push(JSON.parse(upload.body.toString()));

      lab.registry.packages.clear();
    }

    expect(bodies[0]).toEqual(bodies[1]);
    expect(lab.rekor.requests).toEqual([]);
  });
});

describe(`a publish that gives up provenance`, () => {
  const next = {...publishable, version: `1.1.0`};

  it.each<[string, string | null, number, string | null]>([
    [`warn`, null, 0, `warning`],
    [`be refused`, `error`, 1, `error`],
    [`be mentioned`, `info`, 0, `info`],
    [`say nothing`, `off`, 0, null],
  ])(`should %s`, async (_, severity, exitCode, reported) => {
    const {lab, makeProject} = await makePublishBench();
    lab.registry.add({name: NAME, version: `1.0.0`, provenance: true});

    const project = await makeProject({manifest: next, yarnrc: severity ? {npmAttestationSeverities: {[`publish-downgrade`]: severity}} : {}});
    const {code, records} = await project.publish({args: [`--json`]});

    expect(code).toBe(exitCode);
    expect(records.find(({type}) => type === `finding`)?.severity ?? null).toBe(reported);
    expect(getPublished(lab, NAME, `1.1.0`) !== undefined).toBe(exitCode === 0);
  });

  it(`should say nothing when the latest release has none either`, async () => {
    const {lab, makeProject} = await makePublishBench();
    lab.registry.add({name: NAME, version: `0.9.0`, provenance: true});
    lab.registry.add({name: NAME, version: `1.0.0`});

    const project = await makeProject({manifest: next});
    const {code, records} = await project.publish({args: [`--json`]});
    expect(code).toBe(0);
    expect(records.filter(({type}) => type === `finding`)).toEqual([]);
  });

  it(`should name a severity that there is not`, async () => {
    const {lab, makeProject} = await makePublishBench();
    const project = await makeProject({yarnrc: {npmAttestationSeverities: {[`publish-downgrade`]: `loud`}}});

    const {code, stdout} = await project.publish();
    expect(code).toBe(1);
    expect(stdout).toContain(`"loud"`);
    expect(lab.registry.packages.size).toBe(0);
  });
});
