import { type Tier, tiers } from '../catalog/models';
import { type Effort, efforts, UserError } from '../ports';
import type { Stage } from '../steering/contextTypes';

/** One try of a stage, as a person writes it. */
export interface Rung {
  /** `own` is the model of the stage's runner, whatever that is. */
  tier: Tier | 'own';
  /** The stage's own effort where nothing is said; on a dearer tier that model's default. */
  effort?: Effort;
  /** What failed goes along. A dearer tier is told in any case. */
  feedback: boolean;
}

/** What is tried one after the other until a stage passes. */
export type Ladder = readonly Rung[];

/** The stage as it is; the same with what its checks found; the same at high effort. After that a person decides. */
export const defaultLadder: Ladder = [
  { tier: 'own', feedback: false },
  { tier: 'own', feedback: true },
  { tier: 'own', effort: 'high', feedback: true },
];

/** More tries than this are a mistake in the text, not a wish. */
const mostRungs = 10;

const rungForm = 'a rung is `haiku`, `sonnet`, `opus` or `own`, then perhaps an effort, then perhaps `+feedback`, such as `haiku high+feedback`';

/**
 * A ladder from text such as `haiku, haiku+feedback, haiku high+feedback, sonnet, opus`. The tier it begins with stands for each stage's own model.
 * @param source what is named in the message, such as `--ladder`
 * @throws UserError (exit 2) with the rung that can't be read, or that can't stand where it stands
 */
export function parseLadder(text: string, source: string): Ladder {
  const refuse = (what: string, todo: string): never => {
    throw new UserError(`${source}: ${what}`, { todo, exitCode: 2 });
  };
  const written = text
    .split(/,|→|->/)
    .map((part) => part.trim().toLowerCase())
    .filter(Boolean);
  if (!written.length) refuse('the ladder is empty.', 'Write at least `haiku`.');
  if (written.length > mostRungs) refuse(`the ladder has ${written.length} rungs.`, `Write at most ${mostRungs}.`);
  const rungs = written.map((part): Rung => {
    const match = /^([a-z]+)(?:\s+([a-z]+)(?:\s+effort)?)?\s*(\+\s*feedback)?$/.exec(part);
    const tier = [...tiers, 'own' as const].find((each) => each === match?.[1]);
    const effort = efforts.find((each) => each === match?.[2]);
    if (!match || !tier) return refuse(`“${part}” is no rung.`, `Write it like this: ${rungForm}.`);
    if (match[2] && !effort) return refuse(`“${match[2]}” in “${part}” is no effort.`, `Efforts are ${efforts.join(', ')}.`);
    return { tier, ...(effort ? { effort } : {}), feedback: match[3] !== undefined };
  });
  if (rungs[0]?.feedback) refuse('the first try can have no feedback.', `Begin with \`${written[0]?.replace(/\s*\+.*/, '')}\`.`);
  const first = rungs[0]?.tier;
  if (first !== 'own' && first !== 'haiku') refuse(`the ladder begins with ${first}.`, 'Begin with `haiku`, which stands for the model each stage names.');
  rungs.forEach((rung, i) => {
    const before = rungs[i - 1];
    if (before && rank(rung.tier) < rank(before.tier))
      refuse(`“${written[i]}” stands after ${before.tier}, which is dearer.`, 'Write the rungs from cheap to dear.');
  });
  return rungs.map((rung) => ({ ...rung, tier: rung.tier === 'haiku' ? 'own' : rung.tier }));
}

/** A ladder as it is written, `haiku` for each stage's own model. */
export function ladderText(ladder: Ladder): string {
  return ladder.map(({ tier, effort, feedback }) => `${tier === 'own' ? 'haiku' : tier}${effort ? ` ${effort}` : ''}${feedback ? '+feedback' : ''}`).join(', ');
}

function rank(tier: Tier | 'own' | 'code'): number {
  return tiers.indexOf(tier as Tier);
}

/** A rung for one stage: the model's tier and effort are decided. */
export interface StageRung {
  tier: Tier;
  effort?: Effort;
  feedback: boolean;
  /** On a dearer tier than the stage's own: an escalation. */
  dearer: boolean;
}

/** A rung as it goes on record, in the setting's own words. */
export function rungText({ tier, effort, feedback, dearer }: StageRung): string {
  return `${tier}${effort ? ` ${effort}` : ''}${feedback && !dearer ? '+feedback' : ''}`;
}

export interface LadderSettings {
  /** `defaultLadder` where nothing is said. */
  ladder?: Ladder;
  /** The most that climbing to dearer models by itself may cost in one run, in USD: 0 or nothing means never. */
  maxEscalationUsd?: number;
}

/**
 * The rungs of one stage. `Retries: n` in the stage means n tries with feedback after the first, at its own effort. A rung that would ask the same
 * again under another name is left out: high effort on a model that takes none, or where the stage is at high effort already.
 * @param takesEffort whether the model of a tier takes an effort
 */
export function rungsOf(stage: Pick<Stage, 'runner' | 'retries' | 'fields'>, settings: LadderSettings, takesEffort: (tier: Tier) => boolean): StageRung[] {
  const { tier: own, effort: written } = stage.runner;
  if (own === 'code') return [];
  const ladder = settings.ladder ?? defaultLadder;
  const ownRungs: Ladder = stage.fields.some((field) => field.name === 'Retries')
    ? [{ tier: 'own', feedback: false }, ...Array.from({ length: stage.retries }, (): Rung => ({ tier: 'own', feedback: true }))]
    : ladder.filter((rung) => rung.tier === 'own');
  const climbs = (settings.maxEscalationUsd ?? 0) > 0;
  const dearer = climbs ? ladder.filter((rung) => rung.tier !== 'own' && rank(rung.tier) > rank(own)) : [];
  const rungs: { rung: StageRung; from: Rung }[] = [];
  for (const from of [...ownRungs, ...dearer]) {
    const isOwn = from.tier === 'own';
    const tier = from.tier === 'own' ? own : from.tier;
    const wanted = isOwn ? higher(written, from.effort) : from.effort;
    const rung: StageRung = { tier, effort: takesEffort(tier) ? wanted : undefined, feedback: from.feedback || !isOwn, dearer: !isOwn };
    if (rungs.some((earlier) => sameTry(earlier.rung, rung) && !sameText(earlier.from, from))) continue;
    rungs.push({ rung, from });
  }
  return rungs.map(({ rung }) => rung);
}

/** A stage's own effort is what it needs: a ladder may ask for more, never for less. */
function higher(written: Effort | undefined, asked: Effort | undefined): Effort | undefined {
  if (!written || !asked) return written ?? asked;
  return efforts.indexOf(asked) > efforts.indexOf(written) ? asked : written;
}

function sameTry(a: StageRung, b: StageRung): boolean {
  return a.tier === b.tier && a.effort === b.effort && a.feedback === b.feedback;
}

function sameText(a: Rung, b: Rung): boolean {
  return a.tier === b.tier && a.effort === b.effort && a.feedback === b.feedback;
}

/** The dearer tiers that a stage may climb to by itself, from cheap to dear. */
export function dearerTiers(stage: Pick<Stage, 'runner' | 'retries' | 'fields'>, settings: LadderSettings): Tier[] {
  return [...new Set(rungsOf(stage, settings, () => true).flatMap((rung) => (rung.dearer ? [rung.tier] : [])))];
}

/** The dearest tier that one of the stages may climb to by itself; undefined where none may. */
export function climbsTo(stages: readonly Pick<Stage, 'runner' | 'retries' | 'fields'>[], settings: LadderSettings): Tier | undefined {
  const reached = stages.flatMap((stage) => dearerTiers(stage, settings));
  return [...tiers].reverse().find((tier) => reached.includes(tier));
}
