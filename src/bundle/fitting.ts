import { tokenDensity } from '../catalog/tokens';
import type { Candidate, Omitted, Piece } from './bundleTypes';
import { outlineOf } from './outline';
import { renderDocument } from './render';

/** Fills a budget, and never goes over it. */
export class Fitting {
  readonly placed: [Candidate, Piece][] = [];
  readonly omitted: Omitted[] = [];
  used = 0;

  constructor(
    readonly budget: number,
    private readonly countTokens: (text: string) => number,
  ) {}

  tokensOf(candidate: Candidate, outline = false, text = candidate.text): number {
    // Three digits, so that a document does not grow when it gets its place.
    return Math.ceil(this.countTokens(renderDocument({ ...candidate, outline, text }, 100)) * tokenDensity(candidate.source));
  }

  /** What is in of each source, or was left out for a reason: lines, or all of it. Of what gave its outline alone, nothing is in. */
  shown(): Map<string, 'all' | [from: number, to: number][]> {
    const pieces = this.placed.map(([, piece]) => piece);
    const outlined = new Set(pieces.filter(({ outline }) => outline).map(({ source }) => source));
    const found = new Map<string, 'all' | [number, number][]>();
    for (const { source } of this.omitted) if (!outlined.has(source)) found.set(source, 'all');
    for (const { source, outline, whole, lines } of pieces) {
      const known = found.get(source);
      if (outline || known === 'all') continue;
      found.set(source, whole || !lines ? 'all' : [...(known ?? []), lines]);
    }
    return found;
  }

  /** Says yes to candidates, taken instead of those of its last yes that they replace, as long as there is room for all of them. Nothing is placed. */
  room(atMost = Number.POSITIVE_INFINITY): (candidates: readonly Candidate[], replaced: readonly Candidate[]) => boolean {
    let left = Math.min(this.budget - this.used, atMost);
    const tokensOf = (candidates: readonly Candidate[]) => candidates.reduce((sum, candidate) => sum + this.tokensOf(candidate), 0);
    return (candidates, replaced) => {
      const more = tokensOf(candidates) - tokensOf(replaced);
      if (more > left) return false;
      left -= more;
      return true;
    };
  }

  /** Place a candidate whole; false where there is no room. */
  add(candidate: Candidate): boolean {
    return this.place(candidate, false, candidate.text);
  }

  /** Place a candidate in the place of parts of it that were placed before; where there is no room, they stay and the answer is false. */
  addInsteadOf(parts: readonly Candidate[], candidate: Candidate): boolean {
    const before = [...this.placed];
    const { used } = this;
    for (const part of parts) {
      const at = this.placed.findIndex(([placed]) => placed === part);
      const removed = at < 0 ? undefined : this.placed.splice(at, 1)[0];
      this.used -= removed?.[1].tokens ?? 0;
    }
    if (this.add(candidate)) return true;
    this.placed.splice(0, this.placed.length, ...before);
    this.used = used;
    return false;
  }

  /** Place as much of a candidate's outline as there is room for, and say that the rest is left out. */
  outline(candidate: Candidate): void {
    for (let lines = candidate.text.split('\n').length; lines >= 1; lines = Math.floor(lines / 2)) {
      const text = outlineOf(candidate.text, candidate.markdown, lines, candidate.path === undefined ? undefined : candidate.source);
      if (text.length < candidate.text.length && this.place(candidate, true, text)) {
        this.leave(candidate, `${this.noRoom(candidate)}; its outline is in`);
        return;
      }
    }
    this.leave(candidate, this.noRoom(candidate));
  }

  leave(candidate: Candidate, reason: string): void {
    this.omitted.push({ source: candidate.source, heading: candidate.heading, tokens: this.tokensOf(candidate), reason, named: candidate.named });
  }

  noRoom(candidate: Candidate): string {
    return this.tokensOf(candidate) > this.budget ? 'larger than the budget' : 'no room left in the budget';
  }

  private place(candidate: Candidate, outline: boolean, text: string): boolean {
    const tokens = this.tokensOf(candidate, outline, text);
    if (this.used + tokens > this.budget) return false;
    this.used += tokens;
    const { source, heading, lines, reason, whole, stable, scoped, strategy } = candidate;
    const more = { ...(scoped ? { scoped } : {}), ...(strategy && !outline ? { strategy } : {}) };
    this.placed.push([candidate, { source, heading, lines, outline, tokens, reason, text, whole, stable, ...more }]);
    return true;
  }
}
