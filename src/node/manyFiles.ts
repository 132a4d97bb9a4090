import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** So long others wait while files are read, in milliseconds. */
const sliceMs = 10;

/**
 * The texts of many small files, in the order of their paths: undefined for each that can't be read, is no regular file, no UTF-8, or over `maxBytes`.
 * Read without a thread's round trip for each, which takes seven times as long as the reading, in slices between which others have their turn.
 */
export async function readMany(paths: readonly string[], maxBytes: number): Promise<(string | undefined)[]> {
  const buffer = Buffer.allocUnsafe(maxBytes + 1);
  const texts: (string | undefined)[] = [];
  let until = performance.now() + sliceMs;
  for (const path of paths) {
    texts.push(readText(path, buffer));
    if (performance.now() < until) continue;
    await new Promise((resume) => setImmediate(resume));
    until = performance.now() + sliceMs;
  }
  return texts;
}

function readText(path: string, buffer: Buffer): string | undefined {
  let file: number;
  try {
    // A pipe would be waited for until somebody writes to it.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch {
    return undefined;
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile() || found.size >= buffer.length) return undefined;
    let size = 0;
    // One byte more than is allowed fits: a file that grows meanwhile is seen to be too large.
    for (let got = -1; got !== 0 && size < buffer.length; size += got) got = readSync(file, buffer, size, buffer.length - size, null);
    return size < buffer.length ? decoded(buffer.subarray(0, size)) : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** Bytes as text, a byte order mark dropped; undefined where they are none. */
function decoded(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 8192).includes(0) || !isUtf8(bytes)) return undefined;
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString('utf8', marked ? 3 : 0);
}
