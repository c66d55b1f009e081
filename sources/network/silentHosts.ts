import {NetworkFault, type HttpResponse} from './types';

const PATIENCE = 10;

/**
 * Keeps a run from waiting for a host that is down once for each of a thousand
 * packages. Counted are, in a row:
 *
 * - attempts that timed out, and requests that could not reach the host for
 *   all their retries: the rest fail at once;
 * - requests that were answered with nothing but errors that could pass: the
 *   rest are sent once each. One endpoint that is broken must not keep the
 *   others of its host from being asked.
 */
export class SilentHosts {
  private readonly silences = new Map<string, number>();
  private readonly errors = new Map<string, number>();

  /** Watches a request with all its attempts. `isPassing` tells the answers that could be another one a moment later. */
  async request({origin}: URL, isPassing: (answer: HttpResponse) => boolean, send: () => Promise<HttpResponse>): Promise<HttpResponse> {
    try {
      const answer = await send();

      if (isPassing(answer))
        increment(this.errors, origin);
      else
        this.errors.delete(origin);

      return answer;
    } catch (error) {
      if (error instanceof NetworkFault && error.code === `unreachable`)
        increment(this.silences, origin);

      throw error;
    }
  }

  /** Watches one attempt, when it is its turn: the host may have fallen silent while it waited. */
  async attempt({origin}: URL, send: () => Promise<HttpResponse>): Promise<HttpResponse> {
    if ((this.silences.get(origin) ?? 0) >= PATIENCE)
      throw new NetworkFault(`unreachable`, `not asked any more, for the last ${PATIENCE} requests to this host got no answer`);

    try {
      const answer = await send();
      this.silences.delete(origin);
      return answer;
    } catch (error) {
      if (error instanceof NetworkFault && error.code === `timeout`)
        increment(this.silences, origin);

      throw error;
    }
  }

  isWorthRepeating({origin}: URL): boolean {
    return (this.errors.get(origin) ?? 0) < PATIENCE;
  }
}

function increment(counts: Map<string, number>, origin: string) {
  counts.set(origin, (counts.get(origin) ?? 0) + 1);
}
