import {readFileSync}                         from 'node:fs';
import path                                   from 'node:path';
import {afterAll, beforeAll, expect, it}      from 'vitest';

import {startLab, type Lab}                   from '../lab/lab';
import {getRefusal, makeGatedProject}         from '../support/gatedProject';
import type {YarnProjectOptions, YarnVersion} from '../support/yarnProject';

const settings = {npmAttestationSeverities: {'trust-downgrade': `error`}};

/** By whom npm's registry says that a version was published; other registries say nothing. */
const ann = {manifest: {_npmUser: {name: `ann`}}};

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
  const {registry} = lab;

  for (const version of [`1.0.0`, `1.1.0`]) {
    registry.add({name: `plain`, version, ...ann});
    registry.add({name: `@acme/attested`, version, provenance: true, ...ann});
    registry.add({name: `dormant`, version, time: new Date(`2026-01-01`)});
    registry.add({name: `by-nobody`, version, provenance: true});
    registry.add({name: `taken-over`, version, provenance: version === `1.0.0` ? true : undefined, ...ann});
  }
});

afterAll(async () => {
  await lab.stop();
});

const dependencies = {plain: `^1.0.0`, '@acme/attested': `^1.0.0`, dormant: `^1.0.0`, 'by-nobody': `^1.0.0`};

const makeProject = (dependencies: Record<string, string>, options: YarnProjectOptions = {}) => makeGatedProject(lab, dependencies, {...options, settings: {...settings, ...options.settings}});

/** Which root documents of a package were asked for, by Yarn and by us: Yarn names no type. */
function getAsked(name: string) {
  return lab.registry.server.requests.filter(({path}) => path === `/${name}`).map(({headers: {accept = ``}}) => {
    if (accept.includes(`application/vnd.npm.install-v1+json`))
      return `abbreviated`;

    return accept === `application/json` ? `full` : `by Yarn`;
  });
}

it.each([`4.0.2`, `4.18.1`] satisfies Array<YarnVersion>)(`should not ask for the histories that Yarn %s has just read`, async yarn => {
  const project = makeProject(dependencies, {yarn});

  lab.registry.server.forgetRequests();
  await project.install();

  expect(getAsked(`plain`)).toEqual([`by Yarn`]);
  expect(getAsked(`@acme/attested`)).toEqual([`by Yarn`]);
  expect(getAsked(`dormant`)).toEqual([`by Yarn`]);
  // A document without publishers may be an abbreviated one.
  expect(getAsked(`by-nobody`)).toEqual([`by Yarn`, `full`]);

  lab.registry.server.forgetRequests();
  expect((await project.audit()).exitCode).toBe(0);
  expect(Object.keys(dependencies).flatMap(getAsked)).toEqual([]);
});

it.each([`4.0.2`, `4.18.1`] satisfies Array<YarnVersion>)(`should judge by what Yarn %s has read`, async yarn => {
  const project = makeProject({plain: `1.0.0`, 'taken-over': `^1.0.0`}, {yarn});

  lab.registry.server.forgetRequests();
  const {exitCode, stdout} = await project.run(`install`);

  expect(getRefusal(stdout)).toEqual({pkg: `taken-over@npm:1.1.0`, ids: [`trust-downgrade`]});
  expect(exitCode).toBe(1);
  expect(getAsked(`taken-over`)).toEqual([`by Yarn`]);
});

it(`should ask for those that Yarn has not read`, async () => {
  const first = makeProject(dependencies);
  await first.install();

  const project = makeProject(dependencies);
  project.write(`yarn.lock`, readFileSync(path.join(first.folder, `yarn.lock`), `utf8`));

  lab.registry.server.forgetRequests();
  await project.install();

  expect(getAsked(`plain`)).toEqual([`abbreviated`, `full`]);
  expect(getAsked(`@acme/attested`)).toEqual([`full`]);
  expect(getAsked(`dormant`)).toEqual([`abbreviated`]);
});

it(`should read no history unless a setting asks for it`, async () => {
  const project = makeProject(dependencies, {settings: {npmAttestationSeverities: null}});

  lab.registry.server.forgetRequests();
  await project.install();
  expect(Object.keys(dependencies).map(getAsked)).toEqual(Object.keys(dependencies).map(() => [`by Yarn`]));
});
