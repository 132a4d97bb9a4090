import { applyEdits, LineIndex, type TextEdit } from '../text';
import type { Fix, Issue } from './issue';

/** How often a text is fixed and linted again: a fix can make room for another, but two that undo each other must not go on for ever. */
const mostPasses = 10;

/** The text with every safe fix made; where two would touch each other, the first one. Applying it twice changes nothing that is not new. */
export function fixAll(text: string, issues: readonly Issue[]): string {
  return applyFixes(text, safeFixes(issues));
}

/** The edits of each issue's first safe fix. */
function safeFixes(issues: readonly Issue[]): TextEdit[][] {
  return issues.flatMap((issue) => issue.fixes.filter((fix) => fix.safe).slice(0, 1)).map((fix) => fix.edits);
}

/** The text with groups of edits made, each group whole or not at all: one that touches an earlier one is left out. */
export function applyFixes(text: string, groups: readonly (readonly TextEdit[])[]): string {
  return applyEdits(text, compatible(text, groups).flat());
}

/** The groups that can be made together, in their order. */
export function compatible(text: string, groups: readonly (readonly TextEdit[])[]): (readonly TextEdit[])[] {
  const index = new LineIndex(text);
  const taken = new Spans();
  return groups.filter((group) => {
    const spans = group.map(({ range }): [number, number] => [index.offsetAt(range.start), index.offsetAt(range.end)]);
    if (spans.some((span) => taken.touches(span))) return false;
    for (const span of spans) taken.add(span);
    return true;
  });
}

/** Stretches of a text that do not touch each other, sorted, so that a thousand fixes take no million comparisons. */
class Spans {
  private readonly spans: [number, number][] = [];

  touches([from, to]: readonly [number, number]): boolean {
    const at = this.firstEndingAt(from);
    const next = this.spans[at];
    return next !== undefined && next[0] <= to;
  }

  add(span: [number, number]): void {
    this.spans.splice(this.firstEndingAt(span[0]), 0, span);
  }

  /** The place of the first stretch that ends at this offset or after it. */
  private firstEndingAt(offset: number): number {
    let low = 0;
    let high = this.spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.spans[middle] as [number, number])[1] < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What `fixUntilStable` made of a text. */
export interface Fixed {
  text: string;
  /** What is left to say of it. */
  issues: Issue[];
  /** How many fixes were made. */
  count: number;
  /** False where fixes were still to be made after ten passes: two rules undo each other's. */
  stable: boolean;
}

/** Make the safe fixes, lint again, and so on until there is nothing left to fix. */
export async function fixUntilStable(text: string, issues: Issue[], lint: (text: string) => Promise<Issue[]>): Promise<Fixed> {
  let fixed: Fixed = { text, issues, count: 0, stable: true };
  for (let pass = 0; ; pass++) {
    const groups = compatible(fixed.text, safeFixes(fixed.issues));
    const next = applyEdits(fixed.text, groups.flat());
    if (next === fixed.text) return fixed;
    if (pass === mostPasses) return { ...fixed, stable: false };
    fixed = { text: next, issues: await lint(next), count: fixed.count + groups.length, stable: true };
  }
}

/**
 * A fix as it may be applied to this text: with the line ends of the place it edits.
 * @throws RangeError where an edit lies outside of the text, or overlaps another: a fault of the rule.
 */
export function fittedFix(index: LineIndex, fix: Fix): Fix {
  const spans = fix.edits
    .map(({ range }) => {
      const [from, to] = [index.offsetAt(range.start), index.offsetAt(range.end)];
      const there = index.positionAt(to);
      // A position past its line's end would be moved, and the edit then meant something else.
      if (from > to || there.line > range.end.line) throw new RangeError(`The fix “${fix.title}” edits what is not in the text.`);
      return { from, to };
    })
    .sort((a, b) => a.from - b.from || a.to - b.to);
  if (spans.some(({ from }, i) => i > 0 && from < (spans[i - 1] as { to: number }).to)) throw new RangeError(`The fix “${fix.title}” edits one place twice.`);
  return { ...fix, edits: fix.edits.map((edit) => ({ ...edit, newText: edit.newText.replace(/\r\n|\r|\n/g, lineEndFor(index, edit)) })) };
}

/** True of a fix that would write what stands there: it was made of a text that only looks different. */
export function changesNothing(index: LineIndex, { edits }: Fix): boolean {
  return edits.every(({ range, newText }) => index.text.slice(index.offsetAt(range.start), index.offsetAt(range.end)) === newText);
}

/** The line end for the text of an edit. Behind a lone carriage return a line feed would become one line end with it. */
function lineEndFor(index: LineIndex, { range }: TextEdit): string {
  const end = lineEndAt(index, range.start.line);
  return end === '\n' && index.text[index.offsetAt(range.start) - 1] === '\r' ? '\r' : end;
}

/** The line end that is used at a line: its own, or where it is the last one, that of the line before. */
export function lineEndAt(index: LineIndex, line: number): string {
  for (const at of [line, line - 1]) {
    const end = /\r\n$|\r$|\n$/.exec(index.text.slice(index.offsetAt({ line: at, character: 0 }), index.offsetAt({ line: at + 1, character: 0 })));
    if (end && at >= 0) return end[0];
  }
  return '\n';
}
