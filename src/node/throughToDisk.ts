import { closeSync, fdatasync, openSync, writeFile, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** So much is handed to the system at once; more would keep everything else waiting. */
const atOnce = 64 * 1024;

const toDisk = promisify(fdatasync);
const writeLong = promisify(writeFile) as (file: number, text: string) => Promise<void>;

/**
 * Write a text to a file that must not be there yet (`wx`) or to the end of one (`a`); on the disk before this resolves. Only the wait for the disk is left
 * to Node's threads: to ask them for opening, writing and closing as well takes several times as long as these take, and a run writes five such files
 * and records a stage.
 * @throws the system's error
 */
export async function writeThrough(path: string, flag: 'wx' | 'a', text: string, mode?: number): Promise<void> {
  const file = openSync(path, flag, mode);
  try {
    if (text.length <= atOnce) writeFileSync(file, text);
    else await writeLong(file, text);
    // The text and its length; when it was last changed may get lost.
    await toDisk(file);
  } finally {
    closeSync(file);
  }
}
