import type { Stage } from '../../../steering/contextTypes';
import type { Instruction } from '../../../steering/instructions';
import { shortSlug } from '../../../text';
import type { Fix, Subject } from '../../issue';

const plain: ReadonlySet<string> = new Set(['Input', 'Task', 'Output', 'Success', 'Checks', 'Budget', 'Context', 'Retries']);

/**
 * A maker of fixes that split a stage of two instructions: a new stage before it does the first, and it reads that one's output for the second. The
 * old stage keeps number, title, output and checks, so that nothing that refers to it changes. Nothing is offered where that isn't certain.
 */
export function splitting({ context, markdown, text }: Subject): (stage: Stage, instructions: readonly Instruction[]) => Fix | undefined {
  // Names may be found by single words: a new name must have none that an input uses.
  const asked = new Set(
    context.stages
      .flatMap(({ inputs, context: more, each }) => [...inputs, ...more.include, ...(each ? [each.list] : [])])
      .flatMap(({ text: name }) => wordsOf(name)),
  );
  const slugs = new Set(context.stages.map(({ slug }) => slug));
  const free = context.stages.reduce((most, { number }) => Math.max(most, number), 0) + 1;
  return (stage, instructions) => {
    const [first, second] = instructions;
    const field = stage.fields.find(({ name }) => name === 'Task');
    if (instructions.length !== 2 || !first || !second || !field || stage.each || stage.variants > 1) return undefined;
    if (stage.fields.some(({ name }) => !plain.has(name)) || field.value !== stage.task || free > 9999) return undefined;
    const { index } = markdown;
    const lineOf = index.line(field.range.start.line);
    const bullet = /^[-*+][ \t]+/.exec(lineOf)?.[0];
    const from = index.offsetAt(field.valueRange.start);
    const written = text.slice(from, index.offsetAt(field.valueRange.end));
    // Only where the value stands as it was read can its parts be told apart.
    if (!bullet || written !== stage.task || /[\r\n<]/.test(written)) return undefined;
    const verb = first.text
      .split(/\s+/)
      .slice(0, 4)
      .join(' ')
      .replace(/(?<![.,;:])[.,;:]+$/, '');
    const title = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
    const output = `Interim result ${free}`;
    if (!/^[\p{L}\p{N} '’-]+$/u.test(title) || slugs.has(shortSlug(title)) || [...wordsOf(title), ...wordsOf(output)].some((word) => asked.has(word)))
      return undefined;
    const heading = text.slice(index.offsetAt(stage.headingRange.start), index.offsetAt(stage.titleRange.start));
    const named = heading.replace(/\d{1,4}(?=\D*$)/, String(free));
    const closing = /^(?:\*\*|__)/.exec(heading)?.[0] ?? '';
    if (named === heading || stage.headingRange.start.character !== 0) return undefined;
    const input = stage.fields.find(({ name }) => name === 'Input');
    const inputText = input && text.slice(index.offsetAt(input.valueRange.start), index.offsetAt(input.valueRange.end)).trim();
    if (input && (!inputText || /[\r\n<]/.test(inputText) || inputText.endsWith(','))) return undefined;
    const runner = stage.runner.text === 'Haiku' ? 'Haiku' : stage.runner.escalation ? 'Haiku' : stage.runner.text;
    const lines = [
      `${named}${title} (${runner})${closing}`,
      ...(inputText ? [`${bullet}Input: ${inputText}`] : []),
      `${bullet}Task: ${sentence(first.text)}`,
      `${bullet}Output: ${output}`,
    ];
    const at = stage.headingRange.start;
    const gap = stage.form === 'heading' && /^[ \t]*$/.test(index.line(stage.headingRange.end.line + 1)) ? '\n\n' : '\n';
    const above = `${lines[0]}${gap}${lines.slice(1).join('\n')}\n\n`;
    const rest = sentence(second.text);
    const taskEdit = { range: field.valueRange, newText: rest };
    const inputEdit = input
      ? { range: { start: input.valueRange.end, end: input.valueRange.end }, newText: `, "${output}"` }
      : { range: { start: field.range.start, end: field.range.start }, newText: `${bullet}Input: "${output}"\n` };
    return { title: `Split it: “${title}” first`, edits: [{ range: { start: at, end: at }, newText: above }, inputEdit, taskEdit], safe: false };
  };
}

function sentence(text: string): string {
  const trimmed = text.trim().replace(/(?<![,;])[,;]+$/, '');
  const whole = `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}`;
  return /[.!?]["”’)]*$/.test(whole) ? whole : `${whole}.`;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
