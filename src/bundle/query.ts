import type { Omitted, Piece } from './bundleTypes';
import type { RankedPart } from './projectIndex';
import type { Found } from './projectTexts';
import { sharedWords } from './queryReason';
import { renderDocument, renderDocuments } from './render';
import { type Stretch, shownStretch, stretchesOf } from './stretches';

/** Parts of a project's own files, chosen for a query. */
export interface QueryBundle {
  query: string;
  budget: number;
  /** What the pieces take together, tags included; never more than the budget. */
  tokens: number;
  pieces: Piece[];
  /** What came next, file by file, and did not fit; and what could not be read as it kept changing. */
  omitted: Omitted[];
  /** The pieces as a model would be shown them; '' where nothing fits the query, or the budget. */
  text: string;
  /** Set where something fits the query, but not even the best part of it the budget: the tokens which would hold that. */
  least?: number;
}

/** So many files that came next are named as left out. */
const omittedFiles = 20;
/** `<documents>` around all, in tokens at most. */
const wrapper = '<documents>\n\n</documents>';

/**
 * Choose the parts of a project's files that fit a query best, until the budget is full. A larger budget only ever adds: what a smaller one holds is in the
 * larger one too. Parts of one file that meet are one piece; files stand in the order of their best part, pieces in the order of their lines. No outlines:
 * what is left of the budget is less than one part, and filling it with them would make a larger budget take something away.
 * @param shown how a path from the folder is named to the model; as it is where nothing is said
 */
export function assembleForQuery(found: Found, budget: number, countTokens: (text: string) => number, shown = (path: string) => path): QueryBundle {
  const named = <T extends { source: string }>(piece: T): T => ({ ...piece, source: shown(piece.source) });
  const taken: RankedPart[] = [];
  const left: RankedPart[] = [];
  let used = countTokens(wrapper);
  let least: number | undefined;
  // Parts that meet share their tags: what a part adds is what its file takes with it, less what that took before.
  const byFile = new Map<string, { parts: RankedPart[]; tokens: number }>();
  for (const part of found.ranked) {
    // What comes after the first that does not fit is left out, too: it would displace what fits better in a larger budget.
    if (left.length) {
      left.push(part);
      continue;
    }
    const own = byFile.get(part.path) ?? { parts: [], tokens: 0 };
    const parts = [...own.parts, part];
    const tokens = stretchesOf(parts).reduce((sum, stretch) => sum + countTokens(renderDocument(named(pieceOf(found.texts, stretch)), 1000)) + 1, 0);
    least ??= used + tokens;
    if (used + tokens - own.tokens <= budget) {
      used += tokens - own.tokens;
      byFile.set(part.path, { parts, tokens });
      taken.push(part);
    } else left.push(part);
  }
  const pieces = stretchesOf(taken).map((part) => {
    const piece = pieceOf(found.texts, part);
    return { ...piece, tokens: countTokens(renderDocument(named(piece), 100)) };
  });
  const text = renderDocuments(pieces.map(named));
  const omitted = omittedOf(left, taken, found, countTokens);
  return {
    query: found.query,
    budget,
    tokens: text ? countTokens(text) : 0,
    pieces,
    omitted,
    text,
    ...(!pieces.length && least !== undefined ? { least } : {}),
  };
}

function pieceOf(texts: ReadonlyMap<string, string>, stretch: Stretch): Omit<Piece, 'tokens'> {
  return {
    source: stretch.path,
    outline: false,
    reason: sharedWords(stretch.words, 'the query'),
    stable: false,
    ...shownStretch(texts.get(stretch.path) ?? '', stretch),
  };
}

function omittedOf(left: readonly RankedPart[], taken: readonly Stretch[], found: Found, countTokens: (text: string) => number): Omitted[] {
  const shown = new Set(taken.map((part) => part.path));
  const next = [...new Set(left.map((part) => part.path))].filter((path) => !shown.has(path)).slice(0, omittedFiles);
  return [
    ...next.map((path) => omission(path, countTokens(found.texts.get(path) ?? ''), 'comes after the first part that did not fit')),
    ...found.restless.map((path) => omission(path, 0, 'kept changing while it was read')),
  ];
}

function omission(source: string, tokens: number, reason: string): Omitted {
  return { source, heading: null, tokens, reason, named: false };
}
