import type { Files } from '../ports';

/** A longer journal is not read, in bytes. */
const longest = 256 * 1024 * 1024;

/** The whole lines of a journal: what a killed process left of a last one is no record. @throws UserError where it can't be read */
export async function journalText(files: Files, path: string): Promise<string> {
  if (files.readLines) return files.readLines(path, longest);
  const text = await files.read(path, longest);
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

/** Cut off what stands behind the last whole line, so that something can be added. Nobody else may write it meanwhile. @throws UserError */
export async function mendJournal(files: Files, path: string): Promise<void> {
  const text = await journalText(files, path);
  if ((await files.stat(path))?.size !== Buffer.byteLength(text)) await files.write(path, text);
}
