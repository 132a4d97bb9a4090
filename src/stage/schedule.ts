/**
 * Run each index once all it needs has ended, at most `limit` at a time, in ascending order where there is a choice.
 * What is needed but not among `indexes` counts as ended. Rejects with the first rejection once everything under way has ended.
 */
export async function schedule(
  indexes: readonly number[],
  needs: (index: number) => readonly number[],
  limit: number,
  run: (index: number) => Promise<void>,
): Promise<void> {
  const waiting = new Set(indexes);
  const underWay = new Map<number, Promise<void>>();
  let failed: { error: unknown } | undefined;
  while (waiting.size || underWay.size) {
    for (const index of indexes) {
      if (failed || underWay.size >= limit) break;
      if (!waiting.has(index) || needs(index).some((need) => waiting.has(need) || underWay.has(need))) continue;
      waiting.delete(index);
      underWay.set(
        index,
        run(index)
          .catch((error: unknown) => {
            failed ??= { error };
          })
          .finally(() => underWay.delete(index)),
      );
    }
    if (!underWay.size) break;
    await Promise.race(underWay.values());
  }
  if (failed) throw failed.error;
}
