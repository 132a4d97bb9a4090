import type { Bundle } from '../bundle/bundleTypes';
import { formatTokens } from '../catalog/tokens';
import { previewStage } from '../stage/preview';
import type { Prompt } from '../stage/prompt';
import { indexOf, refuseMisread } from '../stage/scope';
import { planTask } from '../steering/plan';
import { loadTask } from '../steering/task';
import { inputValues, oneFile, parseCommand, wholeNumber, wrongUsage } from './arguments';
import { absolutePath, readingEngine, type Surroundings } from './surroundings';

export async function bundle(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('bundle', args, {
    stage: { type: 'string' },
    budget: { type: 'string' },
    input: { type: 'string', multiple: true },
    json: { type: 'boolean' },
  });
  const number = wholeNumber('bundle', '--stage', values.stage);
  if (number === undefined) throw wrongUsage('bundle', '--stage says for which one.');
  const { files } = around;
  const task = await loadTask(absolutePath(around, oneFile('bundle', positionals)), files);
  refuseMisread(task.document);
  const plan = await planTask(task, files);
  const index = indexOf(plan, number);
  const options = { answers: inputValues('bundle', values.input), budget: wholeNumber('bundle', '--budget', values.budget) };
  const { bundle: own, prompt } = await previewStage(readingEngine(around), plan, index, options);
  around.stdout(values.json ? `${JSON.stringify(bundleJson(own, prompt), null, 2)}\n` : bundleText(own, prompt));
  return 0;
}

/** A bundle in the shape that `--json` promises. */
export function bundleJson(own: Bundle, prompt: Prompt) {
  return {
    stage: own.stage,
    budget: own.budget,
    tokens: own.tokens,
    pieces: own.pieces.map(({ source, heading, lines, outline, tokens, reason }) => ({ source, heading, lines, outline, tokens, reason })),
    omitted: own.omitted.map(({ source, heading, tokens, reason }) => ({ source, heading, tokens, reason })),
    missing: own.missing.map((name) => name.text),
    prompt: prompt.text,
  };
}

function bundleText(own: Bundle, prompt: Prompt): string {
  const place = (piece: { source: string; heading: string | null; lines?: [number, number] | null }) =>
    `${piece.source}${piece.heading ? ` # ${piece.heading}` : ''}${piece.lines ? `:${piece.lines[0]}-${piece.lines[1]}` : ''}`;
  const lines = [`Stage ${own.stage}: ${formatTokens(own.tokens)} of ${formatTokens(own.budget)} tokens (estimated)`];
  for (const piece of own.pieces)
    lines.push(`  ${formatTokens(piece.tokens).padStart(6)}  ${place(piece)}${piece.outline ? ' (outline)' : ''}: ${piece.reason}`);
  for (const left of own.omitted) lines.push(`  left out  ${place(left)}: ${left.reason}`);
  for (const name of own.missing) lines.push(`  missing   ${name.text}: give it with --input, or run what makes it`);
  return `${lines.join('\n')}\n\n--- system\n${prompt.text.system}\n\n--- user\n${prompt.text.user}\n`;
}
