import { formatTokens, formatUsd } from '../catalog/tokens';
import { estimatePlan, type PlanEstimate } from '../stage/estimate';
import { estimateContext } from '../stage/runEstimate';
import { refuseMisread } from '../stage/scope';
import { checkLine } from '../steering/checks';
import { type Plan, planTask, type Resolved } from '../steering/plan';
import { loadTask } from '../steering/task';
import { inputValues, oneFile, parseCommand } from './arguments';
import { absolutePath, readingEngine, type Surroundings, shownPath } from './surroundings';

export async function plan(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('plan', args, { json: { type: 'boolean' }, input: { type: 'string', multiple: true } });
  const task = await loadTask(absolutePath(around, oneFile('plan', positionals)), around.files);
  refuseMisread(task.document);
  const answers = inputValues('plan', values.input);
  const planned = await planTask(task, around.files);
  const engine = readingEngine(around);
  const estimate = await estimatePlan(planned, await estimateContext(planned, { engine, answers }));
  if (values.json) around.stdout(`${JSON.stringify(planJson(planned, estimate), null, 2)}\n`);
  else around.stdout(planText(around, planned, estimate));
  return 0;
}

/** The plan in the shape that `--json` promises. */
export function planJson(planned: Plan, estimate: PlanEstimate) {
  return {
    stages: planned.stages.map(({ stage, index, needs, inputs, context }) => {
      const { inputTokens = 0, outputTokens = 0, usd = 0 } = estimate.stages[index] ?? {};
      return {
        number: stage.number,
        title: stage.title,
        runner: stage.runner.text,
        effort: stage.runner.effort ?? null,
        needs: needs.map((need) => planned.stages[need]?.stage.number ?? 0),
        inputs: inputs.map(({ name }) => name.text),
        output: stage.output?.name ?? null,
        outputPath: stage.output?.path ?? null,
        outputFormat: stage.output?.format ?? null,
        sources: inputs.map((resolved) => ({ name: resolved.name.text, from: sourceText(planned, resolved) })),
        context: context.map((resolved) => ({ name: resolved.name.text, from: sourceText(planned, resolved) })),
        checks: stage.checks.map((check) => ({ text: checkLine(check), source: check.source })),
        uncovered: stage.uncovered.map((criterion) => criterion.text),
        estimate: { inputTokens, outputTokens, usd },
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

function planText(around: Surroundings, planned: Plan, estimate: PlanEstimate): string {
  const { document } = planned.task;
  if (!planned.stages.length) return `${shownPath(around, document.path)} has no stages.\n`;
  const lines = [`${document.title || shownPath(around, document.path)}`, ''];
  for (const { stage, index, needs, inputs, context } of planned.stages) {
    const own = estimate.stages[index];
    const cost =
      stage.runner.tier === 'code'
        ? 'free'
        : `about ${formatUsd(own?.usd ?? 0)} (${formatTokens(own?.inputTokens ?? 0)} tokens in, ${formatTokens(own?.outputTokens ?? 0)} out)`;
    lines.push(`Stage ${stage.number}: ${stage.title} (${stage.runner.text}), ${cost}`);
    if (needs.length) lines.push(`  needs   ${needs.map((need) => `stage ${planned.stages[need]?.stage.number}`).join(', ')}`);
    if (inputs.length) lines.push(`  input   ${inputs.map((resolved) => `${resolved.name.text} [${sourceText(planned, resolved)}]`).join(', ')}`);
    if (context.length) lines.push(`  context ${context.map((resolved) => `${resolved.name.text} [${sourceText(planned, resolved)}]`).join(', ')}`);
    if (stage.run) lines.push(`  runs    ${stage.run}`);
    if (stage.output) lines.push(`  output  ${stage.output.name}${stage.output.path ? ` → ${stage.output.path}` : ''}`);
    for (const check of stage.checks) lines.push(`  check   ${checkLine(check)}${check.source === 'success' ? '  (read from the success criteria)' : ''}`);
    for (const criterion of stage.uncovered) lines.push(`  no check for: ${criterion.text}`);
    lines.push('');
  }
  lines.push(`Together about ${formatUsd(estimate.total.usd)}; all on Opus about ${formatUsd(estimate.total.allOpusUsd)}. Token counts are estimates.`);
  const own = document.estimates?.total?.usd;
  if (own !== undefined) lines.push(`The document itself expects ${formatUsd(own)}.`);
  return `${lines.join('\n')}\n`;
}
