import assert from 'node:assert/strict';
import type { Completion } from '../../../src/language/completion/item';
import { stop } from '../../../src/language/snippet';
import { applyEdits, LineIndex } from '../../../src/text';
import { marked, service } from './marked';

const head = '# Task\n\n## Part 3: Success criteria\n\n- Output: 100 words max\n\n## Stages\n\n';
const first = '### Stage 1: Gather (Haiku)\n\n- Input: topic\n- Task: Gather.\n- Output: Fact list → out/facts.md\n\n';

const files = {
  'VOICE.md': '# Voice\n\n## Cadence & Delivery\n\nShort.\n\n## Words to avoid\n\n- hype\n',
  'notes/a.md': '# A\n',
  'schemas/post.json': '{}',
  'data.json': '{}',
  'logo.png': '',
  'src/a.ts': '',
  'package.json': '{"scripts": {"test": "mocha", "lint": "biome"}}',
  Makefile: 'build:\n\tcc\n',
};

interface Asked {
  path?: string;
  trigger?: string;
  files?: Record<string, string>;
}

async function ask(text: string, { path = 'CONTEXT.md', trigger, files: own = files }: Asked = {}): Promise<{ text: string; items: Completion[] }> {
  const { text: plain, at } = marked(text);
  const { items } = await service(own).completions({ path: `/w/${path}`, text: plain }, at, trigger);
  const index = new LineIndex(plain);
  for (const { range } of items) {
    assert.ok(range.start.line === at.line && range.end.line === at.line, 'on the line of the cursor');
    assert.ok(range.start.character <= at.character && at.character <= range.end.character, 'around the cursor');
    assert.ok(range.end.character <= index.line(at.line).length, 'within the line');
  }
  return { text: plain, items: items.sort((a, b) => a.rank - b.rank) };
}

const labels = async (text: string, asked?: Asked) => (await ask(text, asked)).items.map(({ label }) => label);

/** The line of the cursor once a completion is taken. */
async function taken(text: string, label: string, asked?: Asked): Promise<string> {
  const { text: plain, items } = await ask(text, asked);
  const item = items.find((each) => each.label === label);
  assert.ok(item, `${label} is not among ${items.map((each) => each.label).join(', ')}`);
  const done = applyEdits(plain, [{ range: item.range, newText: item.insert }]);
  return new LineIndex(done).line(item.range.start.line);
}

describe('completion in a CONTEXT.md', () => {
  it('offers the runners between the parentheses of a stage, with their prices', async () => {
    const { items } = await ask(`${head}### Stage 1: Draft (|)`);
    assert.deepEqual(
      items.map(({ label }) => label),
      ['Haiku', 'Code', 'Sonnet', 'Opus', 'Opus if needed'],
    );
    assert.equal(items[0]?.detail, '$0.10 in, $0.50 out');
    assert.match(items[4]?.documentation ?? '', /runs on Haiku.*claude-opus-5-5/);
    assert.equal(await taken(`${head}### Stage 1: Draft (|)`, 'Haiku'), '### Stage 1: Draft (Haiku)');
    assert.equal(await taken(`${head}### Stage 1: Draft (Op|us if needed)`, 'Sonnet'), '### Stage 1: Draft (Sonnet)');
    assert.equal(await taken(`${head}Stage 1: Draft (|`, 'Opus'), 'Stage 1: Draft (Opus)');
    assert.equal(await taken(`${head}**Stage 1: Draft (H|)**`, 'Haiku'), '**Stage 1: Draft (Haiku)**');
  });

  it('offers efforts after the comma, but none of code', async () => {
    assert.equal(await taken(`${head}### Stage 1: Draft (Haiku, |)`, 'high effort'), '### Stage 1: Draft (Haiku, high effort)');
    assert.equal(await taken(`${head}### Stage 1: Draft (Haiku, lo|w effort)`, 'max effort'), '### Stage 1: Draft (Haiku, max effort)');
    assert.deepEqual(await labels(`${head}### Stage 1: Draft (Code, |)`), []);
  });

  it('offers the fields that a stage does not have yet', async () => {
    const found = await labels(`${head}${first.trimEnd()}\n- |\n- Success: short\n`);
    assert.ok(found.includes('Checks') && found.includes('Context') && found.includes('Retries'));
    for (const there of ['Input', 'Task', 'Output', 'Success']) assert.ok(!found.includes(there), there);
    assert.equal(await taken(`${head}### Stage 1: A\n\n- Che|`, 'Checks'), '- Checks:');
    assert.equal(await taken(`${head}### Stage 1: A\n\n- In|p: x`, 'Input'), '- Input: x');
    assert.ok((await labels(`${head}Stage 1: A (Haiku)\n- |`)).includes('Input'));
  });

  it('offers checks with their arguments, nested ones too', async () => {
    const { items } = await ask(`${head}### Stage 1: A\n\n- Checks:\n  - |`);
    const words = items.find(({ label }) => label === 'words');
    assert.deepEqual([words?.insert, words?.snippet], [`words: ${stop(1, '300-800')}$0`, true]);
    assert.match(words?.documentation ?? '', /^Words of the prose/);
    assert.ok(items.some(({ label }) => label === 'links resolve'));
    assert.ok((await labels(`${head}### Stage 1: A\n\n- Checks:\n  - any of:\n    - j|`)).includes('json'));
    assert.ok((await labels(`${head}### Stage 1: A\n\n- Checks: json; |`)).includes('yaml'));
    assert.equal(await taken(`${head}### Stage 1: A\n\n- Checks:\n  - not con|: "x"`, 'contains'), '  - not contains: "x"');
    assert.equal(await taken(`${head}### Stage 1: A\n\n- Checks:\n  - should js|`, 'json'), '  - should json');
  });

  it('offers files behind the checks that take one, and scripts behind command', async () => {
    assert.deepEqual(await labels(`${head}### Stage 1: A\n\n- Checks:\n  - schema: |`), ['schemas/post.json', 'data.json']);
    assert.deepEqual(await labels(`${head}### Stage 1: A\n\n- Checks:\n  - voice: |`), ['VOICE.md']);
    assert.deepEqual(await labels(`${head}### Stage 1: A\n\n- Checks:\n  - command: |`), ['npm test', 'npm run lint', 'make build']);
    assert.deepEqual(await labels(`${head}### Stage 1: A\n\n- Checks:\n  - words: |`), []);
  });

  it('offers what an Input can name: outputs before, titles, declared inputs, criteria, steering files, files', async () => {
    const text = `---\ninputs:\n  audience: everyone\n---\n${head}${first}### Stage 2: Write\n\n- Input: |\n- Output: Draft\n\n### Stage 3: Polish\n\n- Input: Draft\n- Output: Final\n`;
    const found = await labels(text);
    assert.deepEqual(found.slice(0, 5), ['Fact list', 'Gather', 'audience', 'success criteria', 'VOICE.md']);
    assert.ok(found.includes('notes/a.md') && found.includes('src/a.ts'));
    for (const never of ['Draft', 'Final', 'Polish', 'Write', 'logo.png', 'CONTEXT.md']) assert.ok(!found.includes(never), never);
  });

  it('replaces exactly the piece between commas, and offers nothing twice', async () => {
    const stage = `${head}${first}### Stage 2: Write\n\n- Input: `;
    assert.equal(await taken(`${stage}Fact list, VO|ICE.md, x`, 'VOICE.md'), '- Input: Fact list, VOICE.md, x');
    assert.equal(await taken(`${stage}Fact list, |`, 'notes/a.md'), '- Input: Fact list, notes/a.md');
    assert.ok(!(await labels(`${stage}Fact list, |`)).includes('Fact list'));
    assert.equal(await taken(`${stage}"Fa|", x`, 'Fact list'), '- Input: "Fact list", x');
    assert.equal(await taken(`${stage}\`Fa|\`, x`, 'Fact list'), '- Input: `Fact list`, x');
    assert.ok((await labels(`${head}${first}### Stage 2: Write\n\n- Input:\n  - |`)).includes('Fact list'));
    assert.equal(await taken(`${stage}a 5" screen, Fa|`, 'Fact list'), '- Input: a 5" screen, Fact list');
    assert.equal(await taken(`${stage}Fact list, |VOICE.md`, 'notes/a.md'), '- Input: Fact list, notes/a.mdVOICE.md');
    assert.ok((await labels(`${head}${first}### Stage 2: Write\n\n- Input: topic,\n  |`)).includes('Fact list'));
  });

  it('puts a name in quotes where a comma would cut it', async () => {
    const text = `${head}### Stage 1: Gather\n\n- Output: Facts, figures\n\n### Stage 2: Write\n\n- Input: |`;
    assert.equal(await taken(text, 'Facts, figures'), '- Input: "Facts, figures"');
  });

  it('offers the headings of a named file', async () => {
    const stage = `${head}${first}### Stage 2: Write\n\n- `;
    assert.deepEqual(await labels(`${stage}Input: VOICE.md#|`), ['Voice', 'Cadence & Delivery', 'Words to avoid']);
    assert.equal(await taken(`${stage}Context: VOICE.md#cad|`, 'Cadence & Delivery'), '- Context: VOICE.md#cadence-delivery');
    assert.deepEqual(await labels(`${stage}Input: nowhere.md#|`), []);
  });

  it('offers files alone in Context, also after not', async () => {
    const found = await labels(`${head}${first}### Stage 2: Write\n\n- Context: |`);
    assert.ok(found.includes('VOICE.md') && !found.includes('Fact list'));
    assert.equal(await taken(`${head}### Stage 1: A\n\n- Context: not VO|`, 'VOICE.md'), '- Context: not VOICE.md');
  });

  it('offers lists for Each, scripts for Run, formats for Output', async () => {
    const stage = `${head}${first}### Stage 2: Write\n\n- `;
    assert.equal(await taken(`${stage}Each: |`, 'Item in Fact list'), `- Each: ${stop(1, 'Item')} in Fact list$0`);
    assert.equal(await taken(`${stage}Each: Fact in |`, 'Fact list'), '- Each: Fact in Fact list');
    assert.equal(await taken(`${stage}Run: \`n|\``, 'npm test'), '- Run: `npm test`');
    assert.deepEqual(await labels(`${stage}Run: |`, { files: { 'package.json': files['package.json'], 'pnpm-lock.yaml': '' } }), [
      'pnpm run test',
      'pnpm run lint',
    ]);
    assert.equal(await taken(`${stage}Output: Draft → a.md as j|`, 'json'), '- Output: Draft → a.md as json');
  });

  it('knows the front matter: keys that are missing, tiers, model ids', async () => {
    assert.deepEqual(await labels('---\n|\n---\n# T\n'), ['inputs', 'models', 'budget']);
    assert.deepEqual(await labels('---\nmodels:\n  haiku: x\n|\n---\n'), ['inputs', 'budget']);
    assert.deepEqual(await labels('---\nmodels:\n  haiku: x\n  |\n---\n'), ['sonnet', 'opus']);
    assert.deepEqual(await labels('---\nbudget:\n  usd: 1\n  |\n---\n'), ['tokens', 'time']);
    assert.equal((await labels('---\nmodels:\n  opus: |\n---\n'))[0], 'claude-opus-5-5');
    assert.equal(await taken('---\nmodels:\n  haiku: claude-h|aiku-4-5\n---\n', 'claude-haiku-5-5'), '  haiku: claude-haiku-5-5');
    assert.deepEqual(await labels('---\ninputs:\n  a: |\n---\n'), []);
    assert.deepEqual(await labels('---\nmod|'), ['inputs', 'models', 'budget']);
  });

  it('offers the rules that a comment can ignore, for this kind of document', async () => {
    assert.deepEqual(await labels('# T\n\n<!-- haiku-first-ignore | -->'), ['context/missing-file', 'context/vague-instruction']);
    assert.equal(await taken('<!-- haiku-first-ignore context/va| -->', 'context/vague-instruction'), '<!-- haiku-first-ignore context/vague-instruction -->');
    assert.deepEqual(await labels('<!-- haiku-first-ignore context/missing-file, | -->'), ['context/vague-instruction']);
    assert.deepEqual(await labels('<!-- haiku-first-ignore context/missing-file since | -->'), []);
  });

  it('puts a space behind a colon where there is none', async () => {
    assert.equal(await taken(`${head}${first}### Stage 2: Write\n\n- Input:|`, 'Fact list', { trigger: ':' }), '- Input: Fact list');
    assert.equal(await taken(`${head}### Stage 1: A\n\n- Checks:\n  - schema:|`, 'data.json', { trigger: ':' }), '  - schema: data.json');
    assert.equal(await taken('---\nmodels:\n  opus:|\n---\n', 'claude-opus-5-5', { trigger: ':' }), '  opus: claude-opus-5-5');
  });

  it('keeps silent in prose, code, comments and other lists', async () => {
    const quiet = [
      'Plain prose, |',
      '# Title |',
      '- a list, |',
      '- |',
      '```md\n### Stage 1: A (|)\n```',
      '<!-- ### Stage 1: A (|) -->',
      `${first}## Notes\n\n- |`,
      `${first}---\n\n- |`,
      `${head}### Stage 1: A\n\n- Task: Write it, |`,
      `${head}### Stage 1: A\n\n- Task: Write\n  - |`,
      `${head}### Stage 1: A\n\n- Success: 300 words, |`,
      `${head}### Stage 1: A\n\n- Input: topic\n  |`,
    ];
    for (const text of quiet) assert.deepEqual(await labels(text), [], text);
    assert.deepEqual(await labels(`${head}### Stage 1: A\n\n- Input: blog |`, { trigger: ' ' }), []);
    assert.ok((await labels(`${head}### Stage 1: A\n\n- Input: blog, |`, { trigger: ' ' })).includes('VOICE.md'));
    assert.deepEqual(await labels('---\nmodels:\n  opus: |\n---\n', { path: 'README.md' }), []);
  });

  it('works the same with CRLF', async () => {
    const text = `${head}${first}### Stage 2: Write\n\n- Input: Fact list, VO|\n- Output: X\n`.replace(/\n/g, '\r\n');
    assert.equal(await taken(text, 'VOICE.md'), '- Input: Fact list, VOICE.md');
    assert.ok(!(await labels(`${head}${first.trimEnd()}\n- |\n`.replace(/\n/g, '\r\n'))).includes('Output'));
  });
});

describe('completion in project files', () => {
  it('offers files of the workspace behind @, from the folder of the document', async () => {
    const found = await labels('See @|', { path: 'CLAUDE.md' });
    assert.deepEqual(found.slice(0, 1), ['VOICE.md']);
    assert.ok((await labels('@|', { path: 'docs/CLAUDE.md' })).includes('../VOICE.md'));
    assert.equal(await taken('See @VO|ICE.md now', 'VOICE.md', { path: 'CLAUDE.md' }), 'See @VOICE.md now');
  });

  it('keeps silent behind an @ that is no import', async () => {
    for (const text of ['mail a@|', '`npm i @|`', '```\n@|\n```', 'See @VOICE.md |']) assert.deepEqual(await labels(text, { path: 'CLAUDE.md' }), [], text);
    assert.deepEqual(await labels('See @|', { path: 'VOICE.md' }), []);
  });

  it('knows the paths of a rule', async () => {
    const path = '.claude/rules/api.md';
    assert.deepEqual(await labels('---\n|\n---\n', { path }), ['paths']);
    assert.equal(await taken('---\npaths:\n  - |\n---\n', 'src/**', { path }), '  - "src/**"');
    assert.equal(await taken('---\npaths:\n  - "s|"\n---\n', 'src/**', { path }), '  - "src/**"');
  });
});
