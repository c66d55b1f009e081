import {MessageName, ReportError, StreamReport} from '@yarnpkg/core';
import {UsageError}                             from 'clipanion';
import {text as readText}                       from 'node:stream/consumers';
import {PassThrough}                            from 'node:stream';
import {describe, expect, it}                   from 'vitest';

import {reportFailure}                          from '../../sources/reportFailure';
import {MissingTrustError}                      from '../../sources/trust/missingTrustError';
import {makeTestConfiguration}                  from '../support/configuration';
import {hostileTexts, listUnsafe}               from '../support/hostileTexts';

const foreign = Object.values(hostileTexts).join(``);

const repository = {mirror: `https://tuf.example.org`, mirrorLabel: `https://tuf.example.org`, root: Buffer.alloc(0), rootExpires: new Date(0), embedded: null};
const observation = {id: `trust-invalid`, message: `invalid`, found: foreign} as const;

const errors: Record<string, () => unknown> = {
  'a report error': () => new ReportError(MessageName.UNNAMED, `Known: ${foreign}`),
  'a usage error': () => new UsageError(`Known: ${foreign}`),
  'missing trust': () => new MissingTrustError(repository, new Error(foreign), [observation]),
  'a defect': () => new TypeError(`Known: ${foreign}`),
  'a defect without a stack': () => Object.assign(new TypeError(`Known: ${foreign}`), {stack: undefined}),
  'a defect with a name of its own': () => Object.assign(new Error(`x`), {stack: `Known\n${foreign}: x\n    at y`}),
  'what is no error': () => `Known: ${foreign}`,
};

async function report(error: unknown, {json, strict = false}: {json: boolean, strict?: boolean}) {
  let exitCode: number | null = null;
  const stdout = new PassThrough();
  await StreamReport.start({configuration: makeTestConfiguration(), stdout, json, includeFooter: false}, async report => {
    exitCode = reportFailure(error, report, {strict});
  });

  stdout.end();
  return {exitCode, lines: (await readText(stdout)).trimEnd().split(`\n`)};
}

describe(`What is said of a failure`, () => {
  it.each(Object.entries(errors))(`should be one line, without anything unsafe: %s`, async (_, makeError) => {
    const {exitCode, lines} = await report(makeError(), {json: false});

    expect({exitCode, count: lines.length}).toEqual({exitCode: 1, count: 1});
    expect(lines[0]).toMatch(/Known|npmSigstoreTufMirror/);
    expect(listUnsafe(lines[0]!)).toEqual([]);
  });

  it.each(Object.entries(errors))(`should be records under --json, without anything unsafe: %s`, async (name, makeError) => {
    const {exitCode, lines} = await report(makeError(), {json: true});

    expect(exitCode).toEqual(1);
    expect(lines.map(line => JSON.parse(line).type)).toEqual(name === `missing trust` ? [`finding`, `error`] : [`error`]);
    expect(lines.flatMap(listUnsafe)).toEqual([]);
  });

  it.each([
    [`trust that could not be had`, new MissingTrustError(repository, new Error(`down`), []), false, 2],
    [`the same under --strict`, new MissingTrustError(repository, new Error(`down`), []), true, 1],
    [`trust that was forged`, new MissingTrustError(repository, new Error(`forged`), [observation]), false, 1],
  ])(`should be the exit code of %s`, async (_, error, strict, expected) => {
    expect((await report(error, {json: true, strict})).exitCode).toEqual(expected);
  });
});
