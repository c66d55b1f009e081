/** Wraps a function so that at most `limit` of its calls run at once; the others wait their turn. */
export function limitConcurrency<A extends Array<unknown>, R>(limit: number, run: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  const waiting: Array<() => void> = [];
  let running = 0;

  return async (...args) => {
    if (running < limit)
      running += 1;
    else
      await new Promise<void>(resolve => waiting.push(resolve));

    try {
      return await run(...args);
    } finally {
      // Whoever waits takes over the place.
      const next = waiting.shift();
      if (next) {
        next();
      } else {
        running -= 1;
      }
    }
  };
}
