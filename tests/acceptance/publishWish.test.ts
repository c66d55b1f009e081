import {describe, expect, it}                        from 'vitest';

import type {ProjectOptions}                         from '../support/makeProject';
import {getStatement, makePublishBench, publishable} from '../support/publishBench';
import {yarnVersions}                                from '../support/yarn';

type Wish = {args?: Array<string>, env?: Record<string, string>, project?: ProjectOptions};

/** Ways of saying yes or no; the earlier ones win. */
const sources: Array<[string, (value: string) => Wish]> = [
  [`the option`, value => ({args: [value === `true` ? `--provenance` : `--no-provenance`]})],
  [`publishConfig`, value => ({project: {manifest: {...publishable, publishConfig: {...publishable.publishConfig, provenance: value === `true`}}}})],
  [`the setting's variable`, value => ({env: {YARN_NPM_PUBLISH_PROVENANCE: value}})],
  [`npm's variable`, value => ({env: {NPM_CONFIG_PROVENANCE: value}})],
  [`.npmrc`, value => ({project: {files: {[`.npmrc`]: `provenance=${value}\n`}}})],
];

function combine(first: Wish, second: Wish): Wish {
  return {
    args: [...first.args ?? [], ...second.args ?? []],
    env: {...first.env, ...second.env},
    project: {...first.project, ...second.project},
  };
}

const nobody: Wish = {};

describe.each(yarnVersions)(`the wish for provenance (Yarn %s)`, version => {
  it(`should be heard from every source, the first of them winning`, async () => {
    for (const [index, [name, make]] of sources.entries()) {
      // Against the next one in the order: each pair of neighbours is tried both ways.
      const opponent = sources[index + 1]?.[1] ?? (() => nobody);

      for (const [value, other] of [[`true`, `false`], [`false`, `true`]] as const) {
        const {lab, makeProject} = await makePublishBench();
        const {args, env, project: options} = combine(make(value), opponent(other));

        const project = await makeProject(options);
        const {code, stdout} = await project.publish({version, args, env: {...lab.startGithubJob(), ...env}});

        expect(code, `${name}: ${stdout}`).toBe(0);
        expect(stdout).toContain(`Provenance: ${value === `true` ? `on` : `off`}, because of`);
        expect(getStatement(lab) !== null, name).toBe(value === `true`);
        expect(lab.rekor.requests.length, name).toBe(value === `true` ? 1 : 0);
      }
    }
  });

  it(`should be no for variables that are empty`, async () => {
    const {lab, makeProject} = await makePublishBench();
    const project = await makeProject();

    const {code, stdout} = await project.publish({version, env: {...lab.startGithubJob(), YARN_NPM_PUBLISH_PROVENANCE: ``, NPM_CONFIG_PROVENANCE: `true`}});
    expect(code, stdout).toBe(0);
    expect(stdout).toContain(`Provenance: off, because of npmPublishProvenance (<environment>)`);
  });
});

describe(`the wish for provenance`, () => {
  it.each([
    [`the setting`, {project: {yarnrc: {npmPublishProvenance: true}}}],
    [`the setting's variable in lower case`, {env: {yarn_npm_publish_provenance: `true`}}],
    [`npm's variable in lower case`, {env: {npm_config_provenance: `true`}}],
    [`npm's variable in any case`, {env: {npm_Config_Provenance: `true`}}],
  ] satisfies Array<[string, Wish]>)(`should be heard from %s`, async (_, wish: Wish) => {
    const {lab, makeProject} = await makePublishBench();
    const project = await makeProject(wish.project);

    const {code, stdout} = await project.publish({env: {...lab.startGithubJob(), ...wish.env}});
    expect(code, stdout).toBe(0);
    expect(getStatement(lab)).not.toBeNull();
  });

  it(`should be heard from the workspace's .npmrc before the project's`, async () => {
    const {lab, makeProject} = await makePublishBench();
    const project = await makeProject({
      manifest: {name: `root`, private: true},
      workspaces: {[`packages/a`]: publishable},
      files: {[`.npmrc`]: `provenance=false`, [`packages/a/.npmrc`]: `provenance=true`},
    });

    const {code, stdout} = await project.publish({cwd: `packages/a`, env: lab.startGithubJob()});
    expect(code, stdout).toBe(0);
    expect(getStatement(lab)).not.toBeNull();
  });

  it.each([
    [`publishConfig`, {project: {manifest: {...publishable, publishConfig: {access: `public`, provenance: `yes`}}}}, `publishConfig.provenance`],
    [`the setting`, {project: {yarnrc: {npmPublishProvenance: `perhaps`}}}, `npmPublishProvenance`],
    [`npm's variable`, {env: {NPM_CONFIG_PROVENANCE: `yes`}}, `NPM_CONFIG_PROVENANCE`],
    [`.npmrc`, {project: {files: {[`.npmrc`]: `provenance=yes`}}}, `.npmrc`],
  ] satisfies Array<[string, Wish, string]>)(`should not be guessed from a strange value in %s`, async (_, wish: Wish, name) => {
    const {lab, makeProject} = await makePublishBench();
    const project = await makeProject(wish.project);

    const {code, stdout} = await project.publish({env: {...lab.startGithubJob(), ...wish.env}});
    expect(code).toBe(1);
    expect(stdout).toContain(name);
    expect(lab.registry.packages.size).toBe(0);
  });
});
