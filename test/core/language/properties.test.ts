import assert from 'node:assert/strict';
import fc from 'fast-check';
import { planTask } from '../../../src/steering/plan';
import { taskOf } from '../../../src/steering/task';
import { applyEdits, LineIndex } from '../../../src/text';
import { MemoryFiles } from '../memoryFiles';
import { marked, service } from './marked';

const word = fc.constantFrom('outline', 'draft', 'raw', 'final', 'notes', 'points', 'list', 'stage', 'the', '2', 'x-y', "Mira's", '“so”', 'a.md', 'é');
const name = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
const runner = fc.constantFrom('', ' (Haiku)', ' (Opus if needed)', ' (Code)');

interface Drawn {
  title: string;
  output: string;
  runner: string;
  reads: number[];
  paragraph: boolean;
}

const drawn = fc.array(fc.record({ title: name, output: name, runner, reads: fc.array(fc.nat(20), { maxLength: 3 }), paragraph: fc.boolean() }), {
  minLength: 2,
  maxLength: 5,
});

/** A task whose stages read each other by output, title, number, single words, quotes or lists, and what nobody makes. */
function taskText(stages: readonly Drawn[], crlf: boolean): string {
  const text = ['---\ninputs:\n  reader: all\n---\n# T\n\n## Success criteria\n'];
  text.push(`- ${stages[0]?.title} stage: 100 words max\n\n`);
  stages.forEach((stage, i) => {
    const inputs = stage.reads.map((read) => {
      const other = stages[read % stages.length] as Drawn;
      return [other.output, `"${other.title}"`, other.title, `stage ${(read % stages.length) + 1} work`, other.output.split(' ')[0], 'reader', 'a.md'][
        read % 7
      ] as string;
    });
    text.push(
      `${stage.paragraph ? '' : '### '}Stage ${i + 1}: ${stage.title}${stage.runner}\n- Input: ${inputs.join(', ')}\n- Task: Do it.\n- Output: ${stage.output}\n\n`,
    );
  });
  return crlf ? text.join('').replace(/\n/g, '\r\n') : text.join('');
}

async function dependencies(text: string) {
  const files = new MemoryFiles({ '/w/a.md': '' });
  files.makeFolder('/w/.git');
  const plan = await planTask(await taskOf('/w/CONTEXT.md', text, files), files);
  return plan.stages.map(({ needs, inputs, stage }) => ({
    needs,
    inputs: inputs.map(({ source }) => (source.kind === 'declared' ? 'declared' : JSON.stringify(source))),
    checks: stage.checks.map((check) => check.text),
  }));
}

const ask = service({ 'a.md': '' });
const path = '/w/CONTEXT.md';

describe('properties of the language features', () => {
  it('a renaming that is not refused keeps what every input resolves to', async () => {
    let done = 0;
    await fc.assert(
      fc.asyncProperty(
        drawn,
        fc.boolean(),
        fc.nat(),
        fc.constantFrom('title', 'output'),
        fc.oneof(name, fc.string({ maxLength: 12 })),
        async (stages, crlf, pick, what, to) => {
          const text = taskText(stages, crlf);
          const files = new MemoryFiles({ '/w/a.md': '' });
          const { document } = await taskOf(path, text, files);
          const stage = document.stages[pick % Math.max(1, document.stages.length)];
          const range = what === 'title' ? stage?.titleRange : stage?.output?.nameRange;
          if (!range) return;
          const result = await ask.rename({ path, text }, range.start, to);
          if ('refusal' in result) return;
          const after = applyEdits(text, result.edits);
          assert.deepEqual(await dependencies(after), await dependencies(text));
          const read = (await taskOf(path, after, files)).document.stages[document.stages.indexOf(stage as (typeof document.stages)[0])];
          assert.equal(what === 'title' ? read?.title : read?.output?.name, to.trim().replace(/\s+/g, ' '));
          if (result.edits.length > 0) done++;
        },
      ),
      { numRuns: 400 },
    );
    assert.ok(done > 60, `only ${done} renamings were made`);
  }).timeout(60_000);

  const scrap = fc.constantFrom(
    '### Stage 1: A (',
    'Haiku',
    ')',
    '- Input: ',
    '- Checks:\n  - ',
    'words: 3',
    '  - any of:\n    - ',
    '- Each: X in ',
    '- Context: not ',
    '---\n',
    'models:\n  opus: ',
    'inputs:\n  a: b\n',
    '<!-- haiku-first-ignore ',
    '-->',
    '```\n',
    '@a.md ',
    '`a.md`',
    '"',
    '`',
    ', ',
    '#',
    '\r\n',
    '\n',
    '[',
    '](',
    '\u2028',
    '😀',
    '- Output: A → b.md as ',
    '- Success: 3 links, ',
    '## Success criteria\n- A stage: 3 words\n',
  );

  it('no feature throws at any position of a broken document, and all ranges lie in it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(scrap, fc.string({ maxLength: 6 })), { maxLength: 14 }),
        fc.nat(),
        fc.constantFrom(path, '/w/CLAUDE.md', '/w/VOICE.md', '/w/.claude/rules/a.md'),
        async (parts, where, at) => {
          const text = parts.join('');
          const index = new LineIndex(text);
          const position = index.positionAt(where % (text.length + 1));
          const document = { path: at, text };
          const { items } = await ask.completions(document, position);
          const ranges = [
            ...items.map(({ range }) => range),
            ...(await ask.definitions(document, position)).map(({ origin }) => origin),
            ...(await ask.references(document, position, true)).map(({ range }) => range),
            ...(await ask.links(document)).map(({ range }) => range),
          ];
          const hover = await ask.hover(document, position);
          if (hover) ranges.push(hover.range);
          const renamable = await ask.renamable(document, position);
          if ('range' in renamable) ranges.push(renamable.range);
          const renaming = await ask.rename(document, position, 'Other');
          if ('edits' in renaming) applyEdits(text, renaming.edits);
          for (const { start, end } of ranges) {
            assert.ok(index.offsetAt(start) <= index.offsetAt(end));
            assert.deepEqual(index.positionAt(index.offsetAt(start)), start);
            assert.deepEqual(index.positionAt(index.offsetAt(end)), end);
          }
          for (const { range } of items) assert.ok(range.start.line === position.line && range.end.line === position.line);
        },
      ),
      { numRuns: 500 },
    );
  }).timeout(60_000);

  it('asking about a document of 2,000 lines takes a few milliseconds once it was read', async () => {
    const stage = (i: number) =>
      `### Stage ${i}: Title ${i} (Haiku)\n\n- Input: Output ${i - 1}, a.md, topic ${i}\n- Task: Say it.\n- Output: Output ${i}\n- Checks:\n  - words: 10-20\n  - json\n\nProse with \`a.md\` and stage ${i}.\n\n`;
    const text = `# T\n\n${Array.from({ length: 180 }, (_, i) => stage(i + 1)).join('')}- |`;
    const { text: plain, at } = marked(text.replace('Input: Output 99, a', 'Input: Output 99, |a').replace(/- \|$/, ''));
    assert.ok(plain.split('\n').length > 1900);
    const document = { path, text: plain };
    await ask.completions(document, at);
    const features: [string, () => Promise<unknown>][] = [
      ['completions', () => ask.completions(document, at)],
      ['hover', () => ask.hover(document, at)],
      ['definitions', () => ask.definitions(document, at)],
      ['references', () => ask.references(document, at, true)],
      ['links', () => ask.links(document)],
    ];
    for (const [feature, call] of features) {
      await call();
      const times: number[] = [];
      for (let i = 0; i < 7; i++) {
        const started = performance.now();
        await call();
        times.push(performance.now() - started);
      }
      const median = times.sort((a, b) => a - b)[3] as number;
      if (process.env.HAIKU_FIRST_TIMES) console.log(feature, median.toFixed(1));
      assert.ok(median < 100, `${feature} takes ${median.toFixed(1)} ms`);
    }
  });

  it('long lines, many stages and many blanks take no long pause', async () => {
    const blanks = ' '.repeat(20_000);
    const many = Array.from({ length: 1500 }, (_, i) => `### Stage ${i}: Stage ${i} (Haiku)\n- Input: Stage ${i - 1}\n`).join('');
    const texts = [
      `---\ninputs:\n  a${blanks}b\n  c: d${blanks}e\n---\n### Stage 1: A (${blanks}\n- Input: a,${blanks}b`,
      `## Success criteria\n\n${'- stage stage 3 stage is a stage\n'.repeat(200)}\n${many}`,
      `### Stage 1: A (Haiku)\n- Input: ${'"a, '.repeat(5000)}\n- Checks:\n  - ${'not '.repeat(5000)}x`,
      `<!-- haiku-first-ignore ${'a/b, '.repeat(5000)}${'`'.repeat(5000)}${'@a '.repeat(5000)}`,
    ];
    for (const [i, text] of texts.entries()) {
      const document = { path, text };
      const at = new LineIndex(text).positionAt(text.length);
      const started = performance.now();
      await ask.completions(document, at);
      await ask.hover(document, at);
      await ask.references(document, at, true);
      await ask.links(document);
      await ask.rename(document, at, 'Other');
      const ms = performance.now() - started;
      if (process.env.HAIKU_FIRST_TIMES) console.log(i, ms.toFixed(0));
      assert.ok(ms < 5000, `text ${i} takes ${ms.toFixed(0)} ms`);
    }
  }).timeout(30_000);
});
