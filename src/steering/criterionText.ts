import { quotationsIn, splitCommas } from './commas';

/** A single criterion; `value.slice(start, end) === text`. */
export interface CriterionText {
  text: string;
  start: number;
  end: number;
}

const bullet = /^(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?/;

const label = /^(?:\*\*|__)?[^:,;\n]{1,48}:(?:\*\*|__)?\s+(?=\S)/;
/** A name, or a quality: a word or three without a number, and without what makes a demand of it. */
const bareName = /^(?:and |or )?(?:an? |the )?[\p{L}_`][\p{L}\p{M}_`'’/&-]*(?: [\p{L}_`][\p{L}\p{M}_`'’/&-]*){0,2}[.;]?$/u;
const demand =
  /\b(?:no|not|none|never|must|should|shall|has|have|is|are|be|includes?|contains?|match(?:es)?|avoids?|uses|without|with|every|each|all|any|valid|links?|words?|lines?|works?|pass(?:es)?|resolves?|under|over|like)\b/i;

/** “Columns: number, date, customer”: one criterion about a list of names, not one for each of them. */
function isLabelledList(sentence: string): boolean {
  const lead = label.exec(sentence)?.[0];
  if (!lead || /["“”«»]/.test(sentence)) return false;
  const names = splitCommas(sentence.slice(lead.length), ',;').map(({ text }) => text.trim());
  return names.length > 1 && names.every((name) => bareName.test(name) && !demand.test(name));
}

/** Where the value may be cut: commas and semicolons outside of quotes and brackets, but not within a list of quotations. */
function cuts(line: string, quoted: boolean): CriterionText[] {
  const pieces = splitCommas(line, ',;').map((piece) => {
    // A piece that is one quotation keeps its marks here: it is a sentence, not a name.
    const wide = piece.quoted ? { start: markBefore(line, piece.start), end: markAfter(line, piece.end) } : piece;
    return { start: wide.start, end: wide.end, text: line.slice(wide.start, wide.end) };
  });
  const joined: CriterionText[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (quoted && last && /^(?:(?:and|or|nor)\s+)?["“`«'‘]/.test(piece.text) && /["”`»'’]$/.test(last.text)) {
      last.end = piece.end;
      last.text = line.slice(last.start, last.end);
    } else joined.push({ ...piece });
  }
  return joined;
}

/** Where the quotation marks before a place begin. */
export function markBefore(line: string, at: number): number {
  let from = at;
  while (from > 0 && /["“„«'‘` ]/.test(line[from - 1] as string)) from--;
  return from + (line.slice(from, at).length - line.slice(from, at).trimStart().length);
}

function markAfter(line: string, at: number): number {
  let to = at;
  while (to < line.length && /["”“»'’` ]/.test(line[to] as string)) to++;
  return to - (line.slice(at, to).length - line.slice(at, to).trimEnd().length);
}

/**
 * A Success field, or the value of a bullet of the success criteria, cut into single criteria: at line breaks, bullets, commas, semicolons and
 * ends of sentences outside of quotes, backticks and brackets; "and" cuts nothing, nor does anything in a labelled list of bare names. A leading "and" and a closing full stop are left out.
 */
export function splitCriteria(value: string): CriterionText[] {
  const found: CriterionText[] = [];
  let lineFrom = 0;
  for (const raw of value.split(/(?<=\n|\r(?!\n))/)) {
    const line = raw.trimEnd();
    let from = line.length - line.trimStart().length;
    from += bullet.exec(line.slice(from))?.[0].length ?? 0;
    for (const sentence of sentences(line, from)) {
      const pieces = isLabelledList(sentence.text)
        ? [{ ...sentence, start: 0, end: sentence.text.length }]
        : cuts(sentence.text, quotationsIn(sentence.text).length > 1);
      for (const piece of pieces) {
        const lead = /^(?:and|but)\s+(?=\S)/i.exec(piece.text)?.[0].length ?? 0;
        const text = piece.text
          .slice(lead)
          .trimEnd()
          .replace(/[.;,]{1,9}$/, '')
          .trimEnd();
        if (!/[\p{L}\p{N}]/u.test(text)) continue;
        const start = lineFrom + sentence.start + piece.start + lead;
        found.push({ text, start, end: start + text.length });
      }
    }
    lineFrom += raw.length;
  }
  return found;
}

function sentences(line: string, from: number): CriterionText[] {
  const result: CriterionText[] = [];
  let start = from;
  const ends = /[.!?]["”)]?\s+(?=\p{Lu})/gu;
  ends.lastIndex = from;
  for (let end = ends.exec(line); end; end = ends.exec(line)) {
    result.push({ text: line.slice(start, end.index + end[0].trimEnd().length), start, end: end.index });
    start = end.index + end[0].length;
  }
  result.push({ text: line.slice(start), start, end: line.length });
  return result;
}
