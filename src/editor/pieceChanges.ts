import type { Piece } from '../bundle/bundleTypes';
import { sourceLabel, unnumberedSource } from '../bundle/render';

/** A piece as two bundles are compared by: of one that a run kept, the text may be gone. */
export type ComparedPiece = Omit<Piece, 'text' | 'tokens' | 'reason'> & { text?: string; tokens: number; reason: string };

/** How two bundles of one stage differ, each piece by what it is called: `docs/api.md#Errors`, `src/a.ts:10-40`. */
export interface PieceChanges {
  added: string[];
  gone: string[];
  changed: string[];
  same: number;
}

/** The pieces that came, went or say something else. What only lies in other lines now, word for word, is the same. */
export function pieceChanges(then: readonly ComparedPiece[], now: readonly ComparedPiece[]): PieceChanges {
  const changes: PieceChanges = { added: [], gone: [], changed: [], same: 0 };
  const left = [...then];
  const take = (fits: (piece: ComparedPiece) => boolean) => {
    const at = left.findIndex(fits);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  const others = now.filter((piece) => {
    const same = take((known) => sourceOf(known) === sourceOf(piece) && known.text !== undefined && known.text === piece.text);
    if (same) changes.same++;
    return !same;
  });
  for (const piece of others) {
    const label = sourceLabel(piece);
    // A section keeps its heading, a function its file, though their lines are others.
    const before =
      take((known) => sourceLabel({ ...known, source: sourceOf(known) }) === sourceLabel({ ...piece, source: sourceOf(piece) })) ??
      take((known) => sourceOf(known) === sourceOf(piece) && (known.whole || piece.whole || (known.heading !== null && known.heading === piece.heading)));
    if (before) changes.changed.push(label);
    else changes.added.push(label);
  }
  changes.gone.push(...left.map(sourceLabel));
  return changes;
}

/** The output of a stage that has another number now is the same. */
function sourceOf({ source }: Pick<ComparedPiece, 'source'>): string {
  return unnumberedSource(source);
}

/** The changes in words: `1 added (a.ts), 2 changed (b.ts, c.md), 3 as they were`. */
export function changesInWords({ added, gone, changed, same }: PieceChanges): string {
  const said = [['added', added] as const, ['gone', gone] as const, ['changed', changed] as const].flatMap(([what, labels]) =>
    labels.length ? [`${labels.length} ${what} (${labels.join(', ')})`] : [],
  );
  return [...said, `${same} as ${same === 1 ? 'it was' : 'they were'}`].join(', ');
}
