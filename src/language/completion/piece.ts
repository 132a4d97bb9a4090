/** The name of a comma-separated list that a cursor stands in; offsets are of its line. */
export interface PieceAt {
  /** Where the name begins and ends, quotes and a leading `not` left out. */
  start: number;
  end: number;
  /** The mark that closes the quotes around the cursor. */
  quote?: string;
  /** The other names of the list. */
  others: string[];
}

interface Stretch {
  from: number;
  to: number;
}

/** The piece between commas at the cursor, from where the list begins: what stands in quotes or brackets holds no commas. These may still be open. */
export function pieceAt(text: string, cursor: number, listFrom: number): PieceAt {
  const { pieces, quote } = cut(text, cursor, listFrom);
  const own = pieces.find((piece) => piece.from <= cursor && cursor <= piece.to) ?? { from: listFrom, to: cursor };
  const others = pieces
    .filter((piece) => piece !== own)
    .map(({ from, to }) =>
      text
        .slice(from, to)
        .trim()
        .replace(/^["“`]|["”`]$/g, ''),
    );
  if (quote) {
    const close = text.indexOf(quote, cursor);
    return { start: text.lastIndexOf(quote === '”' ? '“' : quote, cursor - 1) + 1, end: close < 0 ? trimmedEnd(text, own) : close, quote, others };
  }
  const blanks = /^\s*(?:not\s+)?/i.exec(text.slice(own.from, cursor))?.[0].length ?? 0;
  const start = own.from + blanks;
  // Before a name, another is put in front of it.
  return { start, end: start === cursor ? cursor : Math.max(cursor, trimmedEnd(text, own)), others };
}

function trimmedEnd(text: string, { from, to }: Stretch): number {
  return from + text.slice(from, to).trimEnd().length;
}

function cut(text: string, cursor: number, listFrom: number): { pieces: Stretch[]; quote: string } {
  const pieces: Stretch[] = [];
  let from = listFrom;
  let quote = '';
  let quoteAtCursor = '';
  let depth = 0;
  for (let i = listFrom; i <= text.length; i++) {
    if (i === cursor) quoteAtCursor = quote;
    const mark = text[i];
    if (mark === undefined || (mark === ',' && !quote && depth === 0)) {
      pieces.push({ from, to: i });
      from = i + 1;
    } else if (quote) {
      if (mark === quote) quote = '';
    } else if (mark === '`' || mark === '“') quote = mark === '“' ? '”' : mark;
    // After a letter or digit it is an inch, as names are read too.
    else if (mark === '"' && !/[\p{L}\p{N}]/u.test(text[i - 1] ?? ' ')) quote = mark;
    else if (mark === '(' || mark === '[' || mark === '{') depth++;
    else if (mark === ')' || mark === ']' || mark === '}') depth = Math.max(0, depth - 1);
  }
  return { pieces, quote: quoteAtCursor };
}
