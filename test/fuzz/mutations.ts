import type { Random } from '../bench/random';

/** Single marks and words that mean something to a reader of steering files, and characters that programs stumble over. */
const tokens = [
  ...['`', '``', '```', '````', '~~~', '"', '“', '”', "'", '‘', '’', '(', ')', '[', ']', '{', '}', '<', '>', '](', '![', '[x](', '<!--', '-->', '<b>', '</b>'],
  ...['*', '**', '_', '__', '~', '#', '######', '-', '- ', '1. ', '> ', '|', '| --- |', '---', '\n---\n', '===', '@', '@./', '@a/b.md', '://', 'https://a.b/c'],
  ...[
    '.',
    '..',
    '...',
    './',
    '../',
    '/',
    '\\',
    '//',
    ':',
    ';',
    ',',
    '!',
    '?',
    '%',
    '100%',
    '$',
    '&',
    '&amp;',
    '^',
    '=',
    '+',
    '>= ',
    '<= ',
    '->',
    '→',
    '—',
    '-',
    '\u2010',
  ],
  ...[
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    '\t',
    ' ',
    '    ',
    '\u00a0',
    '\u2028',
    '\u0085',
    '\u200b',
    '\ufeff',
    '\u202e',
    '\u001b[31m',
    '\u0000',
    '\ud800',
    '😀',
    'é',
    'ﬁ',
    '漢字',
    'İ',
    'ß',
  ],
  ...['0', '9', '007', '1e999', '3,000', '300-800', '50%', '99999999999999999999', 'NaN', '-0', '$0.03', '12k', '2026-11-22'],
  ...[
    'Stage 1: Draft (Haiku)',
    '## Stage 2: Review (Opus if needed)',
    '**Stage 3: Send**',
    '- Input: ',
    '- Task: ',
    '- Output: ',
    '- Success: ',
    '- Checks:\n  - ',
  ],
  ...[
    '- Context: not ',
    '- Run: ',
    '- Each: Item in ',
    '- Retries: ',
    '- Budget: 6k',
    'any of:',
    'not ',
    'should ',
    'judge: ',
    'words: ',
    'matches: /a+/',
    'same as: ',
  ],
  ...[
    '## Success Criteria',
    '## Avoid',
    '## Examples',
    '## Constraints\n',
    'Part 2: ',
    '(Required)',
    'npm run ',
    'yarn workspace ',
    'make ',
    'cargo ',
    'just ',
    'uv run ',
  ],
  ...[
    '`src/a.ts`',
    '`packages/*/index.ts`',
    '├── a.ts\n',
    '[notes](docs/a.md#b)',
    '[a]: b.md\n',
    'CLAUDE.md',
    '<!-- haiku-first-ignore ',
    '<!-- haiku-first-ignore-file project/filler -->',
  ],
  ...[
    'inputs:\n  a: b\n',
    'paths: ["src/**"]\n',
    'a: &a [*a]\n',
    '? !!js/function\n',
    '<<: *x\n',
    '__proto__: 1\n',
    'constructor',
    'toString',
    'and',
    'or',
    'never',
    'always',
  ],
];

/** What patterns that look back choke on: the same mark, or a pair of marks, in long runs. */
const food = [
  '`',
  ' ',
  '\t',
  '(',
  ')',
  '[',
  ']',
  '"',
  "'",
  '“',
  '.',
  '0',
  '9,',
  'a',
  'a ',
  '-',
  '- ',
  '_',
  '*',
  '**',
  '#',
  '|',
  '> ',
  '<',
  '<!--',
  '-->',
  '](',
  '![](',
  '../',
  'a/',
];
const more = [
  'a.',
  'a-',
  'a@',
  '@a ',
  '://',
  '\n',
  '\r\n',
  '\r',
  ' \n',
  '\n- ',
  '\n\t',
  '{',
  '{{',
  '[[',
  '${',
  '=',
  '+',
  '%',
  '1%',
  ', ',
  ';',
  '!',
  '\\',
  '&',
  '~',
  '``',
  '\u00a0',
  'é',
];

const mutations: readonly ((text: string, random: Random, seeds: readonly string[]) => string)[] = [
  function insertToken(text, random) {
    return spliced(text, random.below(text.length + 1), 0, random.of(tokens));
  },
  function replaceByToken(text, random) {
    return spliced(text, random.below(text.length + 1), random.below(12), random.of(tokens));
  },
  function remove(text, random) {
    return spliced(text, random.below(text.length + 1), random.below(200), '');
  },
  function repeatStretch(text, random) {
    const from = random.below(text.length + 1);
    const stretch = text.slice(from, from + 1 + random.below(40));
    return spliced(text, from, 0, stretch.repeat(1 + random.below(Math.max(1, Math.floor(1200 / (stretch.length || 1))))));
  },
  function feed(text, random) {
    const dish = random.of([...food, ...more]) + (random.below(3) === 0 ? random.of([...food, ...more]) : '');
    return spliced(
      text,
      random.below(text.length + 1),
      0,
      dish.repeat(1 + random.below(Math.floor(1800 / dish.length))) + random.of(['', 'x', '!', '\n', random.of(tokens)]),
    );
  },
  function splice(text, random, seeds) {
    const other = random.of(seeds);
    const from = random.below(other.length);
    return spliced(text, random.below(text.length + 1), random.below(300), other.slice(from, from + random.below(600)));
  },
  function swapLines(text, random) {
    const lines = text.split('\n');
    const [a, b] = [random.below(lines.length), random.below(lines.length)];
    [lines[a], lines[b]] = [lines[b] as string, lines[a] as string];
    return lines.join('\n');
  },
  function repeatLine(text, random) {
    const lines = text.split('\n');
    const at = random.below(lines.length);
    lines.splice(at, 0, ...Array<string>(1 + random.below(30)).fill((lines[at] as string).slice(0, 200)));
    return lines.join('\n');
  },
  function nest(text, random) {
    const mark = random.of(['  ', '    ', '\t', '> ', '- ', '1. ', '>']);
    const lines = text.split('\n');
    const from = random.below(lines.length);
    const to = from + 1 + random.below(12);
    return lines.map((line, i) => (i >= from && i < to ? mark.repeat(1 + ((i - from) % 40)) + line : line)).join('\n');
  },
  function nestDeep(text, random) {
    const [open, close] = random.of([
      ['(', ')'],
      ['[', ']'],
      ['{', '}'],
      ['<b>', '</b>'],
      ['*a ', ' b*'],
      ['**', '**'],
      ['"', '"'],
      ['[a', '](b)'],
      ['![', '](c)'],
      ['<!--', '-->'],
    ] as const);
    const depth = 1 + random.below(300);
    return spliced(
      text,
      random.below(text.length + 1),
      0,
      open.repeat(depth) + random.of(tokens) + close.repeat(random.below(2) ? depth : random.below(depth)),
    );
  },
  function lineEnds(text, random) {
    const end = random.of(['\r\n', '\r', '\n']);
    return random.below(2) ? text.replace(/\r\n|\r|\n/g, end) : text.replace(/\n/g, (found) => (random.below(2) ? end : found));
  },
  function frontMatter(text, random) {
    const value = random.of([
      ...tokens,
      '[[[[[[',
      '{a: {b: {c: ',
      '&a [1, *a]',
      '!!binary "@@"',
      '|\n   a\n  b',
      '>-',
      '"\\u12',
      "'",
      '2026-13-45',
      '0x',
      '1_000',
      'yes',
      '~',
      '*gone',
    ]);
    return `---${random.of(['', '', 'yaml', 'js', 'json', ' '])}\n${random.of(['a', 'inputs', 'paths', 'budget', '__proto__', 'models', '"', '- ', ''])}: ${value}\n${random.of(['---\n', '---', '', '...\n', ' ---\n'])}${text}`;
  },
  function change(text, random) {
    const at = random.below(text.length + 1);
    return spliced(text, at, 1, String.fromCharCode(random.below(4) ? 32 + random.below(95) : random.below(0x3000)));
  },
  function swapCase(text, random) {
    const from = random.below(text.length + 1);
    const stretch = text.slice(from, from + random.below(80));
    return spliced(text, from, stretch.length, random.below(2) ? stretch.toUpperCase() : stretch.toLowerCase());
  },
];

function spliced(text: string, at: number, remove: number, insert: string): string {
  return text.slice(0, at) + insert + text.slice(at + remove);
}

/** Characters of a mutated document, about. */
const usualLength = 2000;

/** A document made from one of the seeds by a few mutations, about 2 KB long. The same random numbers make the same document. */
export function mutated(seeds: readonly string[], random: Random): string {
  const seed = random.of(seeds);
  const from = seed.length > usualLength && random.below(2) ? random.below(seed.length - usualLength / 2) : 0;
  let text = seed.slice(from, from + usualLength);
  for (let left = 1 + random.below(6); left > 0; left--)
    text = random
      .of(mutations)(text, random, seeds)
      .slice(0, usualLength * 2);
  return text;
}
