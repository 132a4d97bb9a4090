import { filesAskedFor, instructionsOf } from '../../../steering/instructions';
import type { Finding, Rule } from '../../issue';
import { splitting } from './stageSplit';

export const severalTasksRule: Rule = {
  id: 'context/several-tasks',
  severity: 'warning',
  title: 'A stage that asks for several things at once',
  kinds: ['context'],
  check(subject) {
    const findings: Finding[] = [];
    const split = splitting(subject);
    for (const stage of subject.context.stages) {
      if (stage.runner.tier === 'code') continue;
      const instructions = instructionsOf(stage.task);
      const kinds = new Set(instructions.map(({ kind }) => kind));
      const [first, second] = instructions;
      // Two belong together more often than not ("write it and review it"); a "then" says that the first has a result of its own.
      // A translation can fail where the text is right.
      const translated = first?.kind === 'make' && second !== undefined && /^translate\b/i.test(second.text);
      const sure =
        kinds.size > 2 || translated || (instructions.length > 1 && second?.follows === true && !(first?.kind === 'make' && second.kind === 'judge'));
      const field = stage.fields.find(({ name }) => name === 'Task');
      if (!field) continue;
      const files = filesAskedFor(stage.task);
      if (!sure && files.length > 1) {
        findings.push({
          message: `“${stage.title}” asks for ${files.length} files (${files.join(', ')}), and a stage has one output: make each a stage of its own, with its own \`Output: … → path\`.`,
          range: field.valueRange,
        });
      }
      if (!sure) continue;
      const fix = split(stage, instructions);
      findings.push({
        message: `“${stage.title}” asks for ${kinds.size} things (${instructions.map(({ text }) => `“${firstWords(text)}”`).join(', ')}), and no check tells which of them failed: make each a stage of its own, whose output the next one reads.`,
        range: field.valueRange,
        fixes: fix ? [fix] : [],
      });
    }
    return findings;
  },
};

function firstWords(text: string): string {
  const words = text.split(/\s+/);
  return (
    words
      .slice(0, 4)
      .join(' ')
      .replace(/[,.;]$/, '') + (words.length > 4 ? ' …' : '')
  );
}
