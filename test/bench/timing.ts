/** How long each of some runs of the same work takes, in milliseconds, ascending. */
export async function times(work: (run: number) => unknown, runs: number): Promise<number[]> {
  const taken: number[] = [];
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    await work(run);
    taken.push(performance.now() - started);
  }
  return taken.sort((a, b) => a - b);
}

/** The value below which a share of the ascending values lies: 0.5 is the median. */
export function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? 0;
}

/** The median of some runs, in milliseconds. */
export async function median(work: (run: number) => unknown, runs = 15): Promise<number> {
  return percentile(await times(work, runs), 0.5);
}

/** Milliseconds as a person reads them. */
export function ms(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
