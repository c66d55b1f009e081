import * as https                 from 'node:https';
import * as http                  from 'node:http';
import type {AddressInfo, Socket} from 'node:net';
import type {Duplex}              from 'node:stream';
import {onTestFinished}           from 'vitest';

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

type TestServer = {
  /** Origin, without a trailing slash. */
  url: string;
  port: number;
  /** Every request received, oldest first. */
  requests: Array<http.IncomingMessage>;
  connections: () => number;
};

type TestServerOptions = {
  tls?: https.ServerOptions;
  onConnect?: (request: http.IncomingMessage, socket: Duplex) => void;
};

/** A loopback server that lives as long as the test that started it. */
export async function startTestServer(handler: Handler, {tls, onConnect}: TestServerOptions = {}): Promise<TestServer> {
  const requests: Array<http.IncomingMessage> = [];
  const sockets = new Set<Socket>();
  let connections = 0;

  const listener: Handler = (request, response) => {
    requests.push(request);
    handler(request, response);
  };

  const server = tls ? https.createServer(tls, listener) : http.createServer(listener);

  server.on(`connection`, (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on(`error`, () => {});
  });

  if (onConnect) {
    server.on(`connect`, (request: http.IncomingMessage, socket: Duplex) => {
      requests.push(request);
      onConnect(request, socket);
    });
  }

  await new Promise<void>(resolve => server.listen(0, `127.0.0.1`, resolve));

  onTestFinished(() => new Promise<void>(resolve => {
    server.close(() => resolve());
    for (const socket of sockets) {
      socket.destroy();
    }
  }));

  const {port} = server.address() as AddressInfo;
  return {url: `${tls ? `https` : `http`}://127.0.0.1:${port}`, port, requests, connections: () => connections};
}
