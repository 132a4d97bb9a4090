import { Random } from './random';

/** Steering documents of any length, written by a seed: like those that people keep, with all the parts the linter looks into. */

const nouns = ['parser', 'worker', 'session', 'report', 'cache', 'schema', 'queue', 'index', 'token', 'client', 'route', 'migration', 'fixture', 'bundle'];
const verbs = ['read', 'check', 'build', 'store', 'merge', 'send', 'measure', 'split', 'render', 'compare', 'validate', 'retry', 'open', 'name'];
const ends = ['before a release', 'in one pass', 'with its range', 'for each request', 'behind the flag', 'at the edge', 'by its slug', 'under load'];
const folders = ['src', 'src/core', 'packages/api/src', 'docs', 'test', 'tools'];

function sentence(random: Random): string {
  return `The ${random.of(nouns)} must ${random.of(verbs)} ${random.of(nouns)} ${random.below(900)} ${random.of(ends)}.`;
}

function title(random: Random, at: number): string {
  const verb = random.of(verbs);
  return `${verb[0]?.toUpperCase()}${verb.slice(1)} the ${random.of(nouns)} ${at}`;
}

/** Where the code of `workspaceTexts` lies. */
export function codePath(at: number): string {
  return `${folders[at % folders.length]}/${nouns[at % nouns.length]}${at}.ts`;
}

/** A CLAUDE.md of about so many lines: headings, prose with paths and links, lists, commands, fences and a table. */
export function projectText(lines: number, seed: number): string {
  const random = new Random(seed);
  const text = ['# The project', '', sentence(random), ''];
  for (let part = 1; text.length < lines; part++) {
    text.push(`${part % 3 ? '###' : '##'} ${title(random, part)}`, '');
    text.push(
      `${sentence(random)} ${sentence(random)}`,
      `See \`${codePath(random.below(400))}\` and [the notes](docs/notes${random.below(9)}.md). ${sentence(random)}`,
      '',
    );
    for (let item = random.below(6) + 2; item > 0; item--) text.push(`- **${title(random, item)}**: ${sentence(random)} Run \`npm run ${random.of(verbs)}\`.`);
    text.push('');
    if (part % 4 === 0) text.push('```bash', `npm run ${random.of(verbs)}`, `make ${random.of(verbs)}`, '```', '');
    if (part % 7 === 0) text.push('| file | what |', '| --- | --- |', ...[1, 2, 3].map((row) => `| \`${codePath(row + part)}\` | ${sentence(random)} |`), '');
    if (part % 9 === 0) text.push('<!-- a note that no session pays for -->', '');
  }
  return `${text.slice(0, lines).join('\n')}\n`;
}

/** A CONTEXT.md of so many stages, each reading the one before; about eight lines a stage. */
export function contextText(stages: number, seed: number): string {
  const random = new Random(seed);
  const text = ['# A long task', '', '## Specification', '', sentence(random), sentence(random), '', '## Constraints', '', sentence(random), ''];
  text.push('## Success Criteria', '', '- 300-800 words', '- Every claim names its source', '', '## Feedback Loop', '', sentence(random), '', '## Stages', '');
  for (let stage = 1; stage <= stages; stage++) {
    text.push(`### Stage ${stage}: ${title(random, stage)} (${random.of(['Haiku', 'Sonnet', 'Haiku', 'Opus if needed'])})`, '');
    text.push(`- Input: ${stage === 1 ? 'notes' : `Result ${stage - 1}`}`, `- Task: ${sentence(random)}`, `- Output: Result ${stage}`);
    text.push(`- Success: ${random.below(400) + 100}+ words, names ${random.below(5) + 2} main points`, '');
  }
  return `${text.join('\n')}\n`;
}

/** A CONTEXT.md of as many stages as go into 512 KB: each says the least that a stage can. */
export function terseContextText(stages: number, seed: number): string {
  const text = ['# A long task', '', '## Stages', ''];
  for (let stage = 1; stage <= stages; stage++) {
    text.push(`### Stage ${stage}: Step ${stage} (Haiku)`, `- Input: ${stage === 1 ? 'notes' : `Result ${stage - 1}`}`, `- Task: Read it ${seed} times.`);
    text.push(`- Output: Result ${stage}`, '- Success: 100+ words');
  }
  return `${text.join('\n')}\n`;
}

/** A VOICE.md of about so many lines. */
export function voiceText(lines: number, seed: number): string {
  const random = new Random(seed);
  const text = [
    '# Voice',
    '',
    '## Parts',
    '',
    '- Plain (60%): short words first',
    '- Warm (40%): speaks to one reader',
    '',
    '## Avoid',
    '',
    '- leverage, synergy, delve',
    '',
  ];
  for (let part = 1; text.length < lines; part++) {
    text.push(
      `## ${part % 2 ? 'Examples' : 'Cadence'} ${part}`,
      '',
      sentence(random),
      sentence(random),
      '',
      `- ${sentence(random)}`,
      `- ${sentence(random)}`,
      '',
    );
  }
  return `${text.slice(0, lines).join('\n')}\n`;
}

/** A workspace of so many files of code with manifests and notes, to be linted against. Paths are relative. */
export function workspaceTexts(files: number): Record<string, string> {
  const scripts = Object.fromEntries(verbs.slice(0, 10).map((verb) => [verb, `node tools/${verb}.js`]));
  const texts: Record<string, string> = {
    'package.json': JSON.stringify({ name: 'generated', scripts, workspaces: ['packages/*'] }),
    'packages/api/package.json': JSON.stringify({ name: '@generated/api', scripts: { api: 'node .' } }),
    Makefile: `${verbs.map((verb) => `${verb}:\n\techo ${verb}\n`).join('\n')}`,
    '.gitignore': 'dist/\n*.log\n',
  };
  for (let i = 0; i < 9; i++) texts[`docs/notes${i}.md`] = `# Notes ${i}\n`;
  for (let i = 0; Object.keys(texts).length < files && i < 400; i++) texts[codePath(i)] = '';
  for (let i = 0, have = Object.keys(texts).length; have < files; i++, have++) texts[`src/generated/g${i % 97}/part${i}.ts`] = '';
  return texts;
}
