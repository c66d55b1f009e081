import {setTimeout as sleep} from 'node:timers/promises';

import type {HttpResponse}   from './types';
import {NetworkFault}        from './types';

const FIRST_DELAY = 500;
const LONGEST_DELAY = 10_000;

/** A server that wants to be left alone for longer than this is not waited for. */
const LONGEST_RETRY_AFTER = 30_000;

/** Asks again, at growing intervals, while the fault or the status looks as if it could pass, and `mayRepeat` (told how often it was asked again) agrees. Rejects when `signal` ends the wait. */
export async function retry(mayRepeat: (count: number) => boolean, attempt: () => Promise<HttpResponse>, signal: AbortSignal): Promise<HttpResponse> {
  for (let count = 0; ; ++count) {
    let delay = Math.min(FIRST_DELAY * 2 ** count, LONGEST_DELAY);

    try {
      const response = await attempt();
      if (!isPassing(response) || !mayRepeat(count))
        return response;

      const requested = getRetryAfter(response);
      if (requested !== null && requested > LONGEST_RETRY_AFTER)
        return response;

      delay = requested ?? delay;
    } catch (error) {
      if (!(error instanceof NetworkFault) || !error.transient || !mayRepeat(count)) {
        throw error;
      }
    }

    await sleep(delay, undefined, {signal});
  }
}

/** Whether the answer could be another one a moment later. 501 is a lasting "no": registries give it for endpoints that they do not have. */
export function isPassing({status}: HttpResponse): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501);
}

/** Milliseconds to wait. https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
function getRetryAfter({headers}: HttpResponse): number | null {
  const value = headers[`retry-after`]?.trim() ?? ``;
  if (/^\d{1,9}$/.test(value))
    return Number(value) * 1000;

  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}
