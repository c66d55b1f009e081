import type {IncomingHttpHeaders} from 'node:http';
import {expect, test}             from 'vitest';

import {makeHttpClient}           from '../../../sources/network/httpClient';
import {makeTestAuthority}        from '../../support/certificates';
import {makeTestConfiguration}    from '../../support/configuration';
import {startTestServer}          from '../../support/httpServer';

const credentials = {authorization: `Bearer secret`, Cookie: `secret`, 'X-Token': `secret`, accept: `application/json`};

function makeClient(settings: Record<string, unknown> = {}) {
  return makeHttpClient({configuration: makeTestConfiguration({settings})});
}

async function startRedirect(location: string | ((count: number) => string), status = 302) {
  let count = 0;
  return startTestServer((_, response) => {
    response.writeHead(status, {location: typeof location === `string` ? location : location(count++)}).end();
  });
}

function getSecrets(headers: IncomingHttpHeaders) {
  return Object.values(headers).filter(value => value?.includes(`secret`));
}

test.each([301, 302, 303, 307, 308])(`it should follow HTTP %i within an origin, with credentials`, async status => {
  const server = await startTestServer((request, response) => {
    if (request.url === `/start`) {
      response.writeHead(status, {location: `end`}).end();
    } else {
      response.end(`done`);
    }
  });

  const client = makeClient();
  const answer = await client.request({url: `${server.url}/start`, maxBytes: 10, headers: credentials});
  expect(answer.body.toString()).toEqual(`done`);
  expect(getSecrets(server.requests[1]!.headers)).toHaveLength(3);
  expect(client.traffic.requests).toEqual(2);
});

test(`it should leave every credential behind when the origin changes`, async () => {
  const target = await startTestServer((_, response) => response.end(`done`));
  const server = await startRedirect(target.url);

  const answer = await makeClient().request({url: server.url, maxBytes: 10, headers: credentials});
  expect(answer.body.toString()).toEqual(`done`);
  expect(getSecrets(server.requests[0]!.headers)).toHaveLength(3);
  expect(getSecrets(target.requests[0]!.headers)).toEqual([]);
  expect(target.requests[0]!.headers.accept).toEqual(`application/json`);
});

test(`it should not pick credentials up again on the way back`, async () => {
  const home = await startTestServer((request, response) => {
    if (request.url === `/start`) {
      response.writeHead(302, {location: away.url}).end();
    } else {
      response.end();
    }
  });

  const away = await startRedirect(() => `${home.url}/end`);

  await makeClient().request({url: `${home.url}/start`, maxBytes: 10, headers: credentials});
  expect(getSecrets(home.requests[1]!.headers)).toEqual([]);
});

test(`it should not use credentials that a redirect brings along`, async () => {
  const target = await startTestServer((_, response) => response.end());
  const server = await startRedirect(target.url.replace(`//`, `//user:secret@`));

  await makeClient().request({url: server.url, maxBytes: 10});
  expect(target.requests[0]!.headers.authorization).toBeUndefined();
});

test(`it should follow five redirects and no more`, async () => {
  const server = await startRedirect(count => `/${count}`);
  await expect(makeClient().request({url: server.url, maxBytes: 10})).rejects.toMatchObject({code: `redirect`});
  expect(server.requests).toHaveLength(6);
});

test.each([`file:///etc/passwd`, `ftp://127.0.0.1/`, `http://[`])(`it should not follow a redirect to %s`, async location => {
  const server = await startRedirect(location);
  await expect(makeClient().request({url: server.url, maxBytes: 10})).rejects.toMatchObject({code: `redirect`});
});

test.each([302, 307])(`it should not let HTTP %i aim a POST elsewhere`, async status => {
  const target = await startTestServer((_, response) => response.end());
  const server = await startRedirect(target.url, status);

  await expect(makeClient().request({url: server.url, method: `POST`, body: Buffer.from(`identity token`), maxBytes: 10})).rejects.toMatchObject({code: `redirect`});
  expect(target.requests).toEqual([]);
});

test(`it should not follow a redirect from https to http`, async () => {
  const authority = await makeTestAuthority();
  const target = await startTestServer((_, response) => response.end());
  const server = await startTestServer((_, response) => response.writeHead(302, {location: target.url}).end(), {tls: await authority.issue()});

  await expect(makeClient({enableStrictSsl: false}).request({url: server.url, maxBytes: 10})).rejects.toMatchObject({code: `redirect`});
  expect(target.requests).toEqual([]);
});

test(`it should hold every hop against unsafeHttpWhitelist`, async () => {
  const server = await startRedirect(() => `http://localhost:${server.port}/`);
  await expect(makeClient().request({url: server.url, maxBytes: 10})).rejects.toMatchObject({code: `insecure`});
  expect(server.requests).toHaveLength(1);
});

test(`it should hold every hop against enableNetwork`, async () => {
  const server = await startRedirect(() => `http://localhost:${server.port}/`);
  const client = makeClient({unsafeHttpWhitelist: [`*`], networkSettings: {localhost: {enableNetwork: false}}});
  await expect(client.request({url: server.url, maxBytes: 10})).rejects.toMatchObject({code: `disabled`});
  expect(server.requests).toHaveLength(1);
});

test(`it should return a redirect without a location as it is`, async () => {
  const server = await startTestServer((_, response) => response.writeHead(302).end(`x`));
  expect(await makeClient().request({url: server.url, maxBytes: 10})).toMatchObject({status: 302});
});
