import {createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {AddressInfo}                                                                               from 'node:net';
import {promisify}                                                                                      from 'node:util';

export type LabRequest = {
  method: string;
  /** Path and query, as they came over the wire. */
  url: string;
  /** The path alone, with percent signs decoded; empty for something that cannot be decoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
};

/** An answer, or a way of not giving one; see `answers.ts`. */
export type Answer = {
  status?: number;
  headers?: Record<string, string>;
  /** Objects are sent as JSON. */
  body?: Buffer | string | object;
} | {
  /** Takes the answer over. */
  write: (response: ServerResponse) => void | Promise<void>;
};

export type Handler = (request: LabRequest) => Answer | null | Promise<Answer | null>;
type Responder = Answer | Handler;

/** A path or its beginning (when it ends in `*`), a pattern on the raw URL, or any test. */
type Matcher = string | RegExp | ((request: LabRequest) => boolean);

/** One loopback server, which remembers what it was asked and can be told to answer differently. */
export class LabServer {
  private readonly overrides: Array<{matcher: Matcher, responder: Responder}> = [];

  /** Every request, in order of arrival. */
  readonly requests: Array<LabRequest> = [];

  /** Bytes of answers' bodies, as far as they were written. */
  bytes = 0;

  private constructor(private readonly server: Server, private readonly handler: Handler) {
    server.on(`request`, (request, response) => void this.answer(request, response));
  }

  static async start(handler: Handler, port = 0): Promise<LabServer> {
    // A connection that is closed just when a client uses it again would look
    // like a network fault; the lab closes them all in the end.
    const server = createServer({keepAliveTimeout: 10 * 60 * 1000});
    await new Promise<void>(resolve => server.listen(port, `127.0.0.1`, resolve));
    return new LabServer(server, handler);
  }

  /** Without a trailing slash. */
  get url() {
    return `http://${this.host}`;
  }

  get host() {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /**
   * Answers differently from now on; the latest override that matches counts.
   * A responder that returns null leaves the request to the others.
   * @returns a function that takes it back
   */
  override(matcher: Matcher, responder: Responder): () => void {
    const override = {matcher, responder};
    this.overrides.unshift(override);

    return () => {
      const index = this.overrides.indexOf(override);
      if (index !== -1) {
        this.overrides.splice(index, 1);
      }
    };
  }

  forgetRequests() {
    this.requests.length = 0;
    this.bytes = 0;
  }

  async stop() {
    const closed = promisify(this.server.close.bind(this.server))();
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(incoming: IncomingMessage, response: ServerResponse) {
    const request = await readRequest(incoming);
    if (request === null)
      return;

    this.requests.push(request);
    this.countBytes(response);

    try {
      const answer = await this.getAnswer(request) ?? {status: 404, body: {error: `Not found`}};

      if (`write` in answer) {
        await answer.write(response);
      } else {
        send(response, answer);
      }
    } catch (error) {
      // A mistake in a test's responder has to be seen, not waited for.
      send(response, {status: 500, body: `The lab failed: ${error instanceof Error ? error.stack : error}`});
    }
  }

  private async getAnswer(request: LabRequest): Promise<Answer | null> {
    for (const {matcher, responder} of this.overrides) {
      if (!matches(matcher, request))
        continue;

      const answer = typeof responder === `function` ? await responder(request) : responder;
      if (answer !== null) {
        return answer;
      }
    }

    return this.handler(request);
  }

  private countBytes(response: ServerResponse) {
    const count = (chunk: unknown) => {
      this.bytes += typeof chunk === `string` || chunk instanceof Uint8Array ? Buffer.byteLength(chunk) : 0;
    };

    const {write, end} = response;
    response.write = ((...args: Array<any>) => (count(args[0]), Reflect.apply(write, response, args))) as typeof write;
    response.end = ((...args: Array<any>) => (count(args[0]), Reflect.apply(end, response, args))) as typeof end;
  }
}

function send(response: ServerResponse, {status = 200, headers, body = ``}: Exclude<Answer, {write: unknown}>) {
  if (response.headersSent)
    return void response.destroy();

  const isBytes = typeof body === `string` || Buffer.isBuffer(body);
  response.writeHead(status, {...!isBytes && {'content-type': `application/json`}, ...headers});
  response.end(isBytes ? body : JSON.stringify(body));
  return undefined;
}

/** Null when the connection broke before everything was there. */
async function readRequest(incoming: IncomingMessage): Promise<LabRequest | null> {
  const chunks: Array<Buffer> = [];
  try {
    for await (const chunk of incoming) {
      chunks.push(chunk);
    }
  } catch {
    return null;
  }

  const url = incoming.url ?? `/`;
  const [path = ``, query = ``] = url.split(`?`, 2);

  return {
    method: incoming.method ?? `GET`,
    url,
    path: decode(path),
    query: new URLSearchParams(query),
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return ``;
  }
}

function matches(matcher: Matcher, request: LabRequest): boolean {
  if (typeof matcher === `function`)
    return matcher(request);

  if (matcher instanceof RegExp)
    return matcher.test(request.url);

  return matcher.endsWith(`*`) ? request.path.startsWith(matcher.slice(0, -1)) : request.path === matcher;
}
