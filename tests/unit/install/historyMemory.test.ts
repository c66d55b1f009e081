import {httpUtils, structUtils}         from '@yarnpkg/core';
import type {Configuration}             from '@yarnpkg/core';
import {describe, expect, it}           from 'vitest';

import {recallHistory, rememberHistory} from '../../../sources/install/historyMemory';
import {makeTestConfiguration}          from '../../support/configuration';

const registry = `https://registry.example.org/npm`;
const scoped = `https://scoped.example.org`;

const settings = {
  npmRegistryServer: `${registry}/`,
  npmScopes: {acme: {npmRegistryServer: scoped}},
  npmAttestationSeverities: {'trust-downgrade': `error`},
};

const time = {'1.0.0': `2026-01-01T00:00:00.000Z`};
const makeRoot = (name: string, versions: object = {'1.0.0': {_npmUser: {name: `ann`}}}) => ({name, versions, time});

type Heard = {method?: string, target?: string, statusCode?: number, rawBody?: unknown, body?: unknown};

function hear(configuration: Configuration, root: unknown, {method = `GET`, target = `${registry}/foo`, statusCode = 200, rawBody = Buffer.from(JSON.stringify(root)), body = {}}: Heard = {}) {
  const info = {configuration, target, method: method as httpUtils.Method, headers: {}, body: null};
  rememberHistory(info, {statusCode, headers: {}, body, rawBody});
}

const recall = (configuration: Configuration, name = `foo`, version = `1.0.0`, from = registry) => recallHistory(configuration, {ident: structUtils.parseIdent(name), version, registry: from});

describe(`What Yarn reads`, () => {
  it(`should be remembered`, () => {
    const configuration = makeTestConfiguration({settings});
    hear(configuration, makeRoot(`foo`));

    expect(recall(configuration)).toEqual({
      isFull: true,
      modified: null,
      releases: [{version: `1.0.0`, publishedAt: new Date(time[`1.0.0`]), evidence: `none`, publisher: `ann`}],
    });
  });

  it.each([
    [`@acme/foo`, `${scoped}/@acme%2ffoo`, scoped],
    [`@other/foo`, `${registry}/@other%2ffoo`, registry],
  ])(`should be remembered of %s`, (name, target, from) => {
    const configuration = makeTestConfiguration({settings});
    hear(configuration, makeRoot(name), {target});
    expect(recall(configuration, name, `1.0.0`, from)).not.toBeNull();
  });

  it.each([
    [`another package`, `bar`, `1.0.0`, registry],
    [`another version`, `foo`, `1.0.1`, registry],
    [`another registry`, `foo`, `1.0.0`, scoped],
  ])(`should say nothing of %s`, (_, name, version, from) => {
    const configuration = makeTestConfiguration({settings});
    hear(configuration, makeRoot(`foo`));
    expect(recall(configuration, name, version, from)).toBeNull();
  });

  it(`should say nothing to other projects`, () => {
    hear(makeTestConfiguration({settings}), makeRoot(`foo`));
    expect(recall(makeTestConfiguration({settings}))).toBeNull();
  });

  it.each<[string, unknown, Heard]>([
    [`an upload`, makeRoot(`foo`), {method: `PUT`}],
    [`an error`, makeRoot(`foo`), {statusCode: 404}],
    [`what has not changed`, makeRoot(`foo`), {statusCode: 304, rawBody: Buffer.alloc(0)}],
    [`what Yarn made of it`, null, {rawBody: undefined, body: makeRoot(`foo`)}],
    [`more releases than any package has`, makeRoot(`foo`, Object.fromEntries(Array.from({length: 100_001}, (_, patch) => [`1.0.${patch}`, {}]))), {}],
    [`a text`, null, {rawBody: JSON.stringify(makeRoot(`foo`))}],
    [`a page`, null, {rawBody: Buffer.from(`<html>`)}],
    [`another package`, makeRoot(`bar`), {}],
    [`another place`, makeRoot(`foo`), {target: `${registry}/-/foo`}],
    [`a version`, makeRoot(`foo`), {target: `${registry}/foo/1.0.0`}],
    [`another registry`, makeRoot(`foo`), {target: `${scoped}/foo`}],
    [`the wrong registry of a scope`, makeRoot(`@acme/foo`), {target: `${registry}/@acme%2ffoo`}],
    [`a name that nobody can read`, makeRoot(`foo`), {target: `${registry}/%ff`}],
    [`versions that are none`, makeRoot(`foo`, [1]), {}],
    [`more values than any document has`, null, {rawBody: Buffer.from(`[${`[],`.repeat(1_100_000)}0]`)}],
  ])(`should be left alone: %s`, (_, root, heard) => {
    const configuration = makeTestConfiguration({settings});
    hear(configuration, root, heard);

    for (const [name, from] of [[`foo`, registry], [`bar`, registry], [`foo`, scoped], [`@acme/foo`, scoped], [`@acme/foo`, registry]] as const) {
      expect(recall(configuration, name, `1.0.0`, from)).toBeNull();
    }
  });

  it(`should be left alone where no setting asks for histories`, () => {
    const configuration = makeTestConfiguration({settings: {...settings, npmAttestationSeverities: {}}});
    hear(configuration, makeRoot(`foo`));
    expect(recall(configuration)).toBeNull();
  });

  it(`should not fill the memory`, () => {
    const configuration = makeTestConfiguration({settings});
    const large = Object.fromEntries(Array.from({length: 5000}, (_, minor) => [`1.${minor}.0`, {_npmUser: {name: `x`.repeat(4000)}}]));
    const names = [`a`, `b`, `c`];

    for (const name of [...names, `a`])
      hear(configuration, makeRoot(name, large), {target: `${registry}/${name}`});
    hear(configuration, makeRoot(`foo`));

    expect([...names, `foo`].map(name => recall(configuration, name) !== null)).toEqual([true, false, false, true]);
  });
});
