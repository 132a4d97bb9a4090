/**
 * Begin each index once all it needs has ended, in ascending order where several may begin. How many are under way at once is for `run` to say: it may wait
 * for its turn. What is needed but not among `indexes` counts as ended; nothing may need itself, directly or through others.
 * Once one rejects nothing else begins; rejects with the first rejection when everything under way has ended.
 */
export async function schedule(indexes: readonly number[], needs: (index: number) => readonly number[], run: (index: number) => Promise<void>): Promise<void> {
  const known = new Set(indexes);
  const open = new Map<number, number>();
  const waiting = new Map<number, number[]>();
  for (const index of indexes) {
    const own = [...new Set(needs(index))].filter((need) => known.has(need));
    open.set(index, own.length);
    for (const need of own) {
      const readers = waiting.get(need);
      if (readers) readers.push(index);
      else waiting.set(need, [index]);
    }
  }
  await new Promise<void>((resolve, reject) => {
    let underWay = 0;
    let failed: { error: unknown } | undefined;
    const settle = () => {
      if (underWay) return;
      if (failed) reject(failed.error);
      else resolve();
    };
    const begin = (index: number): void => {
      underWay++;
      run(index)
        .catch((error: unknown) => {
          failed ??= { error };
        })
        .finally(() => {
          underWay--;
          if (!failed) {
            for (const next of waiting.get(index) ?? []) {
              const left = (open.get(next) ?? 0) - 1;
              open.set(next, left);
              if (!left) begin(next);
            }
          }
          settle();
        });
    };
    for (const index of indexes) if (!open.get(index)) begin(index);
    settle();
  });
}

/**
 * How many indexes stand on the longest way from each to an end, itself included: a run ends soonest when these begin first. What is needed must come before
 * what needs it among `indexes`.
 */
export function longestWays(indexes: readonly number[], needs: (index: number) => readonly number[]): Map<number, number> {
  const ways = new Map<number, number>(indexes.map((index) => [index, 1]));
  for (const index of [...indexes].reverse()) {
    for (const need of needs(index)) {
      const way = ways.get(need);
      if (way !== undefined) ways.set(need, Math.max(way, (ways.get(index) ?? 1) + 1));
    }
  }
  return ways;
}

/** Where a fan-out gets its turns, and what ends it early. */
export interface Turns {
  /** Resolves with what gives the turn back. */
  enter(): Promise<() => void>;
  /** Asked before each but the first; what it says is thrown, and no further one begins. */
  halted(begun: number): unknown;
}

/**
 * Begin so many things one after the other, each in a turn of its own: what has had no turn yet costs no memory.
 * @param first gives back the turn that the first of them has already
 * @throws the first thing that went wrong, once everything under way has ended; nothing else begins after it
 */
export async function fanOut(count: number, turns: Turns, first: () => void, run: (at: number) => Promise<void>): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let failed: { error: unknown } | undefined;
  for (let at = 0; at < count; at++) {
    const leave = at ? await turns.enter() : first;
    const halt = at ? turns.halted(at) : undefined;
    if (halt !== undefined) failed ??= { error: halt };
    if (failed) {
      leave();
      break;
    }
    const one = run(at)
      .catch((error: unknown) => {
        failed ??= { error };
      })
      .finally(() => {
        leave();
        underWay.delete(one);
      });
    underWay.add(one);
  }
  await Promise.all(underWay);
  if (failed) throw failed.error;
}
