import type {IncomingHttpHeaders} from 'node:http';

export type HttpRequest = {
  /** Absolute http(s) URL. */
  url: string;
  method?: `GET` | `POST` | `PUT`;
  /** Sent to the URL's own origin alone: a redirect to another one keeps none but `accept`. */
  headers?: Record<string, string>;
  body?: Buffer;
  /** Upper bound of the decoded body, in bytes. An answer that passes it is a fault, not a truncated body. */
  maxBytes: number;
  /** Upper bound of one attempt, redirects included, in milliseconds; a multiple of `httpTimeout` when absent. */
  timeout?: number;
  /** How often to ask again after a fault that may pass, 408, 429 or 5xx; when absent `httpRetry` for GET, else never. */
  retries?: number;
};

/** Any HTTP status is an answer; only the lack of an answer is a fault. */
export type HttpResponse = {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
};

export type NetworkFaultCode =
  /** `enableNetwork` is off for this host, or the run is offline. */
  | `disabled`
  /** Plain http to a host that `unsafeHttpWhitelist` does not name. */
  | `insecure`
  /** DNS, connection, TLS, proxy. */
  | `unreachable`
  | `timeout`
  /** More bytes than the caller allows, packed or unpacked. */
  | `too-large`
  /** The body ended early or could not be decoded. */
  | `truncated`
  /** Too many redirects, or one that must not be followed. */
  | `redirect`;

/** The one way out. Implementations obey Yarn's network settings. */
export interface HttpClient {
  /** Rejects with `NetworkFault`, or with `UsageError` where the network settings themselves are unusable. */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Ends what is under way and refuses what comes after, so that nothing keeps a process alive that has no use for answers. */
  close(): void;
  /** Requests sent and body bytes received so far, as they came over the wire. */
  readonly traffic: {requests: number, bytes: number};
}

/** The message never holds credentials. */
export class NetworkFault extends Error {
  /** Whether asking again may help. */
  readonly transient: boolean;

  constructor(readonly code: NetworkFaultCode, message: string, {transient = false, ...options}: ErrorOptions & {transient?: boolean} = {}) {
    super(message, options);
    this.name = `NetworkFault`;
    this.transient = transient;
  }
}
