import {connect}                                                   from 'node:net';
import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest';

import {startLab, type Lab}                                        from '../../lab/lab';
import {auditProject, getIds, type AuditProjectOptions}            from '../../support/auditProject';
import {startTestServer}                                           from '../../support/httpServer';
import {startHttpsProxy}                                           from '../../support/httpsProxy';

const version = `1.0.0`;
const locator = `a@npm:${version}`;

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
  lab.registry.add({name: `a`, version, provenance: true});
});

afterAll(() => lab.stop());

function audit({yarnrc, ...options}: AuditProjectOptions = {}) {
  for (const server of lab.servers)
    server.forgetRequests();

  return auditProject(lab, {dependencies: {a: version}, yarnrc, ...options});
}

const countRequests = () => lab.servers.flatMap(({requests}) => requests).length;

describe(`The network`, () => {
  it(`should be reached through httpProxy, for everything`, async () => {
    const proxy = await startTestServer((_, response) => response.writeHead(405).end(), {onConnect: (request, socket) => {
      const {hostname, port} = new URL(`http://${request.url}`);
      const tunnel = connect(Number(port), hostname, () => {
        socket.write(`HTTP/1.1 200 Connection established\r\n\r\n`);
        tunnel.pipe(socket).pipe(tunnel);
      });

      tunnel.on(`error`, () => socket.destroy());
      socket.on(`error`, () => tunnel.destroy());
    }});

    const {code, packages} = await audit({yarnrc: {httpProxy: proxy.url}});

    expect(code).toBe(0);
    expect(packages.get(locator)).toMatchObject({verdict: `verified`, provenance: {status: `verified`}});

    // Connections are used again, so there are more requests than tunnels.
    expect(new Set(proxy.requests.map(({url}) => url))).toEqual(new Set([new URL(lab.registry.url).host, lab.tufServer.host]));
  });

  it(`should be reached through httpsProxy, by the authority that the settings name for a host`, async () => {
    const host = `registry.example.org`;
    const proxy = await startHttpsProxy(host, lab.registry.url);
    onTestFinished(proxy.stop);

    const {code, packages} = await audit({
      yarnrc: {npmRegistryServer: `https://${host}`, networkSettings: {[host]: {httpsProxy: proxy.url, httpsCaFilePath: `./authority.pem`}}},
      files: {'authority.pem': proxy.authority},
    });

    expect(code).toBe(0);
    expect(packages.get(locator)).toMatchObject({verdict: `verified`, registry: `https://${host}`});
    expect(new Set(proxy.tunnels)).toEqual(new Set([`${host}:443`]));
  });

  it(`should not be reached past a certificate that nobody vouches for, unless enableStrictSsl is off`, async () => {
    const host = `registry.example.org`;
    const proxy = await startHttpsProxy(host, lab.registry.url);
    onTestFinished(proxy.stop);

    const yarnrc = {npmRegistryServer: `https://${host}`, httpsProxy: proxy.url};

    const strict = await audit({yarnrc});
    expect(strict.code).toBe(2);
    expect(getIds(strict.packages.get(locator)!)).toEqual([`registry-unreachable`]);
    expect(lab.registry.server.requests).toEqual([]);

    const lax = await audit({yarnrc: {...yarnrc, enableStrictSsl: false}});
    expect(lax.packages.get(locator)!.signature.status).toBe(`verified`);
  });

  it(`should not be touched where enableNetwork is false for a host`, async () => {
    const {code, header, packages} = await audit({yarnrc: {networkSettings: {'127.0.0.1': {enableNetwork: false}}, npmSigstoreTufMirror: lab.tufServer.url.replace(`127.0.0.1`, `localhost`)}});

    expect(code).toBe(2);
    expect(header!.trust.source).toBe(`tuf`);
    expect(getIds(packages.get(locator)!)).toEqual([`registry-unreachable`]);
    expect(packages.get(locator)!.findings[0]!.found).toContain(`enableNetwork`);
    expect(lab.registry.server.requests).toEqual([]);
  });

  it(`should not be asked in plain text where unsafeHttpWhitelist does not allow it`, async () => {
    const {code, packages} = await audit({
      yarnrc: {unsafeHttpWhitelist: [], npmSigstoreTrustedRoot: `./trusted_root.json`},
      files: {'trusted_root.json': JSON.stringify(lab.sigstore.getTrustedRoot())},
    });

    expect(code).toBe(2);
    expect(getIds(packages.get(locator)!)).toEqual([`registry-unreachable`]);
    expect(packages.get(locator)!.findings[0]!.found).toContain(`unsafeHttpWhitelist`);
    expect(countRequests()).toBe(0);
  });
});
