import { LineIndex } from '../text';
import { declarationsOf, isLocal } from './declarations';
import { indentedSignature, signatureLines } from './signatures';

/** So much of where a part stands is told. */
const mostLines = 4;
/** Of each signature so many characters. */
const longest = 80;

/** A line that says what a part of a file stands in; both from 1. */
export interface EnclosingLine {
  line: number;
  /** The last line of what `text` says. */
  to: number;
  text: string;
}

/**
 * What the part of a file stands in that begins at an offset: the signatures of the class and the function around it, outermost first. Empty for what begins at
 * the margin: only what can be in the middle of something is parsed. Headings above a section are not told: measured, they take more than they give.
 */
export function enclosingLines(path: string, text: string, start: number): EnclosingLine[] {
  if (start === 0) return [];
  return signaturesAround(path, text, start)
    .slice(0, mostLines)
    .map((line) => ({ ...line, text: line.text.trim().slice(0, longest) }));
}

/** The same as it stands in front of the part: `[… 7: class Fitting]`. */
export function enclosingText(lines: readonly EnclosingLine[]): string {
  return lines.map(({ line, text }) => `[… ${line}: ${text}]\n`).join('');
}

function signaturesAround(path: string, text: string, start: number): EnclosingLine[] {
  // A comment that was opened above may hide where this begins, but then nothing is found, which does no harm.
  const ink = /\S/.exec(text.slice(start, start + 4000));
  const at = start + (ink?.index ?? 0);
  const indent = at - (text.lastIndexOf('\n', at - 1) + 1);
  if (!ink || indent === 0) return [];
  const declared = declarationsOf(path, text);
  if (!declared) return linesAround(path, text, start, indent);
  const index = new LineIndex(text);
  const first = index.positionAt(start).line;
  return declared
    .filter((one) => one.from < at && at < one.to && one.kind !== 'value' && !isLocal(one))
    .map((one) => ({ line: index.positionAt(one.start).line + 1, to: index.positionAt(one.signatureTo).line + 1, text: indentedSignature(text, one) }))
    .filter(({ line }) => line <= first);
}

/** Without a parser: the nearest signatures above, each less indented than what stands in it. */
function linesAround(path: string, text: string, start: number, indent: number): EnclosingLine[] {
  const found: EnclosingLine[] = [];
  const before = text.slice(0, start).split('\n').length;
  let least = indent;
  for (const { line, text: signature } of signatureLines(path, text).reverse()) {
    const own = signature.length - signature.trimStart().length;
    if (line >= before || own >= least) continue;
    found.unshift({ line, to: line, text: signature });
    least = own;
  }
  return found;
}
