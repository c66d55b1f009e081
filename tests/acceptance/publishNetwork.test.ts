import {writeFile}                                          from 'node:fs/promises';
import * as http                                            from 'node:http';
import path                                                 from 'node:path';
import * as tls                                             from 'node:tls';
import {describe, expect, it}                               from 'vitest';

import {makeTestAuthority}                                  from '../support/certificates';
import {startTestServer}                                    from '../support/httpServer';
import {NAME, getPublished, getStatement, makePublishBench} from '../support/publishBench';
import {yarnVersions}                                       from '../support/yarn';

const MARK = `x-came-through-the-proxy`;

/**
 * A forward proxy that ends TLS with certificates of its own authority, as
 * companies run them, and passes on in plain what it has read. Behind it there
 * is no TLS at all: whoever does not go through it gets nowhere.
 */
async function startInterceptingProxy() {
  const authority = await makeTestAuthority();
  const secureContext = tls.createSecureContext(await authority.issue());

  const inner = http.createServer((request, response) => {
    const {host} = request.headers;
    const forwarded = http.request(`http://${host}${request.url}`, {method: request.method, headers: {...request.headers, [MARK]: `yes`}}, answer => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });

    request.pipe(forwarded);
  });

  const proxy = await startTestServer((_, response) => response.writeHead(501).end(), {
    onConnect: (_, socket) => {
      socket.write(`HTTP/1.1 200 Connection established\r\n\r\n`);
      inner.emit(`connection`, new tls.TLSSocket(socket as any, {isServer: true, secureContext}));
    },
  });

  return {url: proxy.url, requests: proxy.requests, cert: authority.cert};
}

const secure = (url: string) => url.replace(`http:`, `https:`);

describe(`the network settings`, () => {
  it.each(yarnVersions)(`should send every request of a publish through the proxy (Yarn %s)`, async version => {
    const {lab, files, makeProject} = await makePublishBench();
    const proxy = await startInterceptingProxy();

    const httpsCaFilePath = path.join(files.folder, `ca.pem`);
    await writeFile(httpsCaFilePath, proxy.cert);

    const project = await makeProject({yarnrc: {
      npmRegistryServer: secure(lab.registry.url),
      npmSigstoreTrustedRoot: null,
      npmSigstoreTufMirror: secure(lab.tufServer.url),
      npmSigstoreTufRoot: files.tufRoot,
      npmSigstoreFulcioServer: secure(lab.fulcio.url),
      npmSigstoreRekorServer: secure(lab.rekor.url),
      npmSigstoreTsaServer: secure(lab.tsa.url),
    }});

    const job = lab.startGithubJob();
    const {code, stdout} = await project.publish({version, args: [`--provenance`], env: {
      ...job,
      ACTIONS_ID_TOKEN_REQUEST_URL: secure(job.ACTIONS_ID_TOKEN_REQUEST_URL),
      YARN_HTTPS_PROXY: proxy.url,
      YARN_HTTPS_CA_FILE_PATH: httpsCaFilePath,
      // Older releases do not hand the setting to the connection behind the proxy, with or without the plugin.
      ...version === `4.0.2` || version === `4.5.3` ? {NODE_EXTRA_CA_CERTS: httpsCaFilePath} : {},
    }});

    expect(code, stdout).toBe(0);
    expect(getStatement(lab)).not.toBeNull();

    const servers = {registry: lab.registry.server, tuf: lab.tufServer, fulcio: lab.fulcio, rekor: lab.rekor, tsa: lab.tsa, tokens: lab.githubTokens.server};
    for (const [name, {requests}] of Object.entries(servers)) {
      expect(requests.length, name).toBeGreaterThan(0);
      expect(requests.filter(({headers}) => headers[MARK] !== `yes`), name).toEqual([]);
    }
  });

  it.each([`4.0.2`, `4.18.1`] as const)(`should keep a publish off the network altogether (Yarn %s)`, async version => {
    const {lab, makeProject} = await makePublishBench();
    const project = await makeProject();

    for (const servers of lab.servers)
      servers.forgetRequests();

    const {code} = await project.publish({version, args: [`--provenance`], env: {...lab.startGithubJob(), YARN_ENABLE_NETWORK: `0`}});
    expect(code).toBe(1);
    expect(lab.servers.flatMap(({requests}) => requests)).toEqual([]);
  });

  it(`should send the registry's token to the registry alone`, async () => {
    const {lab, makeProject} = await makePublishBench();
    const project = await makeProject();
    await project.publish({args: [`--provenance`], env: lab.startGithubJob()});

    expect(getPublished(lab, NAME)).toBeDefined();
    for (const server of lab.servers) {
      if (server !== lab.registry.server) {
        expect(JSON.stringify(server.requests.map(({headers}) => headers))).not.toContain(`secret`);
      }
    }
  });
});
