import { posix } from 'node:path';
import type { Catalog } from '../catalog/catalog';
import type { AttemptEnded, CheckVerdict, RunStatus, StageStatus } from '../journal/journal';
import type { Advised } from '../journal/records';
import { addUsage, noUsage } from '../journal/usage';
import { CapReached } from '../money/cap';
import { allOpus, allOpusLow, closingAnswers } from '../money/rivals';
import { Cancelled, type UserError } from '../ports';
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
    outputs: [],
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
  return last
    ? { ...empty, model: last.model, effort: last.effort, checks: ofItem(last.checks, last.item), stopReason: last.stopReason, ...spentOn(own) }
    : empty;
}

/** Verdicts that say of which item they are, by its number. */
function ofItem(checks: readonly CheckVerdict[], item: number | undefined): CheckVerdict[] {
  return checks.map((check) => (item === undefined ? check : { ...check, message: `Item ${item}: ${check.message}` }));
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

/**
 * What came of a stage: the verdicts of the attempt that counts; tokens, USD and time of all attempts of this run. A cached stage costs nothing.
 * @param outputs the files of the workspace that hold what passed
 */
export function stageResult(
  planned: PlannedStage,
  status: StageStatus,
  units: readonly UnitResult[],
  text: string,
  outputs: readonly string[],
  folder: string,
  message?: string,
): StageResult {
  const path = status === 'passed' || status === 'cached' ? (planned.stage.output?.path ?? null) : null;
  // What an earlier run has paid for costs nothing now.
  const attempts = units.filter((unit) => unit.status !== 'cached').flatMap((unit) => unit.attempts.filter(({ earlier }) => earlier === undefined));
  const ends = units.map((unit) => unit.attempts[unit.attempts.length - 1]?.record);
  // Of several items those that ran now say which model it was.
  const ran = units.findLastIndex((unit) => unit.status !== 'cached');
  const end = ends[Math.max(0, ran)];
  const several = ends.length > 1;
  const checks: CheckVerdict[] = ends.flatMap((record, i) => ofItem(record?.checks ?? [], several ? i + 1 : undefined));
  const failedItems = (several ? units : []).flatMap(({ status: own }, i) => {
    const record = ends[i];
    const file = own === 'failed' || own === 'error' ? record && keptFile(record, folder) : undefined;
    return file === undefined ? [] : [{ item: i + 1, file }];
  });
  return {
    ...emptyResult(planned, status, path, message ?? end?.error),
    model: end?.model ?? '',
    effort: end?.effort,
    output: { path, text, file: end && !several ? keptFile(end, folder) : undefined },
    outputs: [...outputs],
    ...(failedItems.length ? { failedItems } : {}),
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

/** How a run ended: as badly as the worst of its stages. Where a cap kept all others from beginning, it has failed. */
export function runStatus(stages: readonly Pick<StageResult, 'status'>[], stopped: UserError | undefined): RunStatus {
  if (stopped instanceof Cancelled) return 'cancelled';
  if (stages.some((stage) => stage.status === 'failed')) return 'failed';
  if (stages.some((stage) => stage.status === 'error')) return 'error';
  if (!stopped) return 'passed';
  return stopped instanceof CapReached ? 'failed' : 'error';
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
