import { posix } from 'node:path';
import type { Bundle, Omitted, Piece } from '../bundle/bundleTypes';
import { hashOf } from '../journal/hash';
import type { JournalWriter } from '../journal/journalWriter';
import { type Files, UserError } from '../ports';
import type { Prompt } from './prompt';

/** What was sent for one attempt, and what it was put together from, as a run keeps it. */
export interface KeptPrompt {
  /** As of the bundle; `text` is undefined where the file that holds it is gone. */
  pieces: (Omit<Piece, 'text'> & { text?: string })[];
  omitted: Omitted[];
  system: string;
  user: string;
}

/** A text in full, or where it stands already: a run keeps each text once, however many attempts were sent it. */
type Kept = string | { text: string; in: string };

/** As it is written: one JSON document an attempt, `prompts/<stage>.<tier>-<number>.json` beside the journal. */
interface PromptFile {
  pieces: (Omit<Piece, 'text'> & { text: Kept })[];
  omitted: Omitted[];
  system: Kept[][];
  user: Kept[][];
  /** Texts that stand here in full, by their hash. */
  texts: Record<string, string>;
}

/** Shorter texts are written where they belong. */
const worthSharing = 400;

const folderName = 'prompts';

/** The texts that each run has kept so far, by hash, with the file they stand in. */
const keptTexts = new WeakMap<JournalWriter, Map<string, string>>();

/**
 * Keep what one call is sent beside the journal, while it goes on. Answers the file's name from there.
 * @param name of the call, once in a run
 */
export function keepPrompt(journal: JournalWriter, name: string, prompt: Pick<Prompt, 'system' | 'user'>, bundle: Pick<Bundle, 'pieces' | 'omitted'>): string {
  const file = `${name}.json`;
  const known = keptTexts.get(journal) ?? new Map<string, string>();
  keptTexts.set(journal, known);
  const own: Record<string, string> = {};
  const keep = (text: string): Kept => {
    if (text.length < worthSharing) return text;
    const hash = hashOf(text).slice(0, 24);
    const place = known.get(hash) ?? file;
    if (place === file) own[hash] = text;
    known.set(hash, place);
    return { text: hash, in: place };
  };
  const pieces = bundle.pieces.map((piece) => ({ ...piece, text: keep(piece.text) }));
  const blocks = (of: readonly { text: string }[]) => of.map(({ text }) => cut(text, bundle.pieces).map(keep));
  const content: PromptFile = { pieces, omitted: bundle.omitted, system: blocks(prompt.system), user: blocks(prompt.user), texts: own };
  journal.writeAside(`${folderName}/${file}`, `${JSON.stringify(content, null, 1)}\n`);
  return `${folderName}/${file}`;
}

/** A block of a prompt cut at the pieces that stand in it word for word: what is around them is short, and they are kept already. */
function cut(block: string, pieces: readonly { text: string }[]): string[] {
  const parts: string[] = [];
  let at = 0;
  for (const { text } of pieces) {
    const found = text.length < worthSharing ? -1 : block.indexOf(text, at);
    if (found < 0) continue;
    if (found > at) parts.push(block.slice(at, found));
    parts.push(text);
    at = found + text.length;
  }
  if (at < block.length) parts.push(block.slice(at));
  return parts;
}

/**
 * What was sent for an attempt.
 * @param kept the run's folder, and the name that its `attempt-started` record has
 * @returns undefined where nothing was kept, it was deleted, or it was cut off while it was written
 */
export async function keptPrompt(files: Files, kept: { folder: string; prompt: string } | undefined): Promise<KeptPrompt | undefined> {
  if (!kept) return undefined;
  const read = new Map<string, Promise<PromptFile | undefined>>();
  const fileOf = (name: string) => {
    const known = read.get(name) ?? readFile(files, posix.join(kept.folder, folderName, name));
    read.set(name, known);
    return known;
  };
  const file = await fileOf(posix.basename(kept.prompt));
  if (!file) return undefined;
  const textOf = async (part: Kept) => (typeof part === 'string' ? part : (await fileOf(posix.basename(part.in)))?.texts[part.text]);
  const joined = async (blocks: readonly Kept[][]) =>
    (await Promise.all(blocks.map(async (parts) => (await Promise.all(parts.map(textOf))).map((text) => text ?? '[not kept]').join('')))).join('\n\n');
  return {
    pieces: await Promise.all(file.pieces.map(async (piece) => ({ ...piece, text: await textOf(piece.text) }))),
    omitted: file.omitted,
    system: await joined(file.system),
    user: await joined(file.user),
  };
}

const longest = 64 * 1024 * 1024;

async function readFile(files: Files, path: string): Promise<PromptFile | undefined> {
  try {
    return (await files.stat(path)) && (JSON.parse(await files.read(path, longest)) as PromptFile);
  } catch (error) {
    if (error instanceof UserError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
