import { posix } from 'node:path';
import type { Catalog } from '../catalog/catalog';
import type { AttemptEnded, CheckVerdict, StageStatus } from '../journal/journal';
import type { Advised } from '../journal/records';
import { addUsage, noUsage } from '../journal/usage';
import { allOpus, allOpusLow, closingAnswers } from '../money/rivals';
import type { PlannedStage } from '../steering/plan';
import type { RunResult, StageResult } from './engine';
import type { UnitResult } from './unitRun';

/** A stage that did not begin, or broke off before it had anything to show. */
export function emptyResult({ stage }: PlannedStage, status: StageStatus, path: string | null, message?: string): StageResult {
  return {
    number: stage.number,
    title: stage.title,
    slug: stage.slug,
    status,
    model: '',
    effort: stage.runner.effort,
    ...(stage.runner.escalation ? { escalationExpected: true as const } : {}),
    attempts: 0,
    output: { path, text: '' },
    checks: [],
    usage: noUsage,
    usd: 0,
    ms: 0,
    message,
  };
}

/** A stage that broke off: what its attempts on record used is paid for, though none of them counts. */
export function brokenResult(planned: PlannedStage, status: StageStatus, made: readonly AttemptEnded[], path: string | null, message?: string): StageResult {
  const empty = emptyResult(planned, status, path, message);
  const own = made.filter((record) => record.stage === planned.stage.slug);
  const last = own.at(-1);
  return last ? { ...empty, model: last.model, effort: last.effort, checks: last.checks, stopReason: last.stopReason, ...spentOn(own) } : empty;
}

function spentOn(records: readonly AttemptEnded[]): Pick<StageResult, 'attempts' | 'usage' | 'usd' | 'ms' | 'advisor'> {
  const advised = records.flatMap(({ advisor }) => advisor ?? []);
  return {
    ...(advised.length ? { advisor: advised.reduce((sum, next) => sumOfAdvice(sum, next)) } : {}),
    attempts: records.length,
    usage: records.reduce((sum, { usage }) => addUsage(sum, usage), noUsage),
    usd: records.reduce((sum, { usd }) => sum + usd, 0),
    ms: records.reduce((sum, { ms }) => sum + ms, 0),
  };
}

function sumOfAdvice(a: Advised, b: Advised): Advised {
  return { model: b.model, consults: a.consults + b.consults, usage: addUsage(a.usage, b.usage), usd: a.usd + b.usd };
}

/** What came of a stage: the verdicts of the attempt that counts; tokens, USD and time of all attempts of this run. A cached stage costs nothing. */
export function stageResult(
  planned: PlannedStage,
  status: StageStatus,
  units: readonly UnitResult[],
  text: string,
  path: string | null,
  folder: string,
  message?: string,
): StageResult {
  // What an earlier run has paid for costs nothing now.
  const attempts = units.filter((unit) => unit.status !== 'cached').flatMap((unit) => unit.attempts.filter(({ earlier }) => earlier === undefined));
  const ends = units.map((unit) => unit.attempts[unit.attempts.length - 1]?.record);
  // Of several items those that ran now say which model it was.
  const ran = units.findLastIndex((unit) => unit.status !== 'cached');
  const end = ends[Math.max(0, ran)];
  const several = ends.length > 1;
  const checks: CheckVerdict[] = ends.flatMap((record, i) =>
    (record?.checks ?? []).map((check) => (several ? { ...check, message: `Item ${i + 1}: ${check.message}` } : check)),
  );
  return {
    ...emptyResult(planned, status, path, message ?? end?.error),
    model: end?.model ?? '',
    effort: end?.effort,
    output: { path: status === 'passed' || status === 'cached' ? path : null, text, file: end && !several ? keptFile(end, folder) : undefined },
    checks,
    stopReason: end?.stopReason,
    ...spentOn(attempts.filter(({ earlier }) => earlier === undefined).map(({ record }) => record)),
    attempts: attempts.length,
  };
}

/** Where a run keeps the output of an attempt; one that passed earlier is in the folder of its own run. */
function keptFile(record: AttemptEnded & { folder?: string }, folder: string): string | undefined {
  return record.output === undefined ? undefined : posix.join(record.folder ?? folder, record.output);
}

/**
 * The sum of a run. `allOpusUsd` prices the tokens of each model stage's last answer at Opus: what the run would have cost had Opus
 * done every stage at once, with answers of the same length.
 */
export function totalOf(stages: readonly StageResult[], attempts: readonly AttemptEnded[], ms: number, catalog: Catalog): RunResult['total'] {
  const closing = closingAnswers(attempts);
  return {
    usd: stages.reduce((sum, stage) => sum + stage.usd, 0),
    ms,
    allOpusUsd: closing.reduce((sum, record) => sum + allOpus(record, catalog), 0),
    allOpusLowUsd: closing.reduce((sum, record) => sum + allOpusLow(record, catalog), 0),
  };
}
