/** The one of the names that was most likely meant, for "did you mean": undefined where none is close, or two are as close. */
export function nearest(written: string, names: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(written.length / 3));
  let best: string | undefined;
  let distance = limit + 1;
  let tied = false;
  for (const name of new Set(names)) {
    if (name === written || Math.abs(name.length - written.length) > limit) continue;
    const found = editDistance(written.toLowerCase(), name.toLowerCase());
    if (found < distance) {
      best = name;
      distance = found;
      tied = false;
    } else if (found === distance) tied = true;
  }
  return tied ? undefined : best;
}

/** Letters to add, drop, change, or swap with their neighbour (Damerau 1964, each letter moved once), by three rows. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min((next[j - 1] as number) + 1, (row[j] as number) + 1, (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] as number) + 1);
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row[b.length] as number;
}
