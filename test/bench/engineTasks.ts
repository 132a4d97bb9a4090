import { Random } from './random';

/** CONTEXT.md files for whole runs: what they cost is the engine's own work, so each stage asks for little. */

const head = `# A task to be measured

## Specification

Say what the parser does with each request, in a paragraph that a release note can use.

## Constraints

Plain words. Nothing that the notes do not say.

## Success Criteria

- Each paragraph names what was found

`;

function stage(number: number, input: string): string {
  return `### Stage ${number}: Step ${number} (Haiku)

- Input: ${input}
- Task: Write paragraph ${number} of the note.
- Output: Paragraph ${number}
- Success: 20+ words
`;
}

function document(stages: readonly string[], notes = 'The parser reads each request once.'): string {
  return `---\ninputs:\n  notes: ${notes}\n---\n${head}## Stages\n\n${stages.join('\n')}`;
}

/** So many stages that wait for nothing. */
export function independentStages(count: number): string {
  return document(Array.from({ length: count }, (_, i) => stage(i + 1, 'notes')));
}

/** So many stages, each reading the output of the one before. */
export function chain(count: number): string {
  return document(Array.from({ length: count }, (_, i) => stage(i + 1, i ? `Paragraph ${i}` : 'notes')));
}

/** A graph of so many stages that each read one or two of the last few before them, and how many stand on its longest way. */
export function graph(count: number, seed: number): { text: string; longest: number } {
  const random = new Random(seed);
  const depth: number[] = [];
  const stages = Array.from({ length: count }, (_, i) => {
    if (!i) {
      depth.push(1);
      return stage(1, 'notes');
    }
    const needs = [...new Set([i - 1 - random.below(Math.min(i, 4)), i - 1 - random.below(Math.min(i, 4))])];
    depth.push(1 + Math.max(...needs.map((need) => depth[need] as number)));
    return stage(i + 1, needs.map((need) => `Paragraph ${need + 1}`).join(', '));
  });
  return { text: document(stages), longest: Math.max(...depth) };
}

/** One stage that goes through a list of so many items. */
export function fanOut(items: number): string {
  const list = Array.from({ length: items }, (_, i) => `request ${i + 1}`).join('; ');
  return `---\ninputs:\n  requests: ${JSON.stringify(JSON.stringify(list.split('; ')))}\n---\n${head}## Stages

### Stage 1: Notes (Haiku)

- Each: request in requests
- Task: Write a paragraph about request.
- Output: Paragraphs
- Success: 20+ words
`;
}
