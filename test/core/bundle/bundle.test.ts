import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { assembleBundle } from '../../../src/bundle/bundle';
import type { Bundle, BundleContext } from '../../../src/bundle/bundleTypes';
import { estimateTokens } from '../../../src/catalog/tokens';
import { UserError } from '../../../src/ports';
import { planTask } from '../../../src/steering/plan';
import { taskOf } from '../../../src/steering/task';
import { MemoryFiles } from '../memoryFiles';

const essay = (name: string) => readFileSync(`test/fixtures/essay/${name}`, 'utf8');

/** Bundle a stage of /w/CONTEXT.md, the workspace being /w. */
async function bundle(
  stage: number,
  files: Record<string, string>,
  more: Partial<BundleContext> = {},
  links: Record<string, string> = {},
  at = '/w/CONTEXT.md',
): Promise<Bundle> {
  const memory = new MemoryFiles(files, links);
  memory.makeFolder('/w/.git');
  const plan = await planTask(await taskOf(at, files[at] as string, memory), memory);
  const index = plan.stages.findIndex((planned) => planned.stage.number === stage);
  return assembleBundle(plan, index, {
    files: memory,
    countTokens: (text) => estimateTokens(text),
    outputs: () => undefined,
    answers: new Map(),
    windowTokens: 200_000,
    ...more,
  });
}

const one = (fields: string) => `# Task\n\n## Stage 1: Draft the report (Haiku)\n${fields}\n`;
const sources = (result: Bundle) => result.pieces.map((piece) => piece.source);
const refused = (form: RegExp, line: number) => (error: unknown) => {
  assert.ok(error instanceof UserError);
  assert.match(error.message, form);
  assert.deepEqual([error.details.path, error.details.line, error.details.exitCode], ['/w/CONTEXT.md', line, 2]);
  return true;
};

describe('assembleBundle', () => {
  describe("the essay's CONTEXT.md", () => {
    const files = { '/w/CONTEXT.md': essay('CONTEXT.md'), '/w/VOICE.md': essay('VOICE.md'), '/w/CLAUDE.md': essay('CLAUDE.md') };
    const outputs = (index: number) => ({ text: `The output of ${index + 1}.` });

    it('shows stage 2 the project, the voice, the outline, and asks for what nobody gave', async () => {
      const result = await bundle(2, files, { outputs });
      assert.deepEqual(sources(result), ['CLAUDE.md', 'VOICE.md', 'stage:1 Structured outline']);
      assert.deepEqual(
        result.missing.map((name) => name.text),
        ['related posts'],
      );
      assert.deepEqual(
        result.pieces.map((piece) => piece.stable),
        [true, true, false],
      );
      assert.equal(result.pieces[1]?.text, essay('VOICE.md').trim());
      assert.deepEqual(result.pieces[1]?.lines, [1, 19]);
      assert.equal(result.budget, 12_500, 'a quarter of the 50K that Part 2 states');
    });

    it('shows an output once that is named twice, and no voice to a stage that names none', async () => {
      const result = await bundle(3, files, { outputs });
      assert.deepEqual(sources(result), ['CLAUDE.md', 'stage:1 Structured outline', 'stage:2 Reference document for stage 3']);
    });

    it('takes answers by name in any case', async () => {
      const result = await bundle(1, files, {
        answers: new Map([
          ['blog topic', 'Small models'],
          ['target audience', 'Developers'],
        ]),
      });
      assert.deepEqual(sources(result), ['CLAUDE.md', 'input:Blog topic', 'input:target audience']);
      assert.deepEqual(result.missing, []);
    });

    it('says which outputs are not there yet', async () => {
      const result = await bundle(4, files);
      assert.deepEqual(
        result.missing.map((name) => name.text),
        ['Draft'],
      );
    });
  });

  it('misses the list of Each until it is there, and does not send it by itself', async () => {
    const files = { '/w/CONTEXT.md': '## Stage 1: List\n- Output: Points\n\n## Stage 2: Answer\n- Each: Point in Points\n- Task: x\n' };
    assert.deepEqual(
      (await bundle(2, files)).missing.map(({ text }) => text),
      ['Points'],
    );
    const known = await bundle(2, files, { outputs: () => ({ text: '- a' }) });
    assert.deepEqual([known.missing, known.pieces], [[], []]);
  });

  it('leaves the list of Each out where Input names it, says why, and sends it where Context names it or its items are only paths', async () => {
    const files = { '/w/list.md': '- a\n- b\n', '/w/notes.md': 'notes', '/w/c/one.md': 'ONE' };
    const of = async (fields: string) => bundle(1, { ...files, '/w/CONTEXT.md': one(`${fields}\n- Task: x`) });
    const left = await of('- Input: list.md, notes.md\n- Each: Point in list.md');
    assert.deepEqual(sources(left), ['notes.md']);
    assert.deepEqual(
      left.omitted.map(({ source, reason, named, tokens }) => [source, reason, named, tokens > 0]),
      [['list.md', 'goes to each call item by item', false, true]],
    );
    assert.deepEqual(sources(await of('- Input: list.md, notes.md\n- Context: list.md\n- Each: Point in list.md')).sort(), ['list.md', 'notes.md']);
    assert.deepEqual(sources(await of('- Input: list.md, notes.md\n- Each: Point in notes.md')), ['list.md']);
    assert.deepEqual(sources(await of('- Input: c/*.md\n- Each: Chapter in c/*.md')), ['c/one.md']);
    const gone = bundle(1, { '/w/CONTEXT.md': one('- Input: gone.md\n- Each: Point in gone.md\n- Task: x') });
    await assert.rejects(gone, /names the file gone\.md, which is not there/);
    const asked = await bundle(1, { '/w/CONTEXT.md': one('- Input: The points\n- Each: Point in The points\n- Task: x') });
    assert.deepEqual(
      asked.missing.map(({ text }) => text),
      ['The points'],
    );
  });

  it('lets an answer override a declared input', async () => {
    const text = `---\ninputs:\n  Topic: Bees\n---\n${one('- Input: Topic\n- Task: x')}`;
    assert.equal((await bundle(1, { '/w/CONTEXT.md': text })).pieces[0]?.text, 'Bees');
    assert.equal((await bundle(1, { '/w/CONTEXT.md': text }, { answers: new Map([['topic', 'Ants']]) })).pieces[0]?.text, 'Ants');
  });

  describe('files', () => {
    const notes = '# Notes\n\nintro <!-- kept -->\n\n## Cadence & delivery\n\nslow\n\n### Pauses\n\nlong\n\n## Other\n\nrest\n';

    it('gives sections with their subsections, and lines, with their places', async () => {
      const result = await bundle(1, { '/w/CONTEXT.md': one('- Input: notes.md#cadence, a.ts:2-3'), '/w/notes.md': notes, '/w/a.ts': '1\r\n2\r\n3\r\n4\r\n' });
      assert.deepEqual(
        result.pieces.map(({ source, heading, lines, text, whole }) => ({ source, heading, lines, text, whole })),
        [
          { source: 'notes.md', heading: 'Cadence & delivery', lines: [5, 11], text: '## Cadence & delivery\n\nslow\n\n### Pauses\n\nlong', whole: false },
          { source: 'a.ts', heading: null, lines: [2, 3], text: '2\n3', whole: false },
        ],
      );
    });

    it('keeps comments of ordinary files, takes them out of steering files', async () => {
      const result = await bundle(1, {
        '/w/CONTEXT.md': one('- Input: notes.md, VOICE.md'),
        '/w/notes.md': notes,
        '/w/VOICE.md': '# Voice\n<!-- for people -->\ncalm',
      });
      assert.match(result.pieces.find((piece) => piece.source === 'notes.md')?.text ?? '', /<!-- kept -->/);
      assert.doesNotMatch(result.pieces.find((piece) => piece.source === 'VOICE.md')?.text ?? '', /for people/);
    });

    it('fails with the place for a missing file, section, line or glob', async () => {
      const files = { '/w/notes.md': notes };
      const named = (name: string) => bundle(1, { ...files, '/w/CONTEXT.md': one(`- Task: x\n- Input: ${name}`) });
      await assert.rejects(named('gone.md'), refused(/gone\.md, which is not there/, 4));
      await assert.rejects(named('notes.md#Gone'), refused(/no section “Gone”/, 4));
      await assert.rejects(named('notes.md:90-95'), refused(/has 15 lines/, 4));
      await assert.rejects(named('src/*.ts'), refused(/matches no file/, 4));
    });

    it('says the same as left out where the bundle is only estimated', async () => {
      const result = await bundle(1, { '/w/CONTEXT.md': one('- Input: gone.md') }, { lenient: true });
      assert.deepEqual(
        result.omitted.map(({ source, named }) => ({ source, named })),
        [{ source: 'gone.md', named: true }],
      );
    });

    it('reads nothing outside of the workspace', async () => {
      const outside = { '/etc/passwd': 'root', '/w/notes.md': notes };
      await assert.rejects(bundle(1, { ...outside, '/w/CONTEXT.md': one('- Input: /etc/passwd') }), refused(/leads outside/, 3));
      await assert.rejects(bundle(1, { ...outside, '/w/CONTEXT.md': one('- Input: ../etc/passwd') }), refused(/leads outside/, 3));
      await assert.rejects(
        bundle(1, { ...outside, '/w/CONTEXT.md': one('- Input: link.md') }, {}, { '/w/link.md': '/etc/passwd' }),
        refused(/leads outside/, 3),
      );
    });

    it('refuses secrets by name, also behind a link, and says so', async () => {
      const secrets = { '/w/.env': 'KEY=1', '/w/keys/server.pem': 'x', '/w/id_rsa': 'x', '/w/credentials.json': '{}', '/w/.env.example': 'KEY=' };
      const result = await bundle(
        1,
        { ...secrets, '/w/CONTEXT.md': one('- Input: .env, keys/server.pem, ./id_rsa, credentials.json, plain.txt, .env.example') },
        {},
        { '/w/plain.txt': '/w/.env' },
      );
      assert.deepEqual(sources(result), ['.env.example']);
      assert.deepEqual(
        result.omitted.map(({ source }) => source),
        ['.env', 'keys/server.pem', 'id_rsa', 'credentials.json', 'plain.txt'],
      );
      assert.ok(result.omitted.every(({ reason, named }) => /looks like a secret/.test(reason) && named));
    });

    it('leaves out what is binary or too large, with the reason', async () => {
      const result = await bundle(1, { '/w/CONTEXT.md': one('- Input: a.txt, b.txt'), '/w/a.txt': 'a\0b', '/w/b.txt': 'x'.repeat(600_000) });
      assert.deepEqual(
        result.omitted.map(({ source, reason }) => `${source} ${reason}`),
        ["a.txt can't be read: a.txt is binary.", "b.txt can't be read: b.txt is over 524288 bytes."],
      );
    });

    it('takes text files a glob matches, passes over lock files, and stops at 200', async () => {
      const many = Object.fromEntries(Array.from({ length: 230 }, (_, i) => [`/w/data/${1000 + i}.json`, '{}']));
      const result = await bundle(1, { ...many, '/w/data/package-lock.json': '{}', '/w/CONTEXT.md': one('- Input: data/*.json') });
      assert.equal(result.pieces.length, 200);
      assert.deepEqual(
        result.omitted.map(({ reason }) => reason),
        ['is a lock file', 'matches 30 more files than the 200 that one pattern may give'],
      );
    });
  });

  describe('project files', () => {
    it('come from the workspace down, AGENTS.md only where there is no CLAUDE.md, with imports', async () => {
      const result = await bundle(
        1,
        {
          '/w/CLAUDE.md': 'root <!-- note --> see @docs/api.md and `@docs/no.md`, ask @someone, @docs/gone.md and @~/mine.md',
          '/w/AGENTS.md': 'shadowed',
          '/w/docs/api.md': 'api, back to @../CLAUDE.md',
          '/w/docs/no.md': 'no',
          '/w/task/AGENTS.md': 'below',
          '/w/other/CLAUDE.md': 'elsewhere',
          '/w/task/CONTEXT.md': one('- Task: x'),
        },
        {},
        {},
        '/w/task/CONTEXT.md',
      );
      assert.deepEqual(sources(result), ['CLAUDE.md', 'docs/api.md', 'task/AGENTS.md']);
      assert.doesNotMatch(result.pieces[0]?.text ?? '', /note/);
      assert.deepEqual(
        result.omitted.map(({ source, reason }) => `${source}: ${reason}`),
        ['docs/gone.md: imported by CLAUDE.md, but not there', '~/mine.md: imported by CLAUDE.md, but outside of the workspace'],
      );
    });

    it('follow four imports and no fifth', async () => {
      const chain = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`/w/i${n}.md`, `@i${n + 1}.md`]));
      const result = await bundle(1, { ...chain, '/w/CLAUDE.md': '@i1.md', '/w/CONTEXT.md': one('- Task: x') });
      assert.deepEqual(sources(result), ['CLAUDE.md', 'i1.md', 'i2.md', 'i3.md', 'i4.md']);
      assert.match(result.omitted[0]?.reason ?? '', /more than 4 imports deep/);
    });

    it('keep their place in front when a stage names them, and hold the sections it names', async () => {
      const files = { '/w/CLAUDE.md': '# A\n\n@z.md\n\n## B\n\nb', '/w/z.md': 'z' };
      const plain = await bundle(1, { ...files, '/w/CONTEXT.md': one('- Task: x') });
      const named = await bundle(1, { ...files, '/w/CONTEXT.md': one('- Input: z.md, CLAUDE.md#B') });
      assert.deepEqual(sources(plain), ['CLAUDE.md', 'z.md']);
      assert.deepEqual(sources(named), ['CLAUDE.md', 'z.md']);
      assert.ok(named.pieces.every((piece) => piece.stable && piece.whole));
    });
  });

  it('sends VOICE.md where a check, a criterion or a judge names it, and the schema of a check', async () => {
    const files = { '/w/VOICE.md': 'calm', '/w/s.json': '{}' };
    const stage = (fields: string) => bundle(1, { ...files, '/w/CONTEXT.md': one(`- Task: x\n${fields}`) });
    assert.deepEqual(sources(await stage('- Success: short')), []);
    assert.deepEqual(sources(await stage('- Success: reads like VOICE.md')), ['VOICE.md']);
    assert.deepEqual(sources(await stage('- Checks:\n  - voice: VOICE.md\n  - schema: s.json')), ['VOICE.md', 's.json']);
    assert.deepEqual(sources(await stage('- Checks:\n  - judge: reads like VOICE.md, >= 4/5')), ['VOICE.md']);
  });

  describe('background', () => {
    const architecture =
      '# Architecture\n\n## Billing\n\nInvoices are made each night and sent by the invoice worker.\n\n## Search\n\nThe index lives in memory.\n\n## Deployment\n\nBy hand.\n';
    const files = { '/w/ARCHITECTURE.md': architecture, '/w/DESIGN.md': '# Invoices\n\nInvoice numbers never repeat.\n' };
    const context = one('- Input: invoices\n- Task: Describe how an invoice is made');

    it('gives the sections that share words with the stage, each with its lines', async () => {
      const result = await bundle(1, { ...files, '/w/CONTEXT.md': context });
      assert.deepEqual(
        result.pieces.map(({ source, heading, lines }) => [source, heading, lines]),
        [['ARCHITECTURE.md', 'Billing', [3, 5]]],
      );
      assert.ok(result.omitted.some(({ heading, reason }) => heading === 'Search' && /no word/.test(reason)));
    });

    it('reads what settings name, and leaves out what the stage says', async () => {
      const result = await bundle(
        1,
        { ...files, '/w/CONTEXT.md': context.replace('- Task', '- Context: not ARCHITECTURE.md#Billing\n- Task') },
        { background: ['DESIGN.md'] },
      );
      assert.deepEqual(sources(result), ['DESIGN.md']);
      assert.ok(result.omitted.some(({ heading, reason }) => heading === 'Billing' && /Context: not/.test(reason)));
    });

    it('leaves out the subsections of what is left out, too', async () => {
      const nested = '# A\n\n## Billing\n\ninvoice\n\n### Retries\n\nan invoice again\n\n## Sending\n\ninvoice by mail\n';
      const result = await bundle(1, {
        '/w/ARCHITECTURE.md': nested,
        '/w/CONTEXT.md': context.replace('- Task', '- Context: not ARCHITECTURE.md#Billing\n- Task'),
      });
      assert.deepEqual(
        result.pieces.map(({ heading }) => heading),
        ['Sending'],
      );
    });

    it('is what goes first when the budget is short', async () => {
      const result = await bundle(1, { ...files, '/w/CONTEXT.md': context, '/w/CLAUDE.md': 'rules' }, { budget: 70 });
      assert.deepEqual(sources(result), ['CLAUDE.md']);
      assert.match(result.omitted.find(({ heading }) => heading === 'Billing')?.reason ?? '', /budget/);
    });
  });

  it('leaves out whole files, folders, and sections of files by Context: not', async () => {
    const files = { '/w/CLAUDE.md': 'x', '/w/docs/a.md': '# A\n\n## Keep\n\nk\n\n## Drop\n\nd\n', '/w/docs/old/b.md': 'b' };
    const result = await bundle(1, { ...files, '/w/CONTEXT.md': one('- Input: docs/**/*.md\n- Context: not CLAUDE.md, not docs/old, not docs/a.md#Drop') });
    assert.deepEqual(sources(result), ['docs/a.md']);
    assert.equal(result.pieces[0]?.text, '# A\n\n## Keep\n\nk');
    assert.deepEqual(result.omitted.map(({ source, heading }) => [source, heading]).sort(), [
      ['CLAUDE.md', null],
      ['docs/a.md', 'Drop'],
      ['docs/old/b.md', null],
    ]);
  });

  it('gives the outline of what is too large, says so, and keeps the rest whole', async () => {
    const large = Array.from({ length: 30 }, (_, i) => `## Part ${i}\n\n${'word '.repeat(100)}\n`).join('\n');
    const result = await bundle(1, { '/w/CONTEXT.md': one('- Input: large.md, small.md'), '/w/large.md': large, '/w/small.md': 'small' }, { budget: 500 });
    assert.deepEqual(
      result.pieces.map(({ source, outline }) => [source, outline]),
      [
        ['large.md', true],
        ['small.md', false],
      ],
    );
    assert.match(result.pieces[0]?.text ?? '', /^## Part 0\n## Part 1\n/);
    assert.deepEqual(
      result.omitted.map(({ source, reason, named }) => ({ source, reason, named })),
      [{ source: 'large.md', reason: 'larger than the budget; its outline is in', named: true }],
    );
  });

  it('never goes over a budget, whatever it is, and is the same every time', async () => {
    const section = fc.string({ minLength: 0, maxLength: 300, unit: fc.constantFrom('a', 'invoice ', '\n', '## ', '<', '</document>', 'é', '# H\n') });
    await fc.assert(
      fc.asyncProperty(
        fc.record({ a: section, b: section, claude: section, architecture: section, output: section }),
        fc.integer({ min: 0, max: 900 }),
        async (texts, budget) => {
          const files = {
            '/w/CONTEXT.md': '## Stage 1: One\n- Output: Invoice list\n\n## Stage 2: Two\n- Input: Invoice list, a.md, b.txt\n- Task: Sort each invoice\n',
            '/w/a.md': texts.a,
            '/w/b.txt': texts.b,
            '/w/CLAUDE.md': texts.claude,
            '/w/ARCHITECTURE.md': texts.architecture,
          };
          const make = () => bundle(2, files, { budget, outputs: () => ({ text: texts.output }) });
          const result = await make();
          assert.equal(
            result.tokens,
            result.pieces.reduce((sum, { tokens }) => sum + tokens, 0),
          );
          assert.ok(result.tokens <= budget && result.budget === budget);
          for (const named of ['a.md', 'b.txt', 'stage:1 Invoice list']) {
            const whole = result.pieces.some(({ source, outline }) => source === named && !outline);
            assert.notEqual(
              whole,
              result.omitted.some(({ source }) => source === named),
              `${named} is either whole or among what is left out`,
            );
          }
          assert.equal(JSON.stringify(await make()), JSON.stringify(result));
        },
      ),
      { numRuns: 60 },
    );
  });
});
