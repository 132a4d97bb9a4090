import type { RunEvent, StageResult } from '../stage/engine';
import type { Task } from '../steering/task';
import { jsonText } from './json';
import { shownStage, stageJson, stageLines } from './runReport';
import type { Surroundings } from './surroundings';

/** What a decision about one stage came to, on stdout; the exit code: 0 where the stage has passed, 1 where it has not. */
export function tellReview(around: Surroundings, task: Task, run: string | undefined, made: StageResult, json: boolean | undefined): number {
  const stage = shownStage(around, task, made);
  const status = stage.status === 'passed' ? 'passed' : 'failed';
  if (json) around.stdout(jsonText({ run: run ?? null, status, stages: [stageJson(stage)], total: { usd: stage.usd, ms: stage.ms } }));
  else around.stdout(`${stageLines(stage).join('\n')}\n`);
  return status === 'passed' ? 0 : 1;
}

/** Tells what a review notes on its way, and remembers the id of the run it went on record as. */
export function reviewEvents(around: Pick<Surroundings, 'stderr'>): { run?: string; onEvent(event: RunEvent): void } {
  const told: { run?: string; onEvent(event: RunEvent): void } = {
    onEvent(event) {
      if (event.type === 'note') around.stderr(`${event.message}\n`);
      if (event.type === 'record' && event.record.type === 'run') told.run = event.record.run;
    },
  };
  return told;
}
