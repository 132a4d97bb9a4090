import { posix } from 'node:path';
import { attemptName, countingAttempt } from '../journal/countingAttempt';
import type { AttemptEnded } from '../journal/records';
import { readState } from '../journal/state';
import type { OfItem } from '../journal/unitHistory';
import type { Effort } from '../ports';
import { planTask } from '../steering/plan';
import type { Task } from '../steering/task';
import type { Engine } from './engine';
import { indexOf } from './scope';

/** One attempt as it is listed: what was tried, what it cost, what was found. */
export interface ListedAttempt {
  /** Number and title of the stage. */
  stage: number;
  title: string;
  /** Of `Each`, from 1. */
  item?: number;
  run: string;
  /** Tier and number, as in the name of its output: how it is named to restore it. */
  name: string;
  /** ISO 8601, UTC. */
  at: string;
  by: AttemptEnded['by'];
  model: string;
  effort?: Effort;
  /** The rung of the ladder it stood on. */
  rung?: string;
  status: AttemptEnded['status'];
  /** True for the one whose output counts for the stage or item. */
  counts: boolean;
  /** Checks that did not pass, as `check: message`. */
  failed: string[];
  /** Why there is no verdict. */
  error?: string;
  /** A person's reason for accepting it. */
  reason?: string;
  stopReason?: string;
  advisor?: AttemptEnded['advisor'];
  usd: number;
  ms: number;
  /** Its output, absolute; undefined where it left none. */
  output?: string;
  /** What an escalation changed, as a file to read, absolute. */
  diff?: string;
}

/** All attempts at the stages of a task, or at one of them, in the order of the stages and then of time. @throws UserError (exit 2) for a number that no stage has */
export async function listAttempts(engine: Pick<Engine, 'files'>, task: Task, number?: number): Promise<ListedAttempt[]> {
  const plan = await planTask(task, engine.files);
  const only = number === undefined ? undefined : indexOf(plan, number);
  const state = await readState(engine.files, task.haikuFolder, task.slug);
  const listed: ListedAttempt[] = [];
  for (const { stage, index } of plan.stages) {
    if (only !== undefined && index !== only) continue;
    const history = state.stages.get(stage.slug);
    const keyOf = ({ item, itemKey }: OfItem) => itemKey ?? item;
    const counting = new Map((history?.attempts ?? []).map((attempt) => [keyOf(attempt), attempt]));
    for (const [key, attempt] of counting) counting.set(key, countingAttempt(history, attempt) ?? attempt);
    for (const attempt of history?.attempts ?? []) {
      const { item, run, at, by, model, effort, rung, status, checks, error, reason, stopReason, advisor, usd, ms, output, folder, escalation } = attempt;
      listed.push({
        stage: stage.number,
        title: stage.title,
        item,
        run,
        name: attemptName(attempt),
        at,
        by,
        model,
        effort,
        rung,
        status,
        counts: counting.get(keyOf(attempt)) === attempt,
        failed: checks.filter((check) => check.status !== 'pass').map(({ text, message }) => `${text}: ${message}`),
        error,
        reason,
        stopReason,
        advisor,
        usd,
        ms,
        output: output && posix.join(folder, output),
        diff: escalation?.diff && posix.join(folder, escalation.diff),
      });
    }
  }
  return listed;
}
