import type {Hooks}            from '@yarnpkg/core';
import {expect, test}          from 'vitest';

import {makeHttpClient}        from '../../../sources/network/httpClient';
import {makeTestConfiguration} from '../../support/configuration';
import {startTestServer}       from '../../support/httpServer';

type Hook = Required<Hooks>[`wrapNetworkRequest`];

function makeClient(wrapNetworkRequest: Hook, settings: Record<string, unknown> = {}) {
  return makeHttpClient({configuration: makeTestConfiguration({settings, hooks: {wrapNetworkRequest}})});
}

test(`it should show each request and its answer to the hooks of other plugins`, async () => {
  const server = await startTestServer((_, response) => response.writeHead(404).end(`gone`));
  const seen: Array<unknown> = [];

  const client = makeClient(async (executor, extra) => async () => {
    const response = await executor();
    seen.push(extra, response);
    return response;
  });

  await client.request({url: `${server.url}/x`, headers: {Accept: `text/plain`}, maxBytes: 100});
  expect(seen).toMatchObject([
    {target: `${server.url}/x`, body: null, headers: {accept: `text/plain`}, jsonRequest: false, jsonResponse: false, method: `GET`},
    {statusCode: 404, body: Buffer.from(`gone`)},
  ]);
});

test(`it should send the headers that a hook adds, to the first origin only`, async () => {
  const target = await startTestServer((_, response) => response.end());
  const server = await startTestServer((_, response) => response.writeHead(302, {location: target.url}).end());

  const client = makeClient(async (executor, extra) => {
    extra.headers![`X-Hook`] = `secret`;
    return executor;
  });

  await client.request({url: server.url, maxBytes: 100});
  expect(server.requests[0]!.headers[`x-hook`]).toEqual(`secret`);
  expect(target.requests[0]!.headers[`x-hook`]).toBeUndefined();
});

test.each([
  [`more than the caller allows`, {statusCode: 200, headers: {}, body: Buffer.alloc(101)}, `too-large`],
  [`a text of more than the caller allows`, {statusCode: 200, headers: {}, body: `é`.repeat(51)}, `too-large`],
  [`an object`, {statusCode: 200, headers: {}, body: {}}, `unreachable`],
  [`no status`, {headers: {}, body: ``}, `unreachable`],
  [`nothing`, undefined, `unreachable`],
])(`it should not accept %s from a hook`, async (_, response, code) => {
  const client = makeClient(async () => async () => response as any);
  await expect(client.request({url: `http://127.0.0.1:1`, maxBytes: 100})).rejects.toMatchObject({name: `NetworkFault`, code});
});

test(`it should accept an answer made up by a hook`, async () => {
  const client = makeClient(async () => async () => ({statusCode: 200, headers: {}, body: `hello`}));
  expect(await client.request({url: `http://127.0.0.1:1`, maxBytes: 100})).toEqual({status: 200, headers: {}, body: Buffer.from(`hello`)});
});

test(`it should make a fault of what a hook throws`, async () => {
  const client = makeClient(async () => {
    throw new Error(`not today`);
  });
  await expect(client.request({url: `http://127.0.0.1:1`, maxBytes: 100})).rejects.toMatchObject({name: `NetworkFault`, code: `unreachable`});
});
