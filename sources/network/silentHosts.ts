import {NetworkFault} from './types';

const PATIENCE = 10;

/**
 * Keeps a run from waiting for a host that is down once for each of a thousand
 * packages: after so many requests in a row that got no answer, retries
 * included, the rest fail at once.
 */
export class SilentHosts {
  private readonly failures = new Map<string, number>();

  async ask<T>({origin}: URL, send: () => Promise<T>): Promise<T> {
    if (this.countFailures(origin) >= PATIENCE)
      throw new NetworkFault(`unreachable`, `not asked any more, for the last ${PATIENCE} requests to this host got no answer`);

    try {
      const answer = await send();
      this.failures.delete(origin);
      return answer;
    } catch (error) {
      if (error instanceof NetworkFault && (error.code === `unreachable` || error.code === `timeout`))
        this.failures.set(origin, this.countFailures(origin) + 1);

      throw error;
    }
  }

  private countFailures(origin: string): number {
    return this.failures.get(origin) ?? 0;
  }
}
