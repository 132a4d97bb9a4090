import { posix } from 'node:path';
import { estimateTokens } from '../catalog/tokens';
import { combine, factsNeeded, isMeasured, measure, pathsMentioned, settle, watchedFiles } from '../check/measure';
import type { Files, Usage } from '../ports';
import { secretReason } from '../secrets';
import { checkLine } from '../steering/checks';
import type { Check, Verdict } from '../steering/checkTypes';
import type { OutputFormat } from '../steering/contextTypes';
import { isWithin, pathInWorkspace, type Task } from '../steering/task';
import { commandFailure } from './command';
import type { Engine } from './engine';
import type { CheckVerdict } from './journal';
import { judgeMaxTokens, judgeRequest, judgeVerdict, rubricFiles } from './judge';
import { addUsage, noUsage, type Spending } from './spending';

/** What a stage's checks say of one output, and what asking them cost. */
export interface Verification {
  verdicts: CheckVerdict[];
  usage: Usage;
  usd: number;
  /** What broke a check's own call off, and with it the rest of the checks. */
  broken?: unknown;
}

export interface VerifyContext {
  /** Where the output is on disk, absolute. */
  outputFile: string;
  engine: Engine;
  task: Task;
  spending: Spending;
  /** Slug of the stage, for recordings. */
  stage: string;
  attempt: number;
  /** USD of the stage's attempts so far, this one included. */
  costUsd: number;
  /** Contents of files named in `unchanged:` when the run began, by path as written. */
  before: ReadonlyMap<string, string | undefined>;
  signal: AbortSignal;
}

/** Ask all checks of a stage about an output: those that measure first, as they are free. A check that could not run is an error, never a pass. */
export async function verify(checks: readonly Check[], output: string, format: OutputFormat | undefined, context: VerifyContext): Promise<Verification> {
  const { engine } = context;
  const facts = await gatherFacts(checks, output, context);
  let usage = noUsage;
  let usd = 0;
  const ask = async (check: Check): Promise<Verdict> => {
    if (check.rule.kind === 'atLeast') {
      const nested: Verdict[] = [];
      for (const inner of check.rule.of) nested.push(await ask(inner));
      return combine(check, nested);
    }
    if (isMeasured(check)) return measured(check, { text: output, format, facts }, engine.log);
    const asked = await askCostly(check, output, context);
    usage = addUsage(usage, asked.usage);
    usd += asked.usd;
    if (asked.broken !== undefined) throw asked.broken;
    return settle(check, asked.verdict);
  };
  const verdicts: CheckVerdict[] = [];
  try {
    for (const check of checks) {
      const verdict = await ask(check);
      verdicts.push({ text: checkLine(check), level: check.level, status: verdict.status, message: verdict.message });
    }
  } catch (broken) {
    // What was asked until then is paid for.
    return { verdicts, usage, usd, broken };
  }
  return { verdicts, usage, usd };
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

/** True where a check asks a model, so that checking costs money. */
export function asksModel(checks: readonly Check[]): boolean {
  return checks.some((check) => check.rule.kind === 'judge' || (check.rule.kind === 'atLeast' && asksModel(check.rule.of)));
}

/** A file of the workspace; undefined where there is none that could be read. */
export async function readIfThere(files: Files, task: Task, path: string): Promise<string | undefined> {
  try {
    return await files.read(await pathInWorkspace(task, path, files));
  } catch {
    // A check that needs it says that it could not be read, with its path.
    return undefined;
  }
}

async function gatherFacts(checks: readonly Check[], output: string, context: VerifyContext) {
  const { engine, task } = context;
  const contents = new Map<string, string | undefined>();
  const there = new Set<string>();
  for (const check of checks) {
    for (const path of factsNeeded(check)) if (!contents.has(path)) contents.set(path, await readIfThere(engine.files, task, path));
    for (const path of pathsMentioned(output, check)) {
      const absolute = posix.resolve(task.folder, path);
      if (isWithin(task.workspace, absolute) && (await engine.files.stat(absolute))) there.add(path);
    }
  }
  const unchanged = new Map<string, boolean>();
  for (const path of checks.flatMap(watchedFiles)) unchanged.set(path, context.before.get(path) === (await readIfThere(engine.files, task, path)));
  return {
    file: (path: string) => contents.get(path),
    exists: (path: string) => there.has(path),
    unchanged: (path: string) => unchanged.get(path),
    costUsd: context.costUsd,
  };
}

async function askCostly(check: Check, output: string, context: VerifyContext): Promise<{ verdict: Verdict; usage: Usage; usd: number; broken?: unknown }> {
  const { engine, task, spending, signal } = context;
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
  if (rule.kind !== 'judge') return { verdict: { status: 'error', message: `Nothing here can run the check “${check.text}”.` }, usage: noUsage, usd: 0 };
  const references = new Map<string, string>();
  for (const path of rubricFiles(check)) {
    if (secretReason(posix.resolve(task.folder, path))) continue;
    const text = await readIfThere(engine.files, task, path);
    if (text !== undefined) references.set(path, text);
  }
  const model = engine.catalog.modelFor('haiku', task.document.models);
  const request = judgeRequest(rule, output, references, {
    model,
    label: { folder: task.haikuFolder, task: task.slug, stage: context.stage, purpose: 'judge', tier: 'haiku', attempt: context.attempt },
  });
  const inputTokens = estimateTokens([...request.system, ...request.user].map((block) => block.text).join('\n'), model);
  const reservation = await spending.reserveInTurn(model, inputTokens, judgeMaxTokens, 256, signal);
  let heard = false;
  const onText = () => {
    heard = true;
  };
  try {
    const answer = await engine.model.ask({ ...request, maxTokens: reservation.maxTokens }, onText, signal);
    return { verdict: judgeVerdict(rule, answer), usage: answer.usage, usd: spending.settle(reservation, answer.usage) };
  } catch (broken) {
    // As with a stage's own answer: what broke off counts at its worst, what was refused before it began costs nothing.
    const usd = spending.settle(reservation, heard ? undefined : noUsage);
    return { verdict: { status: 'error', message: 'The judge could not be asked.' }, usage: noUsage, usd, broken };
  }
}
