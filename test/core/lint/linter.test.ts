import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { ignoreHere } from '../../../src/lint/ignores';
import type { Rule } from '../../../src/lint/issue';
import { applyFixes, fixAll, lintFile, lintText, type RuleSettings } from '../../../src/lint/linter';
import { rules } from '../../../src/lint/rules/index';
import { MarkdownDocument } from '../../../src/steering/markdown';
import { applyEdits } from '../../../src/text';
import { MemoryFiles } from '../memoryFiles';

const repository = {
  '/w/.git/HEAD': '',
  '/w/package.json': '{"scripts":{"build":"x"}}',
  '/w/src/a.ts': '',
  '/w/VOICE.md': '# Voice\n',
  '/w/Makefile': 'all:\n',
};
const lint = (text: string, path = '/w/CLAUDE.md', settings: RuleSettings = {}) => lintText({ path, text, files: new MemoryFiles(repository), settings });
const rulesOf = async (...args: Parameters<typeof lint>) => (await lint(...args)).map(({ rule }) => rule);
const fixture = (name: string) => readFileSync(join(__dirname, '../../fixtures/essay', name), 'utf8');

describe('the linter', () => {
  it('says one thing of a file it does not read', async () => {
    assert.deepEqual(await rulesOf('a\0b'), ['file/binary']);
    assert.deepEqual(await rulesOf('\uFFFD'.repeat(20)), ['file/binary']);
    assert.deepEqual(await rulesOf('é'.repeat(300 * 1024)), ['file/too-large']);
    assert.deepEqual(await rulesOf(' \n'), ['project/empty']);
    assert.deepEqual(await rulesOf('', '/w/CONTEXT.md'), ['context/empty']);
    assert.deepEqual(await rulesOf('', '/w/VOICE.md'), ['voice/empty']);
    assert.deepEqual(await rulesOf('`src/gone.ts`', '/w/README.md'), []);
  });

  it('lints files, and leaves it to others that there is none', async () => {
    const files = new MemoryFiles({ ...repository, '/w/CLAUDE.md': 'x'.repeat(600 * 1024), '/w/AGENTS.md': '\0', '/w/a/CLAUDE.md': 'Use `npm run biuld`.' });
    assert.deepEqual(
      (await lintFile({ path: '/w/CLAUDE.md', files })).issues.map(({ rule }) => rule),
      ['file/too-large'],
    );
    assert.deepEqual(
      (await lintFile({ path: '/w/AGENTS.md', files })).issues.map(({ rule }) => rule),
      ['file/binary'],
    );
    assert.deepEqual(
      (await lintFile({ path: '/w/a/CLAUDE.md', files })).issues.map(({ rule }) => rule),
      ['reference/script'],
    );
    await assert.rejects(lintFile({ path: '/w/none/CLAUDE.md', files }), { name: 'UserError' });
    assert.equal(files.writeCount, 0);
  });

  it('sorts by position and follows settings', async () => {
    const text = 'Run `npm run biuld`.\nSee `src/gone.ts`.\nRun `make none`.\n';
    assert.deepEqual(await rulesOf(text), ['reference/script', 'reference/path', 'reference/target']);
    const issues = await lint(text, undefined, { 'reference/path': 'off', 'reference/script': 'info' });
    assert.deepEqual(
      issues.map(({ rule, severity }) => `${rule} ${severity}`),
      ['reference/script info', 'reference/target error'],
    );
    assert.deepEqual(await rulesOf('', undefined, { 'project/empty': 'off' }), []);
  });

  it('honours ignore comments on the line, before it, and at the top of the file', async () => {
    const path = 'See `src/gone.ts`.';
    assert.deepEqual(await rulesOf(`<!-- haiku-first-ignore reference/path it comes with the next release -->\n\n${path}\n${path}\n`), ['reference/path']);
    assert.deepEqual(await rulesOf(`${path} <!-- haiku-first-ignore reference/path -->\n${path}\n`), ['reference/path']);
    assert.deepEqual(await rulesOf(`# P\n\n<!-- haiku-first-ignore-file reference/path, reference/script -->\n${path}\n`), []);
    assert.deepEqual(await rulesOf(`# P\n\ntext\n\n<!-- haiku-first-ignore-file reference/path -->\n${path}\n`), ['file/unused-ignore', 'reference/path']);
    assert.deepEqual(await rulesOf(`<!-- haiku-first-ignore reference/link -->\n${path}\n`), ['reference/path']);
    assert.deepEqual(await rulesOf(`\`<!-- haiku-first-ignore-file reference/path -->\`\n${path}\n`), ['reference/path']);
  });

  it('writes the comment that ignores an issue where it stands', async () => {
    for (const text of ['See `src/gone.ts`.\n', '- See `src/gone.ts`.\n- b\n', '# P\r\n\r\nSee `src/gone.ts`.\r\n']) {
      const [issue] = await lint(text);
      assert.ok(issue);
      const ignored = applyEdits(text, [ignoreHere(new MarkdownDocument(text), issue)]);
      assert.deepEqual(await rulesOf(ignored), [], ignored);
    }
  });

  it('makes fixes that touch each other only once', () => {
    const at = (from: number, to: number) => ({ start: { line: 0, character: from }, end: { line: 0, character: to } });
    const fix = (from: number, to: number, newText: string, safe = true) => ({
      rule: 'a/b',
      severity: 'error' as const,
      message: '',
      range: at(from, to),
      fixes: [{ title: '', edits: [{ range: at(from, to), newText }], safe }],
    });
    assert.equal(fixAll('abcdef', [fix(0, 2, 'X'), fix(1, 3, 'Y'), fix(4, 5, 'Z'), fix(5, 6, 'no', false)]), 'XcdZf');
  });

  describe('with a rule that is wrong', () => {
    const wrong = (check: Rule['check']): Rule => ({ id: 'project/wrong', severity: 'warning', title: 'Wrong', kinds: ['project'], check });
    const withRule = async (check: Rule['check'], text: string) => {
      const faults: string[] = [];
      const all = rules as Rule[];
      all.push(wrong(check));
      try {
        const files = new MemoryFiles(repository);
        const issues = await lintText({ path: '/w/CLAUDE.md', text, files, onFault: ({ rule, error }) => faults.push(`${rule}: ${error}`) });
        await assert.rejects(lintText({ path: '/w/CLAUDE.md', text, files }), 'unheard, a fault is thrown');
        return { issues, faults };
      } finally {
        all.pop();
      }
    };

    it('says so, and goes on with the others', async () => {
      const { issues, faults } = await withRule(() => {
        throw new TypeError('oh');
      }, 'See `src/gone.ts`.\n');
      assert.deepEqual(
        issues.map(({ rule }) => rule),
        ['reference/path'],
      );
      assert.deepEqual(faults, ['project/wrong: TypeError: oh']);
    });

    const at = (from: number, to: number, line = 0) => ({ start: { line, character: from }, end: { line, character: to } });
    for (const [what, edits] of [
      ['edits overlap', [at(0, 3), at(2, 4)]],
      ['edits a place twice the other way round', [at(2, 4), at(0, 3)]],
      ['reaches past the end of its line', [at(0, 30)]],
      ['ends before it begins', [at(3, 1)]],
    ] as const) {
      it(`keeps the finding, but no fix that ${what}`, async () => {
        const { issues, faults } = await withRule(
          () => [{ message: 'x', range: at(0, 1), fixes: [{ title: 'No', edits: edits.map((range) => ({ range, newText: '' })), safe: true }] }],
          'Some text\nand more\n',
        );
        assert.deepEqual(issues.find(({ rule }) => rule === 'project/wrong')?.fixes, []);
        assert.equal(faults.length, 1);
      });
    }
  });

  it('never throws, whatever the text, and finds nothing outside of it', async () => {
    const bits = fc.constantFrom(
      'Stage 1: A (Haiku)',
      'Stage 1: A (Code)',
      '\n',
      '\r\n',
      '- Task: x',
      '- Input: ',
      '- Checks:\n  - words: 3',
      '- Output: A → ../b',
      '# Specification',
      '---\n',
      '```',
      '<!--',
      '-->',
      '50% — A',
      '-3% — B',
      '@a.md',
      '`src/b.ts`',
      '[x](y.md)',
      ', ',
      '- ',
      ' ',
      '(',
      '💡',
      '\uFEFF',
      '#',
    );
    const name = fc.constantFrom('CONTEXT.md', 'VOICE.md', 'CLAUDE.md', 'ARCHITECTURE.md');
    await fc.assert(
      fc.asyncProperty(
        name,
        fc.oneof(
          fc.array(bits, { maxLength: 40 }).map((parts) => parts.join('')),
          fc.string({ unit: 'grapheme', maxLength: 200 }),
        ),
        async (file, text) => {
          const lines = text.split(/\r\n|\r|\n/);
          for (const { range, message, fixes } of await lint(text, `/w/${file}`)) {
            assert.ok(message && range.start.line <= range.end.line && range.end.line < lines.length, `${JSON.stringify(range)} of ${lines.length} lines`);
            for (const fix of fixes) applyFixes(text, [fix.edits]);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('fixes mutated samples without losing them, and twice is once', async () => {
    const sources = ['CONTEXT.md', 'VOICE.md', 'CLAUDE.md'].map((name) => ({ name, text: fixture(name) }));
    const mutation = fc.record({
      source: fc.constantFrom(...sources),
      at: fc.nat(2000),
      length: fc.nat(80),
      insert: fc.constantFrom('', '\n', 'Stage 1: X (Haiku)\n- Task: y\n', '- 12% — Z\n', '#', '```\n', '---\n', '<!--'),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ source, at, length, insert }) => {
        const text = source.text.slice(0, at) + insert + source.text.slice(at + length);
        const path = `/w/${source.name}`;
        const fixed = fixAll(text, await lint(text, path));
        const rest = await lint(fixed, path);
        assert.deepEqual(
          rest.filter((issue) => issue.rule === 'context/duplicate-stage-number' && issue.fixes.some(({ safe }) => safe)).map(({ message }) => message),
          [],
        );
        assert.equal(fixAll(fixed, rest), fixed);
      }),
      { numRuns: 150 },
    );
  });
});
