/** The candidate that takes the fewest edits (Levenshtein's distance) to become `word`; the first of several. */
export function getNearest(word: string, candidates: ReadonlyArray<string>): string {
  const bounded = word.slice(0, 100);
  const ranked = candidates.map(candidate => ({candidate, distance: getDistance(bounded, candidate)}));

  return ranked.sort((a, b) => a.distance - b.distance)[0]!.candidate;
}

function getDistance(a: string, b: string) {
  let row = Array.from({length: b.length + 1}, (_, index) => index);

  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }

  return row[b.length]!;
}
