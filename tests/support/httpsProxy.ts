import {createServer as createHttpsServer}                                                                   from 'node:https';
import {createServer as createHttpServer, request as sendRequest, type IncomingMessage, type ServerResponse} from 'node:http';
import {connect, type AddressInfo}                                                                           from 'node:net';

import {makeTestAuthority}                                                                                   from './certificates';

export type HttpsProxy = {
  /** For `httpsProxy`. */
  url: string;
  /** What `httpsCaFilePath` has to name a file of. */
  authority: string;
  /** Every host that a tunnel was asked to, as `host:port`. */
  tunnels: Array<string>;
  stop: () => Promise<void>;
};

/**
 * A proxy that knows one host, and lets a plain server stand in for it behind a
 * certificate of its own authority. Tunnels to any other host are refused.
 *
 * @param target URL of the server
 */
export async function startHttpsProxy(host: string, target: string): Promise<HttpsProxy> {
  const authority = await makeTestAuthority();
  const front = createHttpsServer(await authority.issue(host), (incoming, response) => forward(incoming, response, target));
  const frontPort = await listen(front);

  const tunnels: Array<string> = [];
  const proxy = createHttpServer((_, response) => response.writeHead(405).end());

  proxy.on(`connect`, (request, socket) => {
    tunnels.push(request.url!);
    socket.on(`error`, () => {});

    if (request.url !== `${host}:443`)
      return void socket.end(`HTTP/1.1 403 Forbidden\r\n\r\n`);

    const tunnel = connect(frontPort, `127.0.0.1`, () => {
      socket.write(`HTTP/1.1 200 Connection established\r\n\r\n`);
      tunnel.pipe(socket).pipe(tunnel);
    });

    tunnel.on(`error`, () => socket.destroy());
    socket.on(`close`, () => tunnel.destroy());
    return undefined;
  });

  const port = await listen(proxy);

  const stop = async () => {
    for (const server of [proxy, front]) {
      server.close();
      server.closeAllConnections();
    }
  };

  return {url: `http://127.0.0.1:${port}`, authority: authority.cert, tunnels, stop};
}

async function listen(server: ReturnType<typeof createHttpServer>): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, `127.0.0.1`, resolve));
  return (server.address() as AddressInfo).port;
}

function forward(incoming: IncomingMessage, response: ServerResponse, target: string) {
  const outgoing = sendRequest(`${target}${incoming.url}`, {
    method: incoming.method,
    headers: {...incoming.headers, 'x-forwarded-proto': `https`},
  }, answer => {
    response.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(response);
  });

  outgoing.on(`error`, () => response.destroy());
  incoming.pipe(outgoing);
}
