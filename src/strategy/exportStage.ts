import { posix } from 'node:path';
import type { Catalog } from '../catalog/catalog';
import { checkLine } from '../steering/checks';
import type { Stage } from '../steering/contextTypes';
import { type ExportKind, exportHash, exportMarkText, exportName } from '../steering/exportMark';
import type { Task } from '../steering/task';

/**
 * A stage with its strategy as a file that another tool runs on the cheap model: a Claude Code subagent, or a VS Code prompt file. It holds what the
 * stage asks, the strategy and the checks in words; the project's files are left to the tool, which loads them itself.
 */
export function exportedStage(kind: ExportKind, task: Task, stage: Stage, strategy: string | undefined, catalog: Pick<Catalog, 'modelFor' | 'entry'>): string {
  const tier = stage.runner.tier === 'code' ? 'haiku' : stage.runner.tier;
  const name = exportName(task, stage);
  const description = oneLine(stage.task) || stage.title;
  // Claude Code knows its tiers by name; VS Code asks for the model as its picker shows it.
  const head =
    kind === 'subagent'
      ? [`name: ${JSON.stringify(name)}`, `description: ${JSON.stringify(description)}`, `model: ${tier}`]
      : [`description: ${JSON.stringify(description)}`, `model: ${JSON.stringify(catalog.entry(catalog.modelFor(tier, task.document.models)).name)}`];
  const mark = exportMarkText({ from: posix.relative(task.workspace, task.document.path), stage: stage.slug, hash: exportHash(stage, strategy) });
  return `---\n${head.join('\n')}\n---\n\n${mark}\n\n${sections(task, stage, strategy).join('\n\n')}\n`;
}

function sections(task: Task, stage: Stage, strategy: string | undefined): string[] {
  const { specification, constraints } = task.document.parts;
  const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join('\n');
  const open = [...stage.success, ...stage.uncovered].map((criterion) => criterion.text);
  const checks = stage.checks.map(checkLine);
  return [
    `You do one stage of a larger piece of work: ${stage.title}. Answer with its output and nothing else.`,
    specification?.body.trim() ? `## What it is for\n\n${lowered(specification.body.trim())}` : '',
    constraints?.body.trim() ? `## Constraints\n\n${lowered(constraints.body.trim())}` : '',
    stage.inputs.length ? `## What to read\n\n${list(stage.inputs.map((input) => input.text))}` : '',
    strategy?.trim() ? `## How to do it well\n\n${lowered(strategy.trim())}` : '',
    `## The task\n\n${stage.task || stage.title}`,
    `## The output\n\n${stage.output?.name ?? stage.title}${stage.output?.format ? `, as ${stage.output.format}` : ''}`,
    open.length ? `## It succeeds when\n\n${list([...new Set(open)])}` : '',
    checks.length ? `## What will be verified\n\n${list(checks)}` : '',
  ].filter(Boolean);
}

/** Headings one level down, so that they stay below those of the file. Lines in fences are left alone. */
function lowered(markdown: string): string {
  let fence = '';
  return markdown
    .split('\n')
    .map((line) => {
      const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
      if (mark) fence = fence ? (mark.startsWith(fence) ? '' : fence) : mark;
      return fence || mark ? line : line.replace(/^#{1,5}(?=\s)/, '#$&');
    })
    .join('\n');
}

function oneLine(text: string): string {
  const whole = text.replace(/\s+/g, ' ').trim();
  return whole.length > 200 ? `${whole.slice(0, 199)}…` : whole;
}
