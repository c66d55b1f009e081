import type {Answer}       from './exchange';
import {redactUrl}         from './redactUrl';
import type {HttpResponse} from './types';
import {NetworkFault}      from './types';

const MAX_REDIRECTS = 5;

/** What another origin may be told; everything else might be a credential. */
const harmlessHeaders = new Set([`accept`, `accept-encoding`, `user-agent`]);

/**
 * Follows redirects by hand, to decide at each hop what the next host gets to
 * see. `send` is called with the URL and the headers of each hop.
 */
export async function followRedirects(
  start: URL,
  {method, headers}: {method: string, headers: Record<string, string>},
  send: (url: URL, headers: Record<string, string>) => Promise<Answer>,
): Promise<HttpResponse> {
  let url = start;

  for (let hop = 0; hop <= MAX_REDIRECTS; ++hop) {
    const {body, ...answer} = await send(url, headers);
    if (body !== null)
      return {...answer, body};

    // Bodies may hold credentials (Fulcio is sent an identity token), and a
    // request that changes something must not be aimed by the one who answers.
    if (method !== `GET`)
      throw new NetworkFault(`redirect`, `a ${method} request was redirected (HTTP ${answer.status}); the settings must name the final URL`);

    const next = parseLocation(answer.headers.location!, url);
    if (next.origin !== url.origin)
      headers = Object.fromEntries(Object.entries(headers).filter(([name]) => harmlessHeaders.has(name)));

    url = next;
  }

  throw new NetworkFault(`redirect`, `redirected more than ${MAX_REDIRECTS} times`);
}

function parseLocation(location: string, base: URL): URL {
  if (!URL.canParse(location, base.href))
    throw new NetworkFault(`redirect`, `redirected to something that is not a URL`);

  const url = new URL(location, base.href);

  // Whoever writes the redirect must not choose credentials either.
  url.username = ``;
  url.password = ``;

  if (url.protocol !== `https:` && url.protocol !== `http:`)
    throw new NetworkFault(`redirect`, `redirected to the protocol ${url.protocol.slice(0, 32)}`);

  if (base.protocol === `https:` && url.protocol === `http:`)
    throw new NetworkFault(`redirect`, `redirected from https to plain http (${redactUrl(url)})`);

  return url;
}
