import { type CheckKind, type Measure, measures } from './checkTypes';

/** The checks one can write: what completion, hover and the documentation show, and what a misspelt name is compared with. */

export interface CheckName {
  /** As written before the colon; the whole check where it takes nothing. */
  name: string;
  kind: CheckKind;
  /** One sentence. */
  documentation: string;
  /** A check that parses. For `any of` and its kin the nested lines stand below. */
  example: string;
  /** True where something stands after a colon. */
  takesValue: boolean;
}

const counted: Record<Measure, [string, string]> = {
  words: ['Words of the prose, code blocks and markup left out: a range, a bound or an exact number.', 'words: 300-800'],
  characters: ['Characters of the whole output.', 'characters: <= 280'],
  lines: ['Lines of the whole output, a last empty one left out.', 'lines: <= 40'],
  tokens: ['Estimated tokens of the whole output.', 'tokens: <= 2000'],
  items: ['Items of the outermost lists; entries of the array where the output is JSON.', 'items: 5-7'],
  headings: ['Markdown headings of any level.', 'headings: >= 3'],
  links: ['Links to pages, files and anchors; images are not counted.', 'links: >= 1'],
};

/** Every check there is, in the order of the documentation. */
export const checkNames: readonly CheckName[] = [
  ...measures.map(
    (measure): CheckName => ({ name: measure, kind: 'count', documentation: counted[measure][0], example: counted[measure][1], takesValue: true }),
  ),
  {
    name: 'contains',
    kind: 'contains',
    documentation: 'Each of these stands in the output, letter for letter.',
    example: 'contains: "refund policy"',
    takesValue: true,
  },
  {
    name: 'excludes',
    kind: 'excludes',
    documentation: 'None of these stands in the output as a whole word, in any case.',
    example: 'excludes: hype, leverage',
    takesValue: true,
  },
  {
    name: 'matches',
    kind: 'matches',
    documentation: 'A regular expression matches somewhere; flags i, m, s and u.',
    example: 'matches: /^# /m',
    takesValue: true,
  },
  { name: 'json', kind: 'json', documentation: 'The output is JSON; a code fence around all of it is taken off.', example: 'json', takesValue: false },
  {
    name: 'yaml',
    kind: 'yaml',
    documentation: 'The output is a YAML mapping or list; a code fence around all of it is taken off.',
    example: 'yaml',
    takesValue: false,
  },
  {
    name: 'schema',
    kind: 'schema',
    documentation: 'The output is JSON that fits a JSON schema in a file, formats and references to other files included.',
    example: 'schema: schemas/post.json',
    takesValue: true,
  },
  {
    name: 'sections',
    kind: 'sections',
    documentation: 'Each of these headings is there, in any order.',
    example: 'sections: Introduction, Core argument',
    takesValue: true,
  },
  {
    name: 'links resolve',
    kind: 'linksResolve',
    documentation:
      'Relative links and anchors lead somewhere, from the CONTEXT.md or the file that is written; web addresses are well formed (none is fetched).',
    example: 'links resolve',
    takesValue: false,
  },
  { name: 'paths exist', kind: 'pathsExist', documentation: 'Every file path in backticks exists.', example: 'paths exist', takesValue: false },
  { name: 'unchanged', kind: 'unchanged', documentation: 'A text file is as it was before the run.', example: 'unchanged: src/index.html', takesValue: true },
  {
    name: 'command',
    kind: 'command',
    documentation: 'A shell command ends with exit code 0; asks before it runs.',
    example: 'command: npm test',
    takesValue: true,
  },
  {
    name: 'voice',
    kind: 'voice',
    documentation: 'What VOICE.md makes measurable: words to avoid, words that must stand, lengths of sentences and paragraphs, marks to do without.',
    example: 'voice: VOICE.md',
    takesValue: true,
  },
  {
    name: 'judge',
    kind: 'judge',
    documentation: 'A cheap model rates the output against a rubric; at least 4/5 where no rating is given.',
    example: 'judge: reads like VOICE.md, >= 4/5',
    takesValue: true,
  },
  { name: 'same as', kind: 'sameAs', documentation: 'The output equals a file, line ends aside.', example: 'same as: expected.md', takesValue: true },
  {
    name: 'cost',
    kind: 'cost',
    documentation: 'All attempts of this stage together cost at most so many US dollars.',
    example: 'cost: <= 0.01',
    takesValue: true,
  },
  { name: 'any of', kind: 'atLeast', documentation: 'At least one check of the nested list passes.', example: 'any of:\n  - json\n  - yaml', takesValue: true },
  {
    name: 'all of',
    kind: 'atLeast',
    documentation: 'Every check of the nested list passes.',
    example: 'all of:\n  - json\n  - words: <= 300',
    takesValue: true,
  },
  {
    name: 'at least 2 of',
    kind: 'atLeast',
    documentation: 'So many checks of the nested list pass.',
    example: 'at least 2 of:\n  - json\n  - links resolve\n  - words: >= 100',
    takesValue: true,
  },
];
