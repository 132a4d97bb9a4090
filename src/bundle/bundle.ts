import { kindOf } from '../steering/kinds';
import type { Plan } from '../steering/plan';
import { backgroundFiles } from './backgroundFiles';
import { budgetFor } from './budget';
import type { Bundle, BundleContext, Candidate, Omitted, Piece } from './bundleTypes';
import { excludedBy } from './exclusions';
import { namedSources } from './named';
import { outlineOf } from './outline';
import { projectFiles } from './projectFiles';
import { Reading } from './reading';
import { renderDocument } from './render';

/**
 * What one stage is shown, and why.
 *
 * Who goes first when the budget is short: what the stage names (the small ones first, so that as much as can be is whole), then the project's
 * files, then sections of background by relevance. A named or project file that does not fit gives its outline and is listed as left out.
 * How they are laid out: the project's files, VOICE.md, other files, background, inputs, outputs of earlier stages.
 *
 * @throws UserError (exit 2) with the place in the CONTEXT.md where the stage names what can't be had, or what lies outside of the workspace.
 */
export async function assembleBundle(plan: Plan, index: number, context: BundleContext): Promise<Bundle> {
  const planned = plan.stages[index];
  if (!planned) throw new RangeError(`There is no stage at ${index}.`);
  const reading = new Reading(plan.task, context.files);
  const named = await namedSources(plan, planned, context, reading);
  const project = await projectFiles(reading);
  const background = await backgroundFiles(planned, context, reading);
  const places = new Map(project.candidates.map(({ source }, i) => [source, i]));
  // A project file keeps its place in the shared beginning for the stage that names it, too.
  const inPlace = named.candidates.map((candidate) => (places.has(candidate.source) ? { ...candidate, stable: true } : candidate));
  const groups = [inPlace, project.candidates, background.candidates];
  const fit = new Fitting(budgetFor(planned.stage, plan.task.document, context), context.countTokens);
  fit.omitted.push(...named.omitted, ...project.omitted, ...background.omitted);

  const wanted = withoutExcluded(withoutRepeats(groups), plan, index, fit);
  const [asked = [], ofProject = [], sections = []] = wanted;
  const bySize = asked.map((candidate) => ({ candidate, tokens: fit.tokensOf(candidate) })).sort((a, b) => a.tokens - b.tokens);
  const tooLarge = bySize.filter(({ candidate }) => !fit.add(candidate)).map(({ candidate }) => candidate);
  for (const candidate of asked) if (tooLarge.includes(candidate)) fit.outline(candidate);
  for (const candidate of ofProject) {
    const parts = asked.filter((part) => covers(candidate, part));
    if (!fit.addInsteadOf(parts, candidate)) fit.outline(candidate);
  }
  for (const candidate of sections) if (!fit.add(candidate)) fit.leave(candidate, fit.noRoom(candidate));

  const ordered = wanted
    .flat()
    .map((candidate, i) => ({ candidate, layer: layer(candidate, sections), within: places.get(candidate.source) ?? places.size + i }));
  ordered.sort((a, b) => a.layer - b.layer || a.within - b.within);
  const placed = new Map(fit.placed);
  const pieces = ordered.flatMap(({ candidate }) => placed.get(candidate) ?? []);
  return { stage: planned.stage.number, budget: fit.budget, tokens: fit.used, pieces, omitted: fit.omitted, missing: named.missing };
}

/** What changes least stands first, so that calls share as long a beginning as can be. */
function layer(candidate: Candidate, background: readonly Candidate[]): number {
  if (candidate.stable) return kindOf(candidate.source) === 'voice' ? 1 : 0;
  if (candidate.path !== undefined) return background.includes(candidate) ? 3 : 2;
  return candidate.source.startsWith('stage:') ? 5 : 4;
}

/** Each thing once: what another candidate of its own or an earlier group holds already is dropped. */
function withoutRepeats(groups: readonly Candidate[][]): Candidate[][] {
  const kept: Candidate[] = [];
  return groups.map((group) => {
    const own = group.filter((candidate, at) => {
      if (kept.some((other) => covers(other, candidate))) return false;
      return !group.some((other, i) => i !== at && covers(other, candidate) && (i < at || !covers(candidate, other)));
    });
    kept.push(...own);
    return own;
  });
}

function covers(holder: Candidate, part: Candidate): boolean {
  if (holder.source !== part.source) return false;
  if (holder.whole) return true;
  if (part.whole || !holder.lines || !part.lines) return false;
  return holder.lines[0] <= part.lines[0] && part.lines[1] <= holder.lines[1];
}

function withoutExcluded(groups: readonly Candidate[][], plan: Plan, index: number, fit: Fitting): Candidate[][] {
  const names = plan.stages[index]?.stage.context.exclude ?? [];
  return groups.map((group) =>
    group.flatMap((candidate) => {
      let text = candidate.text;
      for (const name of names) {
        const excluded = excludedBy(name, { ...candidate, text }, plan.task);
        if (!excluded) continue;
        fit.leave({ ...candidate, heading: excluded.heading, text: excluded.left, named: false }, 'left out by Context: not …');
        if (excluded.rest === undefined) return [];
        text = excluded.rest;
      }
      return text === candidate.text ? [candidate] : [{ ...candidate, text }];
    }),
  );
}

/** Fills a budget, and never goes over it. */
class Fitting {
  readonly placed: [Candidate, Piece][] = [];
  readonly omitted: Omitted[] = [];
  used = 0;

  constructor(
    readonly budget: number,
    private readonly countTokens: (text: string) => number,
  ) {}

  tokensOf(candidate: Candidate, outline = false, text = candidate.text): number {
    // Three digits, so that a document does not grow when it gets its place.
    return this.countTokens(renderDocument({ ...candidate, outline, text }, 100));
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
      const text = outlineOf(candidate.text, candidate.markdown, lines);
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
    const { source, heading, lines, reason, whole, stable } = candidate;
    this.placed.push([candidate, { source, heading, lines, outline, tokens, reason, text, whole, stable }]);
    return true;
  }
}
