import {npath, ppath, xfs}                 from '@yarnpkg/fslib';
import type {Filename, PortablePath}       from '@yarnpkg/fslib';
import {UsageError}                        from 'clipanion';
import * as net                            from 'node:net';
import type {Duplex}                       from 'node:stream';
import type {TLSSocket}                    from 'node:tls';
import {beforeAll, describe, expect, test} from 'vitest';

import {makeHttpClient}                    from '../../../sources/network/httpClient';
import type {PemPair, TestAuthority}       from '../../support/certificates';
import {makeTestAuthority}                 from '../../support/certificates';
import {makeTestConfiguration}             from '../../support/configuration';
import {startTestServer}                   from '../../support/httpServer';

let authority: TestAuthority;
let pair: PemPair;
let folder: PortablePath;

async function writeFile(name: string, content: string): Promise<string> {
  const path = ppath.join(folder, name as Filename);
  await xfs.writeFilePromise(path, content);
  return npath.fromPortablePath(path);
}

function ask(url: string, settings: Record<string, unknown> = {}) {
  return makeHttpClient({configuration: makeTestConfiguration({settings})}).request({url, maxBytes: 100});
}

beforeAll(async () => {
  folder = await xfs.mktempPromise();
  authority = await makeTestAuthority();
  pair = await authority.issue();
});

describe(`permission`, () => {
  test(`it should refuse everything when enableNetwork is off`, async () => {
    const server = await startTestServer((_, response) => response.end());
    await expect(ask(server.url, {enableNetwork: false})).rejects.toMatchObject({code: `disabled`});
    expect(server.requests).toEqual([]);
  });

  test(`it should obey enableNetwork of the most specific networkSettings`, async () => {
    const server = await startTestServer((_, response) => response.end());
    const networkSettings = {'*': {enableNetwork: false}, '127.0.0.*': {enableNetwork: true}};
    await expect(ask(server.url, {networkSettings})).resolves.toMatchObject({status: 200});
    await expect(ask(server.url.replace(`127.0.0.1`, `localhost`), {networkSettings})).rejects.toMatchObject({code: `disabled`});
  });

  test(`it should refuse plain http to a host that is not whitelisted`, async () => {
    const server = await startTestServer((_, response) => response.end());
    await expect(ask(server.url, {unsafeHttpWhitelist: []})).rejects.toMatchObject({code: `insecure`});
    await expect(ask(server.url, {unsafeHttpWhitelist: [`27.0.0.1`, `127.0.0`]})).rejects.toMatchObject({code: `insecure`});
    expect(server.requests).toEqual([]);
    await expect(ask(server.url, {unsafeHttpWhitelist: [`127.*.1`]})).resolves.toMatchObject({status: 200});
  });

  test(`it should ask nobody, hooks included, when the run is offline`, async () => {
    let asked = false;
    const configuration = makeTestConfiguration({hooks: {
      wrapNetworkRequest: async executor => {
        asked = true;
        return executor;
      },
    }});

    await expect(makeHttpClient({configuration, offline: true}).request({url: `http://127.0.0.1:1`, maxBytes: 1})).rejects.toMatchObject({code: `disabled`});
    expect(asked).toEqual(false);
  });
});

describe(`TLS`, () => {
  test(`it should refuse a certificate of an unknown authority, and not ask again`, async () => {
    const server = await startTestServer((_, response) => response.end(), {tls: pair});
    await expect(ask(server.url, {httpRetry: 2})).rejects.toMatchObject({code: `unreachable`, transient: false});
    expect(server.connections()).toEqual(1);
  });

  test(`it should accept it with httpsCaFilePath`, async () => {
    const server = await startTestServer((_, response) => response.end(), {tls: pair});
    const httpsCaFilePath = await writeFile(`ca.pem`, authority.cert);
    await expect(ask(server.url, {httpsCaFilePath})).resolves.toMatchObject({status: 200});
    await expect(ask(server.url, {networkSettings: {'127.0.0.1': {httpsCaFilePath}}})).resolves.toMatchObject({status: 200});
    await expect(ask(server.url, {networkSettings: {'registry.example.org': {httpsCaFilePath}}})).rejects.toMatchObject({code: `unreachable`});
  });

  test(`it should accept it without enableStrictSsl`, async () => {
    const server = await startTestServer((_, response) => response.end(), {tls: pair});
    await expect(ask(server.url, {enableStrictSsl: false})).resolves.toMatchObject({status: 200});
  });

  test(`it should show the client certificate to those it is configured for`, async () => {
    const client = await authority.issue();
    const server = await startTestServer((request, response) => {
      response.writeHead((request.socket as TLSSocket).authorized ? 200 : 401).end();
    }, {tls: {...pair, ca: authority.cert, requestCert: true, rejectUnauthorized: false}});

    const files = {
      httpsCertFilePath: await writeFile(`client.pem`, client.cert),
      httpsKeyFilePath: await writeFile(`client.key`, client.key),
    };

    await expect(ask(server.url, {enableStrictSsl: false, ...files})).resolves.toMatchObject({status: 200});

    const {request} = makeHttpClient({configuration: makeTestConfiguration({settings: {enableStrictSsl: false, networkSettings: {localhost: files}}})});
    await expect(request({url: server.url.replace(`127.0.0.1`, `localhost`), maxBytes: 100})).resolves.toMatchObject({status: 200});
    await expect(request({url: server.url, maxBytes: 100})).resolves.toMatchObject({status: 401});
  });

  test.each([`httpsCaFilePath`, `httpsCertFilePath`, `httpsKeyFilePath`])(`it should name a file of %s that cannot be read`, async setting => {
    const path = npath.fromPortablePath(ppath.join(folder, `absent.pem` as Filename));
    const error = await ask(`https://127.0.0.1:1`, {[setting]: path}).catch(error => error);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(setting);
    expect(error.message).toContain(path);
  });

  test.each([`httpsCertFilePath`, `httpsKeyFilePath`])(`it should name a file of %s that is no PEM`, async setting => {
    const path = await writeFile(`garbage.pem`, `garbage`);
    const error = await ask(`https://127.0.0.1:1`, {[setting]: path}).catch(error => error);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(path);
  });
});

describe(`proxies`, () => {
  /** Joins both ends, whatever the name asked for. */
  const tunnelTo = (port: number) => (_: unknown, socket: Duplex) => {
    const upstream = net.connect(port, `127.0.0.1`, () => {
      socket.write(`HTTP/1.1 200 Connection established\r\n\r\n`);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on(`error`, () => socket.destroy());
    socket.on(`error`, () => upstream.destroy());
  };

  test(`it should ask http hosts through httpProxy`, async () => {
    const server = await startTestServer((_, response) => response.end(`through`));
    const proxy = await startTestServer(() => {}, {onConnect: tunnelTo(server.port)});

    const httpProxy = proxy.url.replace(`//`, `//user:secret@`);
    const answer = await ask(`http://registry.example.org/x`, {httpProxy, unsafeHttpWhitelist: [`registry.example.org`]});
    expect(answer.body.toString()).toEqual(`through`);
    expect(proxy.requests[0]).toMatchObject({url: `registry.example.org:80`, headers: {'proxy-authorization': `Basic ${Buffer.from(`user:secret`).toString(`base64`)}`}});
    expect(server.requests[0]!.headers[`proxy-authorization`]).toBeUndefined();
  });

  test(`it should ask https hosts through httpsProxy, and verify the host behind it`, async () => {
    const server = await startTestServer((_, response) => response.end(`through`), {tls: pair});
    const proxy = await startTestServer(() => {}, {onConnect: tunnelTo(server.port)});
    const httpsCaFilePath = await writeFile(`ca.pem`, authority.cert);

    const answer = await ask(server.url, {httpsProxy: proxy.url, httpsCaFilePath});
    expect(answer.body.toString()).toEqual(`through`);
    expect(proxy.requests).toHaveLength(1);

    await expect(ask(`https://registry.example.org`, {httpsProxy: proxy.url, httpsCaFilePath})).rejects.toMatchObject({code: `unreachable`});
    await expect(ask(server.url, {httpsProxy: proxy.url})).rejects.toMatchObject({code: `unreachable`});
    expect(server.requests).toHaveLength(1);
  });

  test(`it should report a proxy that refuses`, async () => {
    const proxy = await startTestServer(() => {}, {onConnect: (_, socket) => socket.end(`HTTP/1.1 407 Proxy Authentication Required\r\n\r\n`)});
    const error = await ask(`https://registry.example.org`, {httpsProxy: proxy.url.replace(`//`, `//user:secret@`)}).catch(error => error);
    expect(error).toMatchObject({code: `unreachable`});
    expect(error.message).toContain(`407`);
    expect(error.message).not.toContain(`secret`);
  });

  test(`it should not wait for a proxy that never answers`, async () => {
    const proxy = await startTestServer(() => {}, {onConnect: () => {}});
    await expect(ask(`https://registry.example.org`, {httpsProxy: proxy.url, httpTimeout: 50})).rejects.toMatchObject({code: `timeout`});
  });

  test.each([`nonsense`, `socks5://user:secret@127.0.0.1`])(`it should call a proxy setting unusable (%s)`, async httpsProxy => {
    const error = await ask(`https://registry.example.org`, {httpsProxy}).catch(error => error);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(`httpsProxy`);
    expect(error.message).not.toContain(`secret`);
  });
});
