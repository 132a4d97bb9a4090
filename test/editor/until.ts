/** Waiting for what VS Code does in its own time. */

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** What `read` gives once it is neither false nor undefined. @throws AssertionError that names `what`, after so many milliseconds. */
export async function until<T>(what: string, read: () => T | undefined | false | Promise<T | undefined | false>, ms = 8000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) assert.fail(`Waited ${ms} ms in vain: ${what}.`);
    await sleep(40);
  }
}
