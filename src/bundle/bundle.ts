import { kindOf } from '../steering/kinds';
import type { Plan } from '../steering/plan';
import { backgroundFiles } from './backgroundFiles';
import { budgetFor } from './budget';
import type { Bundle, BundleContext, Candidate, SecretFinding } from './bundleTypes';
import { excludedBy } from './exclusions';
import { Fitting } from './fitting';
import { namedSources } from './named';
import { projectFiles } from './projectFiles';
import { Reading } from './reading';
import { asksForRelevant, mostUnasked, relevantCode } from './relevantCode';
import { secretLeft, secretsOf } from './secretFindings';
import { strategyPieces } from './strategyPieces';

/**
 * What one stage is shown, and why.
 *
 * Who goes first when the budget is short: what the stage names (the small ones first, so that as much as can be is whole), then the project's
 * files, then sections of background by relevance, then, where the stage asks for it, parts of the project's own files by relevance. A named or project
 * file that does not fit gives its outline and is listed as left out. What holds a secret is left out, and listed in `secrets`.
 * How they are laid out: the project's files, VOICE.md, rules and project files for this stage alone, other files, background, relevant code, inputs,
 * outputs of earlier stages.
 *
 * @throws UserError (exit 2) with the place in the CONTEXT.md where the stage names what can't be had, or what lies outside of the workspace.
 */
export async function assembleBundle(plan: Plan, index: number, context: BundleContext): Promise<Bundle> {
  const planned = plan.stages[index];
  if (!planned) throw new RangeError(`There is no stage at ${index}.`);
  const reading = context.reading ?? new Reading(plan.task, context.files);
  const named = await namedSources(plan, planned, context, reading);
  const project = await projectFiles(planned, reading, context.files);
  const background = await backgroundFiles(planned, context, reading);
  const places = new Map(project.candidates.map((candidate, i) => [candidate.source, { i, scoped: candidate.scoped }]));
  // A project file keeps its place in the shared beginning for the stage that names it, too; one that only this stage gets does not come between.
  const inPlace = named.candidates.map((candidate) => {
    const place = places.get(candidate.source);
    return place ? { ...candidate, stable: true, scoped: place.scoped } : candidate;
  });
  const strategies = await strategyPieces(planned, context, reading);
  const groups = [[...inPlace, ...strategies.candidates], project.candidates, background.candidates];
  const fit = new Fitting(budgetFor(planned.stage, plan.task.document, context), context.countTokens);
  fit.omitted.push(...named.omitted, ...strategies.omitted, ...project.omitted, ...background.omitted);

  const secrets = new Secrets(context, reading, fit);
  const wanted: Candidate[][] = [];
  for (const group of withoutExcluded(withoutRepeats(groups), plan, index, fit)) wanted.push(await secrets.without(group));
  const [asked = [], ofProject = [], sections = []] = wanted;
  const bySize = asked.map((candidate) => ({ candidate, tokens: fit.tokensOf(candidate) })).sort((a, b) => a.tokens - b.tokens);
  const tooLarge = bySize.filter(({ candidate }) => !fit.add(candidate)).map(({ candidate }) => candidate);
  for (const candidate of asked) if (tooLarge.includes(candidate)) fit.outline(candidate);
  for (const candidate of ofProject) {
    const parts = asked.filter((part) => covers(candidate, part));
    if (!fit.addInsteadOf(parts, candidate)) fit.outline(candidate);
  }
  for (const candidate of sections) if (!fit.add(candidate)) fit.leave(candidate, fit.noRoom(candidate));

  const relevant: Candidate[] = [];
  const by = asksForRelevant(planned, context);
  if (by) {
    const names = planned.stage.context.exclude;
    const code = await relevantCode(plan, planned, context, {
      by,
      shown: fit.shown(),
      excluded: (candidate) => names.some((name) => excludedBy(name, candidate, plan.task) !== undefined),
    });
    const { taken, omitted } = code.take(fit.room(by === 'stage' ? undefined : mostUnasked));
    for (const candidate of await secrets.without(taken)) {
      if (fit.add(candidate)) relevant.push(candidate);
      else fit.leave(candidate, fit.noRoom(candidate));
    }
    fit.omitted.push(...omitted);
  }

  const ordered = [...wanted.flat(), ...relevant].map((candidate, i) => ({
    candidate,
    layer: layer(candidate, sections, relevant),
    within: places.get(candidate.source)?.i ?? places.size + i,
  }));
  ordered.sort((a, b) => a.layer - b.layer || a.within - b.within);
  const placed = new Map(fit.placed);
  const pieces = ordered.flatMap(({ candidate }) => placed.get(candidate) ?? []);
  return { stage: planned.stage.number, budget: fit.budget, tokens: fit.used, pieces, omitted: fit.omitted, missing: named.missing, secrets: secrets.found };
}

/** What changes least stands first, so that calls share as long a beginning as can be. */
function layer(candidate: Candidate, background: readonly Candidate[], relevant: readonly Candidate[]): number {
  if (candidate.stable) return kindOf(candidate.source) === 'voice' ? 1 : candidate.scoped ? 2 : 0;
  if (candidate.path !== undefined) return background.includes(candidate) ? 4 : relevant.includes(candidate) ? 5 : 3;
  return candidate.source.startsWith('stage:') ? 7 : 6;
}

/** Takes out of what could become pieces all that holds a secret, and keeps where. */
class Secrets {
  readonly found: SecretFinding[] = [];

  constructor(
    private readonly context: BundleContext,
    private readonly reading: Reading,
    private readonly fit: Fitting,
  ) {}

  async without(candidates: readonly Candidate[]): Promise<Candidate[]> {
    const { allowedSecrets: allowed = new Set<string>() } = this.context;
    if (allowed === 'all') return [...candidates];
    const clean: Candidate[] = [];
    for (const candidate of candidates) {
      const findings = await secretsOf(candidate, allowed, this.reading);
      if (findings.length) {
        this.found.push(...findings);
        this.fit.leave(candidate, secretLeft(findings));
      } else clean.push(candidate);
    }
    return clean;
  }
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
