/** Of an odd number of values the middle one, of an even number the mean of the two in the middle. */
export function getMedian(values: ReadonlyArray<number>): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;

  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** Numbers by their median; everything else is the same in all samples. */
export function takeMedians<T extends object>(samples: ReadonlyArray<T>): T {
  return Object.fromEntries(Object.entries(samples[0]!).map(([field, value]) => {
    return [field, typeof value === `number` ? getMedian(samples.map(sample => (sample as Record<string, number>)[field]!)) : value];
  })) as T;
}
