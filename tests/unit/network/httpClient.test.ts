import {randomBytes}                        from 'node:crypto';
import * as zlib                            from 'node:zlib';
import {describe, expect, test}             from 'vitest';

import {makeHttpClient}                     from '../../../sources/network/httpClient';
import type {HttpRequest, NetworkFaultCode} from '../../../sources/network/types';
import {NetworkFault}                       from '../../../sources/network/types';
import {makeTestConfiguration}              from '../../support/configuration';
import type {Handler}                       from '../../support/httpServer';
import {startTestServer}                    from '../../support/httpServer';

const MEGABYTE = 1024 * 1024;

function makeClient(settings: Record<string, unknown> = {}) {
  return makeHttpClient({configuration: makeTestConfiguration({settings})});
}

async function expectFault(promise: Promise<unknown>, code: NetworkFaultCode): Promise<NetworkFault> {
  const error = await promise.then(() => null, error => error);
  expect(error).toBeInstanceOf(NetworkFault);
  expect(error.code).toEqual(code);
  return error;
}

async function ask(handler: Handler, settings: Record<string, unknown> = {}, request: Partial<HttpRequest> = {}) {
  const server = await startTestServer(handler);
  const client = makeClient(settings);
  return {server, client, answer: client.request({url: server.url, maxBytes: MEGABYTE, ...request})};
}

describe(`answers`, () => {
  test.each([200, 204, 304, 401, 403, 404, 418])(`it should take HTTP %i for an answer`, async status => {
    const {answer} = await ask((_, response) => response.writeHead(status, {etag: `"x"`}).end());
    expect(await answer).toMatchObject({status, headers: {etag: `"x"`}});
  });

  test.each([
    [`gzip`, zlib.gzipSync],
    [`deflate`, zlib.deflateSync],
    [`br`, zlib.brotliCompressSync],
  ] as const)(`it should decode %s`, async (encoding, pack) => {
    const {answer, client} = await ask((_, response) => response.writeHead(200, {'content-encoding': encoding}).end(pack(`hello`)));
    expect((await answer).body.toString()).toEqual(`hello`);
    expect(client.traffic).toEqual({requests: 1, bytes: pack(`hello`).length});
  });

  test(`it should accept an empty body that claims an encoding`, async () => {
    const {answer} = await ask((_, response) => response.writeHead(404, {'content-encoding': `gzip`, 'content-length': `0`}).end());
    expect(await answer).toMatchObject({status: 404, body: Buffer.alloc(0)});
  });

  test(`it should send method, headers and body`, async () => {
    let body = ``;
    const {answer, server} = await ask((request, response) => {
      request.on(`data`, chunk => body += chunk).on(`end`, () => response.end());
    }, {}, {method: `POST`, headers: {'Content-Type': `text/x`}, body: Buffer.from(`payload`)});

    await answer;
    expect(server.requests[0]).toMatchObject({method: `POST`, headers: {'content-type': `text/x`, 'content-length': `7`}});
    expect(body).toEqual(`payload`);
  });

  test(`it should use a connection again`, async () => {
    const server = await startTestServer((_, response) => response.end(`x`));
    const client = makeClient();

    for (let i = 0; i < 3; ++i)
      await client.request({url: server.url, maxBytes: 10});

    expect(server.connections()).toEqual(1);
  });

  test(`it should keep to networkConcurrency`, async () => {
    let open = 0;
    let most = 0;

    const server = await startTestServer((_, response) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open -= 1;
        response.end();
      }, 20);
    });

    const client = makeClient({networkConcurrency: 2});
    await Promise.all(Array.from({length: 8}, () => client.request({url: server.url, maxBytes: 10})));
    expect(most).toBeLessThanOrEqual(2);
  });
});

describe(`bounds`, () => {
  const tooMuch = Buffer.alloc(2 * MEGABYTE);

  test(`it should refuse a body that is too large`, async () => {
    const {answer, server} = await ask((_, response) => response.end(tooMuch), {httpRetry: 3});
    await expectFault(answer, `too-large`);
    expect(server.requests).toHaveLength(1);
  });

  test(`it should refuse an endless body`, async () => {
    const {answer} = await ask((_, response) => {
      const write = () => {
        while (response.write(tooMuch));
        response.once(`drain`, write);
      };
      write();
    });
    await expectFault(answer, `too-large`);
  });

  test.each([
    [`gzip`, zlib.gzipSync],
    [`deflate`, zlib.deflateSync],
    [`br`, zlib.brotliCompressSync],
  ] as const)(`it should refuse a %s body that unpacks to too much`, async (encoding, pack) => {
    const bomb = pack(Buffer.alloc(8 * MEGABYTE));
    expect(bomb.length).toBeLessThan(MEGABYTE);

    const {answer} = await ask((_, response) => response.writeHead(200, {'content-encoding': encoding}).end(bomb));
    await expectFault(answer, `too-large`);
  });

  test.each([
    [`gzip`, zlib.gzipSync],
    [`deflate`, zlib.deflateSync],
    [`br`, zlib.brotliCompressSync],
  ] as const)(`it should unpack a %s body of any size, and refuse one that is too large`, async (encoding, pack) => {
    const noise = randomBytes(200_000);

    for (const [body, fits] of [[noise, true], [Buffer.concat([noise, tooMuch]), false]] as const) {
      const {answer} = await ask((_, response) => response.writeHead(200, {'content-encoding': encoding}).end(pack(body)));

      if (fits) {
        expect((await answer).body.equals(body)).toBe(true);
      } else {
        await expectFault(answer, `too-large`);
      }
    }
  });

  test(`it should refuse a packed body that is too large, even if it unpacks to nothing`, async () => {
    const nothing = zlib.gzipSync(``);
    const body = Buffer.alloc(nothing.length * 60_000, nothing);
    expect(body.length).toBeGreaterThan(MEGABYTE);

    const {answer} = await ask((_, response) => response.writeHead(200, {'content-encoding': `gzip`}).end(body));
    await expectFault(answer, `too-large`);
  });

  test(`it should give up on a server that never answers, after all retries`, async () => {
    const {answer, server} = await ask(() => {}, {httpTimeout: 50, httpRetry: 1});
    await expectFault(answer, `timeout`);
    expect(server.requests).toHaveLength(2);
  });

  test(`it should give up on a body that stalls`, async () => {
    const {answer} = await ask((_, response) => {
      response.write(`x`);
    }, {httpTimeout: 50});
    await expectFault(answer, `timeout`);
  });

  test(`it should give up on a slow drip, and not ask for it again`, async () => {
    const {answer, server} = await ask((_, response) => {
      const drip = setInterval(() => response.write(`x`), 20);
      response.on(`close`, () => clearInterval(drip));
    }, {httpTimeout: 10_000, httpRetry: 3}, {timeout: 200});

    await expectFault(answer, `timeout`);
    expect(server.requests).toHaveLength(1);
  });

  test(`it should bound the time of an attempt when the caller does not`, async () => {
    const {answer} = await ask((_, response) => {
      const drip = setInterval(() => response.write(`x`), 20);
      response.on(`close`, () => clearInterval(drip));
    }, {httpTimeout: 100});

    await expectFault(answer, `timeout`);
  });
});

describe(`faults`, () => {
  test(`it should report a reset connection, after all retries`, async () => {
    const {answer, server, client} = await ask(request => request.socket.destroy(), {httpRetry: 1});
    await expectFault(answer, `unreachable`);
    expect(server.requests).toHaveLength(2);
    expect(client.traffic.requests).toEqual(2);
  });

  test(`it should report a refused connection`, async () => {
    await expectFault(makeClient().request({url: `http://127.0.0.1:1`, maxBytes: 1}), `unreachable`);
  });

  test(`it should report a body that is shorter than promised`, async () => {
    const {answer} = await ask((_, response) => {
      response.writeHead(200, {'content-length': `100`});
      response.write(`{}`, () => response.destroy());
    });
    await expectFault(answer, `truncated`);
  });

  test(`it should report a packed body that is cut off`, async () => {
    const packed = zlib.gzipSync(`hello, hello, hello`);
    const {answer} = await ask((_, response) => response.writeHead(200, {'content-encoding': `gzip`}).end(packed.subarray(0, -9)));
    await expectFault(answer, `truncated`);
  });

  test.each([`zstd`, `gzip, gzip`, `__proto__`])(`it should report an encoding it cannot read (%s)`, async encoding => {
    const {answer} = await ask((_, response) => response.writeHead(200, {'content-encoding': encoding}).end(`x`));
    await expectFault(answer, `truncated`);
  });

  test(`it should report something that is not HTTP`, async () => {
    const {answer} = await ask(request => request.socket.end(`SSH-2.0-OpenSSH\r\n\r\n`));
    await expectFault(answer, `unreachable`);
  });

  test(`it should report an answer that goes over to another protocol`, async () => {
    const {answer} = await ask(request => request.socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n`));
    await expectFault(answer, `unreachable`);
  });

  test.each([`nonsense`, `ftp://127.0.0.1/`, `data:text/plain,x`])(`it should report a URL it cannot ask (%s)`, async url => {
    await expectFault(makeClient().request({url, maxBytes: 1}), `unreachable`);
  });
});

describe(`the end`, () => {
  test.each<[string, number, Handler]>([
    [`an answer`, 0, () => {}],
    [`the rest of an answer`, 2, (_, response) => void response.writeHead(200, {'content-length': `100`}).write(`{}`)],
    [`another attempt`, 4, (_, response) => response.writeHead(503, {'retry-after': `20`}).end(`busy`)],
  ])(`it should not wait for %s`, async (_, bytes, handler) => {
    const {answer, client, server} = await ask(handler, {httpRetry: 3});
    await expect.poll(() => [server.requests.length, client.traffic.bytes]).toEqual([1, bytes]);
    client.close();

    await expect(answer).rejects.toBeInstanceOf(NetworkFault);
    await expectFault(client.request({url: server.url, maxBytes: 1}), `disabled`);
    expect(server.requests).toHaveLength(1);
  });
});

describe(`hosts that are down`, () => {
  test(`it should stop asking after ten requests without an answer`, async () => {
    const server = await startTestServer(request => request.socket.destroy());
    const other = await startTestServer((_, response) => response.end());
    const client = makeClient({networkConcurrency: 1});

    for (let i = 0; i < 15; ++i)
      await expectFault(client.request({url: server.url, maxBytes: 1}), `unreachable`);

    expect(server.requests).toHaveLength(10);
    expect(await client.request({url: other.url, maxBytes: 1})).toMatchObject({status: 200});
  });

  test(`it should stop asking for those who were waiting for their turn, too`, async () => {
    const server = await startTestServer(request => request.socket.destroy());
    const client = makeClient({networkConcurrency: 1});
    await Promise.all(Array.from({length: 30}, () => expectFault(client.request({url: server.url, maxBytes: 1}), `unreachable`)));

    // One more may be under way before the tenth is counted.
    expect(server.requests.length).toBeLessThanOrEqual(11);
  });

  test(`it should stop asking after ten time-outs, retries included`, async () => {
    const server = await startTestServer(() => {});
    const client = makeClient({networkConcurrency: 5, httpTimeout: 50, httpRetry: 3});
    await Promise.all(Array.from({length: 30}, () => client.request({url: server.url, maxBytes: 1}).catch(() => {})));

    expect(server.requests.length).toBeLessThanOrEqual(10 + 5);
  });

  test(`it should not ask twice any more after ten requests that were answered with errors alone`, async () => {
    const server = await startTestServer((_, response) => response.writeHead(503, {'retry-after': `0`}).end());
    const client = makeClient({networkConcurrency: 1, httpRetry: 2});

    for (let i = 0; i < 15; ++i)
      expect(await client.request({url: server.url, maxBytes: 1})).toMatchObject({status: 503});

    expect(server.requests).toHaveLength(10 * 3 + 5);
  });

  test(`it should ask twice again once there was another answer`, async () => {
    let status = 503;
    const server = await startTestServer((_, response) => response.writeHead(status, {'retry-after': `0`}).end());
    const client = makeClient({httpRetry: 1});
    const ask = () => client.request({url: server.url, maxBytes: 1});

    for (let i = 0; i < 10; ++i)
      await ask();

    status = 404;
    await ask();
    status = 503;
    await ask();

    expect(server.requests).toHaveLength(10 * 2 + 1 + 2);
  });

  test(`it should not let those who wait to ask again keep others from asking`, async () => {
    let other: Promise<unknown> | null = null;
    const order: Array<string> = [];

    const server = await startTestServer((request, response) => {
      order.push(request.url!);
      if (request.url === `/broken` && order.length === 1) {
        response.writeHead(503, {'retry-after': `1`}).end();
        other = client.request({url: `${server.url}/other`, maxBytes: 1});
      } else {
        response.end();
      }
    });

    const client = makeClient({networkConcurrency: 1, httpRetry: 1});
    expect(await client.request({url: `${server.url}/broken`, maxBytes: 1})).toMatchObject({status: 200});
    await other;
    expect(order).toEqual([`/broken`, `/other`, `/broken`]);
  });

  test(`it should go on asking a host that answers now and then`, async () => {
    const server = await startTestServer((request, response) => {
      if (server.requests.length % 10 === 0) {
        response.writeHead(500).end();
      } else {
        request.socket.destroy();
      }
    });

    const client = makeClient({networkConcurrency: 1});
    await Promise.allSettled(Array.from({length: 30}, () => client.request({url: server.url, maxBytes: 1})));
    expect(server.requests).toHaveLength(30);
  });
});

describe(`retries`, () => {
  /** Answers with each status in turn, then with the last one for ever. */
  const answerWith = (...statuses: Array<number>): Handler => (_, response) => {
    const status = statuses.length > 1 ? statuses.shift()! : statuses[0]!;
    response.writeHead(status, {'retry-after': `0`}).end();
  };

  test.each([408, 429, 500, 502, 503, 504])(`it should ask again after HTTP %i`, async status => {
    const {answer, server} = await ask(answerWith(status, 200), {httpRetry: 3});
    expect((await answer).status).toEqual(200);
    expect(server.requests).toHaveLength(2);
  });

  test(`it should return the last answer when the retries are used up`, async () => {
    const {answer, server} = await ask(answerWith(503), {httpRetry: 2});
    expect((await answer).status).toEqual(503);
    expect(server.requests).toHaveLength(3);
  });

  test.each([400, 401, 403, 404, 405, 501])(`it should not ask again after HTTP %i`, async status => {
    const {answer, server} = await ask(answerWith(status), {httpRetry: 3});
    expect((await answer).status).toEqual(status);
    expect(server.requests).toHaveLength(1);
  });

  test(`it should ask again after a cut-off body`, async () => {
    let first = true;
    const {answer} = await ask((_, response) => {
      if (first)
        response.writeHead(200, {'content-length': `100`}).write(`{}`, () => response.destroy());
      else
        response.end(`whole`);

      first = false;
    }, {httpRetry: 1});

    expect((await answer).body.toString()).toEqual(`whole`);
  });

  test.each([`86400`, new Date(Date.now() + 86400_000).toUTCString()])(`it should not wait for long (Retry-After: %s)`, async value => {
    const {answer, server} = await ask((_, response) => response.writeHead(429, {'retry-after': value}).end(), {httpRetry: 3});
    expect((await answer).status).toEqual(429);
    expect(server.requests).toHaveLength(1);
  });

  test.each([`POST`, `PUT`] as const)(`it should not repeat a %s`, async method => {
    const {answer, server} = await ask(answerWith(503, 200), {httpRetry: 3}, {method});
    expect((await answer).status).toEqual(503);
    expect(server.requests).toHaveLength(1);
  });

  test(`it should repeat a POST when the caller asks for it`, async () => {
    const {answer} = await ask(answerWith(503, 200), {}, {method: `POST`, retries: 1});
    expect((await answer).status).toEqual(200);
  });
});

describe(`what it may say`, () => {
  test(`it should turn credentials of the URL into a header and never show them`, async () => {
    const server = await startTestServer(request => request.socket.destroy());
    const url = server.url.replace(`//`, `//user:p%40ss@`);

    const fault = await expectFault(makeClient().request({url: `${url}/path?token=secret#secret`, maxBytes: 1}), `unreachable`);
    expect(server.requests[0]!.headers.authorization).toEqual(`Basic ${Buffer.from(`user:p@ss`).toString(`base64`)}`);
    expect(server.requests[0]!.url).toEqual(`/path?token=secret`);

    expect(fault.message).toContain(`${server.url}/path`);
    expect(fault.message).not.toMatch(/user|p%40ss|p@ss|secret/);
  });
});
