import { setTimeout as sleep } from 'node:timers/promises';

/** A key is lost while the window is still busy: what it should bring about is tried again, five times at most. */
export async function retry<T>(what: string, attempt: () => Promise<T>): Promise<T> {
  let last: unknown;
  for (let tries = 0; tries < 5; tries++) {
    try {
      return await attempt();
    } catch (error) {
      last = error;
      await sleep(200);
    }
  }
  throw new Error(`Could not get to ${what}.`, { cause: last });
}

/**
 * Reads until what was read is as wanted, and returns it.
 * @throws Error after `ms` milliseconds, with what was read last.
 */
export async function until<T>(what: string, read: () => T | Promise<T>, wanted: (value: T) => boolean, ms = 15_000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await read();
    if (wanted(value)) return value;
    if (Date.now() > deadline)
      throw new Error(`${what} did not come about within ${ms / 1000} s; the last that was read: ${JSON.stringify(value, undefined, 1)}`);
    await sleep(100);
  }
}
