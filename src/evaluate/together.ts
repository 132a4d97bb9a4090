/** Work done side by side, of which nothing goes on once it is told how it went: the end of a run is on record then. */

/** What all of these come to. All have ended before the trouble of one is told. */
export async function settled<T>(all: Iterable<Promise<T>>): Promise<T[]> {
  const ended = await Promise.allSettled(all);
  return ended.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}

/** Do all jobs in the lanes. After the trouble of one no other begins, and all have ended before it is told. */
export async function allOf(jobs: readonly (() => Promise<void>)[], lanes: { use<T>(work: () => Promise<T>): Promise<T> }): Promise<void> {
  let stopped = false;
  await settled(
    jobs.map((job) =>
      lanes.use(async () => {
        if (stopped) return;
        try {
          await job();
        } catch (error) {
          stopped = true;
          throw error;
        }
      }),
    ),
  );
}
