import type { Catalog } from '../catalog/catalog';
import { aboutUsd, formatTokens, formatUsd } from '../catalog/tokens';
import { readJournals } from '../journal/journal';
import { UserError } from '../ports';
import { refuseUnknownInputs } from '../stage/answers';
import { currentOutputs } from '../stage/current';
import type { Engine } from '../stage/engine';
import { estimatePlan, type PlanEstimate } from '../stage/estimate';
import { exactInputs } from '../stage/exactInputs';
import { estimateContext } from '../stage/runEstimate';
import { refuseMisread } from '../stage/scope';
import { checkLine } from '../steering/checks';
import { judgeOutput } from '../steering/outputPath';
import { type Plan, planTask, type Resolved } from '../steering/plan';
import { loadTask } from '../steering/task';
import { inputValues, oneFile, parseCommand } from './arguments';
import { jsonText } from './json';
import { ladderOf } from './ladderOptions';
import { type StageStrategies, stageStrategies, strategyJson } from './stageStrategies';
import { absolutePath, createEngine, readingEngine, type Surroundings, shownPath } from './surroundings';

export async function plan(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('plan', args, {
    json: { type: 'boolean' },
    exact: { type: 'boolean' },
    input: { type: 'string', multiple: true },
  });
  const task = await loadTask(absolutePath(around, oneFile('plan', positionals)), around.files);
  refuseMisread(task.document);
  const answers = inputValues('plan', values.input);
  const planned = await planTask(task, around.files);
  refuseUnknownInputs(planned, answers.keys());
  // Counting sends the prompts: only where it is asked for.
  const counting = values.exact ? await createEngine(around) : undefined;
  const reading = readingEngine(around);
  const engine = { ...reading, settings: { ...reading.settings, ...ladderOf(around.env, {}) } };
  const journals = await readJournals(around.files, task.haikuFolder, task.slug);
  const exactInput = counting && (await countInputs(counting, planned, answers, around.signal));
  const context = await estimateContext(planned, { engine, answers, journals, exactInput });
  const estimate = await estimatePlan(planned, context);
  const asOf = pricesAsOf(engine.catalog, estimate);
  const strategies = await stageStrategies(around, task);
  const refused = await refusedOutputs(around, planned);
  if (values.json) around.stdout(jsonText({ ...planJson(planned, estimate, strategies, refused), pricesAsOf: asOf }));
  else around.stdout(planText(around, planned, estimate, strategies, asOf, refused));
  return 0;
}

/** Why a run would refuse to write the output, by index of the stage. */
async function refusedOutputs({ files }: Surroundings, { task, stages }: Plan): Promise<Map<number, string>> {
  const refused = new Map<number, string>();
  for (const { stage, index } of stages) {
    const judged = stage.output?.path ? await judgeOutput(task, stage.output.path, files) : undefined;
    if (judged && 'what' in judged) refused.set(index, `${judged.what} ${judged.todo}`);
  }
  return refused;
}

/** @throws UserError (exit 2) where nothing can count */
async function countInputs(engine: Engine, planned: Plan, answers: ReadonlyMap<string, string>, signal: AbortSignal) {
  if (!engine.model.countTokens)
    throw new UserError('Nothing here can count exactly.', {
      todo: 'It takes an API key (ANTHROPIC_API_KEY) or a server that counts; without --exact you get an estimate.',
      exitCode: 2,
    });
  const { outputs } = await currentOutputs(engine, planned);
  return exactInputs(
    engine,
    planned,
    planned.stages.map(({ index }) => index),
    { answers, outputs },
    signal,
  );
}

/** The plan in the shape that `--json` promises. */
export function planJson(planned: Plan, estimate: PlanEstimate, strategies: StageStrategies, refused: ReadonlyMap<number, string>) {
  return {
    stages: planned.stages.map(({ stage, index, needs, inputs, context }) => {
      const { inputTokens = 0, outputTokens = 0, usd = 0, atMostUsd = 0, pastAnswers = 0, model = 'code' } = estimate.stages[index] ?? {};
      return {
        number: stage.number,
        title: stage.title,
        runner: stage.runner.text,
        effort: stage.runner.effort ?? null,
        model,
        needs: needs.map((need) => planned.stages[need]?.stage.number ?? 0),
        inputs: inputs.map(({ name }) => name.text),
        output: stage.output?.name ?? null,
        outputPath: stage.output?.path ?? null,
        ...(refused.has(index) ? { outputRefused: refused.get(index) } : {}),
        outputFormat: stage.output?.format ?? null,
        sources: inputs.map((resolved) => ({ name: resolved.name.text, from: sourceText(planned, resolved) })),
        context: context.map((resolved) => ({ name: resolved.name.text, from: sourceText(planned, resolved) })),
        checks: stage.checks.map((check) => ({ text: checkLine(check), source: check.source })),
        uncovered: stage.uncovered.map((criterion) => criterion.text),
        estimate: { inputTokens, outputTokens, usd, atMostUsd, pastAnswers },
        strategy: strategyJson(strategies, stage.slug),
      };
    }),
    total: estimate.total,
  };
}

/** Where an input comes from, in words. */
export function sourceText(planned: Plan, { source }: Resolved): string {
  switch (source.kind) {
    case 'declared':
      return 'declared in the front matter';
    case 'stage':
      return `stage ${planned.stages[source.index]?.stage.number}`;
    case 'file':
      return source.exists ? 'file' : 'file that is not there';
    case 'glob':
      return `${source.paths.length} files`;
    case 'part':
      return 'this document';
    case 'relevant':
      return 'chosen by relevance';
    case 'later':
      return 'a later stage: an error';
    case 'ambiguous':
      return `asked for: stages ${source.indexes.map((index) => planned.stages[index]?.stage.number).join(' and ')} both fit`;
    case 'asked':
      return 'asked for';
  }
}

/** The day for which the oldest of the prices was true; undefined where no model takes part. */
function pricesAsOf(catalog: Catalog, { stages }: PlanEstimate): string | undefined {
  const days = stages.filter(({ model }) => model !== 'code').map(({ model }) => catalog.entry(model).asOf);
  return days.sort()[0];
}

function planText(
  around: Surroundings,
  planned: Plan,
  estimate: PlanEstimate,
  strategies: StageStrategies,
  asOf: string | undefined,
  refused: ReadonlyMap<number, string>,
): string {
  const { document } = planned.task;
  if (!planned.stages.length) return `${shownPath(around, document.path)} has no stages.\n`;
  const lines = [`${document.title || shownPath(around, document.path)}`, ''];
  for (const { stage, index, needs, inputs, context } of planned.stages) {
    const own = estimate.stages[index];
    const cost =
      stage.runner.tier === 'code'
        ? 'free'
        : `${aboutUsd(own?.usd ?? 0)} on ${own?.model} (${formatTokens(own?.inputTokens ?? 0)} tokens in, ${formatTokens(own?.outputTokens ?? 0)} out${own?.pastAnswers ? `, as its last ${own.pastAnswers === 1 ? 'answer' : `${own.pastAnswers} answers`}` : ''})`;
    lines.push(`Stage ${stage.number}: ${stage.title} (${stage.runner.text}), ${cost}`);
    if (needs.length) lines.push(`  needs   ${needs.map((need) => `stage ${planned.stages[need]?.stage.number}`).join(', ')}`);
    if (inputs.length) lines.push(`  input   ${inputs.map((resolved) => `${resolved.name.text} [${sourceText(planned, resolved)}]`).join(', ')}`);
    if (context.length) lines.push(`  context ${context.map((resolved) => `${resolved.name.text} [${sourceText(planned, resolved)}]`).join(', ')}`);
    const strategy = strategies.get(stage.slug);
    if (strategy) lines.push(`  strategy ${strategy.path} [${strategy.words}]`);
    if (stage.run) lines.push(`  runs    ${stage.run}`);
    if (stage.output) lines.push(`  output  ${stage.output.name}${stage.output.path ? ` → ${stage.output.path}` : ''}`);
    if (refused.has(index)) lines.push(`  refused ${refused.get(index)}`);
    for (const check of stage.checks) lines.push(`  check   ${checkLine(check)}${check.source === 'success' ? '  (read from the success criteria)' : ''}`);
    for (const criterion of stage.uncovered) lines.push(`  no check for: ${criterion.text}`);
    lines.push('');
  }
  const { usd, atMostUsd, allOpusUsd } = estimate.total;
  lines.push(
    `Together ${aboutUsd(usd)}; if all tries are needed, at most ${formatUsd(atMostUsd)}; all on Opus ${aboutUsd(allOpusUsd)}. Token counts are estimates${asOf ? `, prices as of ${asOf}` : ''}.`,
  );
  const own = document.estimates?.total?.usd;
  if (own !== undefined) lines.push(`The document itself expects ${formatUsd(own)}.`);
  return `${lines.join('\n')}\n`;
}
