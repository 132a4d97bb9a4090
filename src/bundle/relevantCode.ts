import { posix } from 'node:path';
import { kindOf } from '../steering/kinds';
import { isRelevantCode, type Plan, type PlannedStage } from '../steering/plan';
import type { BundleContext, Candidate, Omitted } from './bundleTypes';
import { isMarkdown } from './parts';
import type { RankedPart } from './projectIndex';
import type { Found } from './projectTexts';
import { sharedWords } from './queryReason';
import { stageQuery } from './stageQuery';
import { type Stretch, shownStretch, stretchesOf } from './stretches';

/**
 * Below this share of the best part's value a part shares only stray words with the stage. Measured on commits' messages: at 0.35 no file that was touched is lost
 * at 8k, 16k and 32k tokens, and 5% and 15% of the tokens are saved at the latter two; 0.45 loses one file in fifty.
 */
const relevant = 0.35;
/** The most that a stage gets of it which did not ask. Tokens. */
export const mostUnasked = 16_000;
/** So many files that came next are named as left out. */
const omittedFiles = 20;

/** The parts of a project's own files in the order in which they fit a stage, to be taken until the budget is full. */
export interface RelevantCode {
  /**
   * As much of the best parts as `fits` says yes to, parts of one file that meet joined: it is asked with what a file takes with one part more, and what it took
   * before. What comes after the first that does not fit is left out: a larger budget only ever adds.
   */
  take(fits: (candidates: readonly Candidate[], replaced: readonly Candidate[]) => boolean): { taken: Candidate[]; omitted: Omitted[] };
}

/** By whom a stage is given relevant code: it asks itself, or settings do for all that say nothing; undefined where nobody does, and for commands. */
export function asksForRelevant({ stage, context }: PlannedStage, settings: Pick<BundleContext, 'relevantCode'>): 'stage' | 'settings' | undefined {
  if (context.some(({ source }) => source.kind === 'relevant')) return 'stage';
  if (!settings.relevantCode || stage.runner.tier === 'code') return undefined;
  return stage.context.exclude.some(({ text }) => isRelevantCode(text)) ? undefined : 'settings';
}

/**
 * What of the project's own files fits a stage, best first. Never what is `shown` already, a steering file (these have rules of their own), what this
 * task's stages write (a run would change what it was made from), or what `Context: not …` leaves out.
 */
export async function relevantCode(
  plan: Plan,
  planned: PlannedStage,
  context: BundleContext,
  asked: {
    by: 'stage' | 'settings';
    shown: ReadonlyMap<string, 'all' | [from: number, to: number][]>;
    excluded: (candidate: Candidate) => boolean;
  },
): Promise<RelevantCode> {
  const { folder, workspace } = plan.task;
  const project = await (await context.project?.(workspace))?.find(stageQuery(planned, context.item));
  if (!project) {
    const reason = "the project's own files were not looked at";
    return { take: () => ({ taken: [], omitted: [{ source: 'relevant code', heading: null, tokens: 0, reason, named: asked.by === 'stage' }] }) };
  }
  const written = plan.stages.flatMap(({ stage: { output, each } }) =>
    output?.path ? [writtenBy(posix.relative(workspace, posix.resolve(folder, output.path)), each?.item)] : [],
  );
  const passed = new Map<string, boolean>();
  const isPassed = (part: RankedPart): boolean => {
    const known = passed.get(part.path);
    if (known !== undefined) return known;
    const { path } = part;
    // A copy of a task says the same as the task.
    const own = /(?:^|\/)(?:\.haiku\/|CONTEXT[^/]*\.md$)/.test(path) || kindOf(path) !== undefined || written.some((matches) => matches(path));
    const answer = own || asked.shown.get(path) === 'all' || asked.excluded(bareCandidate(project, part, workspace));
    passed.set(path, answer);
    return answer;
  };
  const isShown = ({ path, from, to }: RankedPart): boolean => {
    const lines = asked.shown.get(path) ?? [];
    return lines === 'all' || lines.some(([first, last]) => first <= to && from < last);
  };
  const ranked = project.ranked.filter((part) => !isShown(part) && !isPassed(part));
  const least = (ranked[0]?.value ?? 0) * relevant;
  return {
    take(fits) {
      const taken: RankedPart[] = [];
      const left: RankedPart[] = [];
      const byFile = new Map<string, { parts: RankedPart[]; candidates: Candidate[] }>();
      for (const part of ranked) {
        if (part.value < least) break;
        const own = byFile.get(part.path) ?? { parts: [], candidates: [] };
        const parts = [...own.parts, part];
        const candidates = left.length ? [] : stretchesOf(parts).map((stretch) => candidateOf(project, stretch, workspace, asked.by));
        if (candidates.length && fits(candidates, own.candidates)) {
          byFile.set(part.path, { parts, candidates });
          taken.push(part);
        } else left.push(part);
      }
      return {
        // By path, not by value: how well parts fit depends a little on every file there is, and what is sent should not change with a file that is not.
        taken: [...byFile].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, { candidates }]) => candidates),
        omitted: omittedOf(left, taken, project, context),
      };
    },
  };
}

/** Whether a path is what a stage writes, whatever stands in the place of the item of `Each`. */
function writtenBy(output: string, item: string | undefined): (path: string) => boolean {
  const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const form = item
    ? output
        .split(new RegExp(`\\{${escaped(item)}\\}|\\b${escaped(item)}\\b`))
        .map(escaped)
        .join('[^/]*')
    : escaped(output);
  const matcher = new RegExp(`^${form}$`);
  return (path) => matcher.test(path);
}

/** What can be excluded is told by path and text alone: nothing is parsed for it. */
function bareCandidate(project: Found, { path, start, end }: Stretch, workspace: string): Candidate {
  const text = (project.texts.get(path) ?? '').slice(start, end);
  const place = { source: path, path: posix.join(workspace, path), heading: null, lines: null };
  return { ...place, text, reason: '', stable: false, named: false, markdown: isMarkdown(path), whole: false, names: [] };
}

function candidateOf(project: Found, stretch: Stretch, workspace: string, by: 'stage' | 'settings'): Candidate {
  const { path } = stretch;
  return {
    source: path,
    path: posix.join(workspace, path),
    reason: `relevant code${by === 'settings' ? ', as settings say' : ''}: ${sharedWords(stretch.words, 'the stage')}`,
    stable: false,
    named: false,
    markdown: isMarkdown(path),
    names: [],
    ...shownStretch(project.texts.get(path) ?? '', stretch),
  };
}

function omittedOf(left: readonly RankedPart[], taken: readonly Stretch[], project: Found, context: BundleContext): Omitted[] {
  const shown = new Set(taken.map((part) => part.path));
  const found = new Map<string, Omitted>();
  for (const { path } of left) {
    if (shown.has(path) || found.has(path)) continue;
    if (found.size === omittedFiles) break;
    found.set(path, {
      source: path,
      heading: null,
      tokens: context.countTokens(project.texts.get(path) ?? ''),
      reason: 'relevant code: no room left in the budget',
      named: false,
    });
  }
  for (const path of project.restless)
    found.set(path, { source: path, heading: null, tokens: 0, reason: 'relevant code: kept changing while it was read', named: false });
  return [...found.values()];
}
