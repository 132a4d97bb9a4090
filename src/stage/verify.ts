import { posix } from 'node:path';
import { cheapestFirst, combine, isDecided, isMeasured, measure, settle } from '../check/measure';
import type { CheckVerdict } from '../journal/journal';
import { addUsage, noUsage } from '../money/spending';
import type { ModelAnswer, ModelRequest, Usage } from '../ports';
import { secretReason } from '../secrets';
import { checkLine } from '../steering/checks';
import type { Check, Verdict } from '../steering/checkTypes';
import type { OutputFormat, Stage } from '../steering/contextTypes';
import type { PlannedStage } from '../steering/plan';
import type { Task } from '../steering/task';
import { gatherFacts, readIfThere } from './checkFacts';
import { commandFailure } from './command';
import type { Engine } from './engine';
import { judgeRefusal, judgeRequest, judgeVerdict, rubricFiles } from './judge';
import { askJudge, type JudgeDesk, type Judged } from './judgeDesk';

/** What a stage's checks say of one output, and what asking them cost. */
export interface Verification {
  verdicts: CheckVerdict[];
  usage: Usage;
  usd: number;
  /** What broke a check's own call off, and with it the rest of the checks. */
  broken?: unknown;
}

export interface VerifyContext extends Omit<JudgeDesk, 'engine'>, Omit<Judged, 'stage'> {
  /** Where the output is on disk, absolute. */
  outputFile: string;
  engine: Engine;
  task: Task;
  /** The stage, for where its output will stand. */
  planned?: PlannedStage;
  /** Slug of the stage. */
  slug: string;
  /** The same with the item's number, for recordings. */
  stage: string;
  /** USD of the stage's attempts so far, this one included. */
  costUsd: number;
  /** Contents of files named in `unchanged:` when the run began, by path as written. */
  before: ReadonlyMap<string, string | undefined>;
}

/** Ask all checks of a stage about an output: those that measure first, as they are free. A check that could not run is an error, never a pass. */
export async function verify(checks: readonly Check[], output: string, format: OutputFormat | undefined, context: VerifyContext): Promise<Verification> {
  const { engine } = context;
  const facts = await gatherFacts(checks, output, context);
  let usage = noUsage;
  let usd = 0;
  const ask = async (check: Check): Promise<Verdict> => {
    if (check.rule.kind === 'atLeast') {
      const inner = check.rule.of;
      const nested: (Verdict | undefined)[] = inner.map(() => undefined);
      // “Any of” that a count has settled asks no judge.
      for (const i of cheapestFirst(inner)) if (!isDecided(check, nested)) nested[i] = await ask(inner[i] as Check);
      return combine(check, nested);
    }
    if (isMeasured(check)) return measured(check, { text: output, format, facts }, engine.log);
    const asked = await askCostly(check, output, context);
    usage = addUsage(usage, asked.usage);
    usd += asked.usd;
    if (asked.broken !== undefined) throw asked.broken;
    return settle(check, asked.verdict);
  };
  const verdicts: (CheckVerdict | undefined)[] = checks.map(() => undefined);
  const asked = (): CheckVerdict[] => verdicts.filter((verdict) => verdict !== undefined);
  try {
    for (const i of cheapestFirst(checks)) {
      const check = checks[i] as Check;
      const { status, message } = await ask(check);
      verdicts[i] = { text: checkLine(check), level: check.level, status, message };
    }
  } catch (broken) {
    // What was asked until then is paid for.
    return { verdicts: asked(), usage, usd, broken };
  }
  return { verdicts: asked(), usage, usd };
}

/** A fault of ours in one check is logged and makes that check an error: the answer it was asked about is paid for. */
function measured(check: Check, subject: Parameters<typeof measure>[1], log: Engine['log']): Verdict {
  try {
    return measure(check, subject);
  } catch (error) {
    log.error(`The check “${check.text}” broke off.`, error);
    return { status: 'error', message: `The check “${check.text}” could not be run: a fault in Haiku First, see its log.` };
  }
}

/** The checks of a stage that run a command, nested ones included. */
export function commandsOf(checks: readonly Check[]): string[] {
  return checks.flatMap((check) => (check.rule.kind === 'command' ? [check.rule.command] : check.rule.kind === 'atLeast' ? commandsOf(check.rule.of) : []));
}

/** True where a stage runs a command, itself or in a check: it may change any file. */
export function runsCommands(stage: Pick<Stage, 'runner' | 'checks'>): boolean {
  return stage.runner.tier === 'code' || commandsOf(stage.checks).length > 0;
}

/** True where a check asks a model, so that checking costs money. */
export function asksModel(checks: readonly Check[]): boolean {
  return checks.some((check) => check.rule.kind === 'judge' || (check.rule.kind === 'atLeast' && asksModel(check.rule.of)));
}

export { readIfThere } from './checkFacts';

async function askCostly(check: Check, output: string, context: VerifyContext): Promise<{ verdict: Verdict; usage: Usage; usd: number; broken?: unknown }> {
  const { engine, task, signal } = context;
  const { rule } = check;
  if (rule.kind === 'command') {
    const timeoutMs = engine.settings.commandTimeoutMs;
    const result = await engine.commands.run(rule.command, {
      cwd: task.folder,
      input: output,
      env: { HAIKU_FIRST_OUTPUT: context.outputFile },
      timeoutMs,
      signal,
    });
    const failure = commandFailure(rule.command, result, timeoutMs);
    return {
      verdict: failure ? { status: 'fail', message: failure } : { status: 'pass', message: `\`${rule.command}\` ended with 0.` },
      usage: noUsage,
      usd: 0,
    };
  }
  const question = await judgeQuestion(check, output, context);
  if (!question) return { verdict: { status: 'error', message: `Nothing here can run the check “${check.text}”.` }, usage: noUsage, usd: 0 };
  if ('refusal' in question) return { verdict: question.refusal, usage: noUsage, usd: 0 };
  const { rule: judge, request } = question;
  const isVerdict = (answer: Pick<ModelAnswer, 'text' | 'stopReason'>) => judgeVerdict(judge, answer, output).status !== 'error';
  const { answer, usage, usd, broken } = await askJudge(request, { ...context, stage: context.slug }, context, isVerdict);
  return { verdict: answer ? judgeVerdict(judge, answer, output) : { status: 'error', message: 'The judge could not be asked.' }, usage, usd, broken };
}

/** What the judge of a check is asked about an output, or why it is not asked; undefined for a check that has none. */
export async function judgeQuestion(
  check: Check,
  output: string,
  { engine, task, stage, attempt }: Pick<VerifyContext, 'engine' | 'task' | 'stage' | 'attempt'>,
): Promise<{ rule: Parameters<typeof judgeRequest>[0]; request: ModelRequest } | { refusal: Verdict } | undefined> {
  const { rule } = check;
  if (rule.kind !== 'judge') return undefined;
  const references = new Map<string, string>();
  for (const path of rubricFiles(check)) {
    if (secretReason(posix.resolve(task.folder, path))) continue;
    const text = await readIfThere(engine.files, task, path);
    if (text !== undefined) references.set(path, text);
  }
  const request = judgeRequest(rule, output, references, {
    model: engine.catalog.modelFor('haiku', task.document.models),
    label: { folder: task.haikuFolder, task: task.slug, stage, purpose: 'judge', tier: 'haiku', attempt },
  });
  const refusal = judgeRefusal(rule, references, request);
  return refusal ? { refusal } : { rule, request };
}
