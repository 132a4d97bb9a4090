import { createHash } from 'node:crypto';

/** How a text is recognised later: the SHA-256 of it. A byte order mark does not count, as reading a file drops it. */
export function hashOf(text: string): string {
  return createHash('sha256')
    .update(text.startsWith('\uFEFF') ? text.slice(1) : text)
    .digest('hex');
}
