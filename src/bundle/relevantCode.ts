import { posix } from 'node:path';
import { kindOf } from '../steering/kinds';
import type { Plan, PlannedStage } from '../steering/plan';
import type { BundleContext, Candidate, Omitted } from './bundleTypes';
import { isMarkdown } from './parts';
import type { RankedPart } from './projectIndex';
import type { Found } from './projectTexts';
import { stageQuery } from './stageQuery';
import { type Stretch, shownStretch, stretchesOf } from './stretches';

/** Below this share of the best part's value a part shares only stray words with the stage. */
const relevant = 0.25;
/** So many files that came next are named as left out. */
const omittedFiles = 20;

/** The parts of a project's own files in the order in which they fit a stage, to be taken until the budget is full. */
export interface RelevantCode {
  /**
   * As much of the best parts as `fits` says yes to, parts of one file that meet joined. What comes after the first that does not fit is left out: a larger
   * budget only ever adds.
   */
  take(fits: (candidate: Candidate) => boolean): { taken: Candidate[]; omitted: Omitted[] };
}

/** True where a stage asks for code by relevance. */
export function asksForRelevant({ context }: PlannedStage): boolean {
  return context.some(({ source }) => source.kind === 'relevant');
}

/**
 * What of the project's own files fits a stage, best first. Never what is `shown` already, a steering file (these have rules of their own), what this
 * task's stages write (a run would change what it was made from), or what `Context: not …` leaves out.
 */
export async function relevantCode(
  plan: Plan,
  planned: PlannedStage,
  context: BundleContext,
  skipped: { shown: ReadonlyMap<string, 'all' | [from: number, to: number][]>; excluded: (candidate: Candidate) => boolean },
): Promise<RelevantCode> {
  const { folder, workspace } = plan.task;
  const project = await (await context.project?.(workspace))?.find(stageQuery(planned, context.item));
  if (!project) {
    const reason = "the project's own files were not looked at";
    return { take: () => ({ taken: [], omitted: [{ source: 'relevant code', heading: null, tokens: 0, reason, named: true }] }) };
  }
  const written = plan.stages.flatMap(({ stage: { output, each } }) =>
    output?.path ? [writtenBy(posix.relative(workspace, posix.resolve(folder, output.path)), each?.item)] : [],
  );
  const passed = new Map<string, boolean>();
  const isPassed = (part: RankedPart): boolean => {
    const known = passed.get(part.path);
    if (known !== undefined) return known;
    const { path } = part;
    const own = /(?:^|\/)\.haiku\//.test(path) || kindOf(path) !== undefined || written.some((matches) => matches(path));
    const answer = own || skipped.shown.get(path) === 'all' || skipped.excluded(candidateOf(project, part, workspace));
    passed.set(path, answer);
    return answer;
  };
  const isShown = ({ path, from, to }: RankedPart): boolean => {
    const lines = skipped.shown.get(path) ?? [];
    return lines === 'all' || lines.some(([first, last]) => first <= to && from < last);
  };
  const ranked = project.ranked.filter((part) => !isShown(part) && !isPassed(part));
  const least = (ranked[0]?.value ?? 0) * relevant;
  return {
    take(fits) {
      const taken: RankedPart[] = [];
      const left: RankedPart[] = [];
      for (const part of ranked) {
        if (part.value < least) break;
        // The blank lines at its end count: where the next part is taken too, they are between the two.
        const whole = { ...candidateOf(project, part, workspace), text: (project.texts.get(part.path) ?? '').slice(part.start, part.end) };
        if (!left.length && fits(whole)) taken.push(part);
        else left.push(part);
      }
      return {
        // By path, not by value: how well parts fit depends a little on every file there is, and what is sent should not change with a file that is not.
        taken: stretchesOf([...taken].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.from - b.from))).map((stretch) =>
          candidateOf(project, stretch, workspace),
        ),
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

function candidateOf(project: Found, stretch: Stretch, workspace: string): Candidate {
  const { path } = stretch;
  return {
    source: path,
    path: posix.join(workspace, path),
    reason: "relevant code: fits the stage's task",
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
