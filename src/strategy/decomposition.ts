import { type ModelAnswer, UserError } from '../ports';
import { splitCommas } from '../steering/commas';
import { readDocument } from '../steering/document';
import { runnerNames } from '../steering/runner';
import type { TextEdit } from '../text';

/** What a model that plans a task's stages answers with, as a JSON schema. */
export const decompositionSchema = {
  type: 'object',
  properties: {
    stages: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          title: { type: 'string', description: 'A few words, unlike every other title.' },
          runner: { type: 'string', enum: [...runnerNames] },
          why: { type: 'string', description: 'Where the runner is dearer than Haiku: why Haiku will not do. Else empty.' },
          inputs: { type: 'array', items: { type: 'string' }, description: 'Outputs of earlier stages by their exact names, declared inputs, files.' },
          task: { type: 'string', description: 'The instruction, complete in itself.' },
          output: { type: 'string', description: 'The name of what it makes.' },
          path: { type: 'string', description: 'The file it is written to, from the folder of the CONTEXT.md; empty where it is only read by later stages.' },
          format: { type: 'string', enum: ['markdown', 'json', 'text'] },
          command: { type: 'string', description: 'The shell command of a Code stage; else empty.' },
          each: { type: 'string', description: '"Item in Name of a list" to run once per item; else empty.' },
          success: { type: 'array', items: { type: 'string' }, description: 'Criteria that no check can measure.' },
          checks: { type: 'array', items: { type: 'string' }, description: 'Checks that can be measured, in the grammar given.' },
        },
        required: ['title', 'runner', 'why', 'inputs', 'task', 'output', 'path', 'format', 'command', 'each', 'success', 'checks'],
        additionalProperties: false,
      },
    },
  },
  required: ['stages'],
  additionalProperties: false,
};

export interface ProposedStage {
  title: string;
  runner: string;
  why: string;
  inputs: string[];
  task: string;
  output: string;
  path: string;
  format: string;
  command: string;
  each: string;
  success: string[];
  checks: string[];
}

/** An answer that is no decomposition: with the reason, for a person and for whoever is asked again. */
export class DecompositionRefused extends UserError {
  constructor(readonly reason: string) {
    super(`What the model answered is no decomposition into stages: ${reason}`, {
      todo: 'Nothing was changed. Ask again, or write the stages by hand.',
      exitCode: 1,
    });
  }
}

/** More stages than this are no plan a person would read. */
const mostStages = 20;

/** The stages of a model's answer. @throws DecompositionRefused */
export function readDecomposition(answer: Pick<ModelAnswer, 'text' | 'stopReason'>): ProposedStage[] {
  if (answer.stopReason === 'refusal') throw new DecompositionRefused('the model refused.');
  if (answer.stopReason === 'max_tokens') throw new DecompositionRefused('the answer was cut off.');
  let value: unknown;
  try {
    value = JSON.parse(answer.text);
  } catch {
    throw new DecompositionRefused('it is no JSON.');
  }
  const list = typeof value === 'object' && value !== null ? (value as { stages?: unknown }).stages : undefined;
  if (!Array.isArray(list) || !list.length) throw new DecompositionRefused('it has no stages.');
  if (list.length > mostStages) throw new DecompositionRefused(`${list.length} stages are more than anybody would read; ${mostStages} at most.`);
  return list.map((each, i) => readProposed(each, i + 1));
}

function readProposed(value: unknown, number: number): ProposedStage {
  if (typeof value !== 'object' || value === null) throw new DecompositionRefused(`stage ${number} is no object.`);
  const given = value as Record<string, unknown>;
  const word = (key: string): string => (typeof given[key] === 'string' ? given[key].trim() : '');
  const list = (key: string): string[] => {
    const each = given[key];
    return Array.isArray(each) ? each.flatMap((item) => (typeof item === 'string' && item.trim() ? [item.trim()] : [])) : [];
  };
  const stage: ProposedStage = {
    title: oneLine(word('title')).replace(/[()]/g, '').trim(),
    runner: word('runner'),
    why: oneLine(word('why')),
    inputs: list('inputs').map(oneLine),
    task: word('task'),
    output: oneLine(word('output')),
    path: oneLine(word('path')),
    format: word('format'),
    command: oneLine(word('command')),
    each: oneLine(word('each')),
    success: list('success').map(oneLine),
    checks: list('checks'),
  };
  for (const key of ['title', 'task', 'output'] as const) if (!stage[key]) throw new DecompositionRefused(`stage ${number} has no ${key}.`);
  if (!runnerNames.some((name) => name === stage.runner)) throw new DecompositionRefused(`stage ${number} has no runner of ${runnerNames.join(', ')}.`);
  return stage;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The stages in the grammar of CONTEXT.md, as sections of their own; numbered from 1. */
export function stagesMarkdown(stages: readonly ProposedStage[]): string {
  return stages.map((stage, i) => stageMarkdown(stage, i + 1)).join('\n\n');
}

function stageMarkdown(stage: ProposedStage, number: number): string {
  const { runner, why } = stage;
  const dear = runner === 'Opus' || runner === 'Opus if needed' || runner === 'Sonnet';
  const target = stage.path ? `${named(stage.output)} → ${stage.path}` : named(stage.output);
  const lines = [
    stage.inputs.length ? `- Input: ${stage.inputs.map(named).join(', ')}` : '',
    stage.each ? `- Each: ${stage.each}` : '',
    `- Task: ${indented(stage.task)}`,
    stage.command ? `- Run: ${codeSpan(stage.command)}` : '',
    `- Output: ${target}${['json', 'text', 'markdown'].includes(stage.format) ? ` as ${stage.format}` : ''}`,
    stage.success.length ? `- Success: ${stage.success.map((criterion) => criterion.replace(/[.;,]+$/, '')).join(', ')}` : '',
    stage.checks.length ? `- Checks:\n${stage.checks.map((check) => `  - ${check.replace(/^[-*]\s+/, '').replace(/\r?\n/g, '\n    ')}`).join('\n')}` : '',
  ];
  const head = `### Stage ${number}: ${stage.title} (${runner})`;
  return [head, dear && why ? `Why ${runner}: ${why}` : '', lines.filter(Boolean).join('\n')].filter(Boolean).join('\n\n');
}

/** A name as it stands in a list: in quotes where a comma would cut it. */
function named(name: string): string {
  const pieces = splitCommas(name);
  return pieces.length === 1 && pieces[0]?.text === name && !pieces[0].quoted ? name : `"${name.replace(/"/g, '')}"`;
}

/** Further lines of a list item stand below its first. */
function indented(text: string): string {
  return text.replace(/\r?\n/g, '\n  ');
}

function codeSpan(text: string): string {
  const fence = '`'.repeat(1 + Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length)));
  return fence.length > 1 ? `${fence} ${text} ${fence}` : `\`${text}\``;
}

const home = /^(?:the\s+)?(?:stages?|stage\s+decomposition|decomposition|plan)\b/i;
const afterStages = /^(?:costs?\b|estimates?\b|time\b.*estimates?|appendix\b|notes?\b)/i;

/**
 * The edit that puts stages into a document that has none: below its own heading for them, where it has one, else before a section of costs or notes,
 * else at the end. Nothing that stands there is changed. With the document's line ends.
 */
export function insertStages(text: string, stages: string): TextEdit {
  const { markdown } = readDocument(text);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const own = markdown.sections.find((section) => section.depth > 0 && home.test(section.heading));
  const next = own ? undefined : markdown.sections.find((section) => section.depth > 0 && section.depth <= 2 && afterStages.test(section.heading));
  const at = withoutRule(text, own ? own.to : (next?.from ?? text.length));
  const before = text.slice(0, at);
  const gap = before.trim() === '' ? '' : before.endsWith('\n\n') || before.endsWith('\r\n\r\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n';
  const block = `${gap}${own ? '' : '## Stages\n\n'}${stages.trim()}\n${text.slice(at).trim() === '' ? '' : '\n'}`;
  const position = markdown.index.positionAt(at);
  return { range: { start: position, end: position }, newText: block.replace(/\r?\n/g, eol) };
}

/** Before a thematic break that ends the section, and before the blanks around it. */
function withoutRule(text: string, at: number): number {
  const before = text.slice(0, at);
  const rule = /(?:^|\n)[ \t]*\r?\n?[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*\r?\n\s*$/.exec(before);
  if (!rule || at === text.length) return at;
  return rule.index + (before[rule.index] === '\n' ? 1 : 0);
}
