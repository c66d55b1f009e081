/** Results in the order of the items; as many at once as keep the network busy, so that memory does not grow with the project. */
export async function mapConcurrently<T, R>(items: Array<T>, concurrency: number, map: (item: T, index: number) => Promise<R>): Promise<Array<R>> {
  const results = new Array<R>(items.length);
  const queue = items.entries();

  await Promise.all(Array.from({length: Math.min(concurrency, items.length)}, async () => {
    for (const [index, item] of queue) {
      results[index] = await map(item, index);
    }
  }));

  return results;
}
