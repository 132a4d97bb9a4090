import { sourceLabel } from '../bundle/render';
import { plural, visible } from '../text';
import type { ComparedPiece } from './pieceChanges';

/** What is known of the bundle of one stage at one time. */
export interface RunSide {
  /** `as it is now`, `in its run of …`. */
  when: string;
  model: string;
  effort?: string;
  /** The hashes of all it is made from, or ''. */
  fingerprint: string;
  /** By lower-case name. */
  answers: ReadonlyMap<string, string>;
  /** What was, or would be, sent; undefined where the run did not keep it. */
  pieces?: readonly ComparedPiece[];
  /** What the prompt says besides its pieces: the document's first parts, and the task. */
  asked?: string;
  /** How the pieces differ from the other side's, in words; on one side alone. */
  changes?: string;
  /** Of the stages it needs, in order; undefined for what there was not. */
  outputs: readonly { title: string; text: string | undefined }[];
}

/** One side of the comparison with a run, as a document: the same lines for the same thing, so that a diff shows what has changed. */
export function keptOfRun(title: string, side: RunSide): string {
  const lines = [`# ${oneLine(title)}, ${side.when}`, ''];
  lines.push(`- Model: ${oneLine(side.model)}${side.effort ? `, ${side.effort} effort` : ''}`);
  lines.push(`- Made from: ${side.fingerprint || 'it can’t be put together'} (any change of what is sent or checked changes this)`);
  if (side.changes) lines.push(`- Pieces, against the last run: ${oneLine(side.changes)}`);
  if (side.pieces) lines.push('', ...listed(side.pieces), '');
  else lines.push('', 'What was sent then was not kept, or it was deleted: only answers and outputs are compared.', '');
  for (const piece of side.pieces ?? [])
    lines.push(`## Piece: ${oneLine(sourceLabel(piece))}`, '', ...(piece.text === undefined ? ['Its text is not kept any more.'] : fenced(piece.text)), '');
  if (side.asked !== undefined) lines.push('## What is asked', '', ...fenced(side.asked), '');
  // Pieces hold answers and earlier outputs: once is enough.
  if (side.pieces) return `${lines.join('\n').trimEnd()}\n`;
  for (const [name, value] of [...side.answers].sort(([a], [b]) => (a < b ? -1 : 1))) lines.push(`## Answer: ${oneLine(name)}`, '', ...fenced(value), '');
  for (const { title: made, text } of side.outputs) lines.push(`## ${oneLine(made)}`, '', ...(text === undefined ? ['Nothing.'] : fenced(text)), '');
  return `${lines.join('\n').trimEnd()}\n`;
}

/** A prompt without the block of its documents. */
export function askedOf({ system, user }: { system: string; user: string }): string {
  return [system, user]
    .map((text) => text.replace(/^<documents>\n[\s\S]*^<\/documents>$/m, '').trim())
    .filter(Boolean)
    .join('\n\n');
}

function listed(pieces: readonly ComparedPiece[]): string[] {
  return [`## ${plural(pieces.length, 'piece')}`, '', ...pieces.map((piece) => `- ${oneLine(sourceLabel(piece))}: ${oneLine(piece.reason)}`)];
}

function fenced(text: string): string[] {
  const fence = '`'.repeat(Math.max(3, ...(text.match(/`+/g) ?? []).map((run) => run.length + 1)));
  return [fence, ...text.replace(/\n$/, '').split('\n'), fence];
}

function oneLine(text: string): string {
  return visible(text)
    .replace(/\s+/g, ' ')
    .replace(/\](?=[([])/g, '] ')
    .replace(/</g, '&lt;')
    .replace(/:\/\//g, ': //')
    .trim();
}
