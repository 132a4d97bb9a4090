import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyFixes, fittedFix, fixAll, fixUntilStable, lineEndAt } from '../../../src/lint/fixes';
import type { Issue } from '../../../src/lint/issue';
import { applyEdits, LineIndex, type TextEdit } from '../../../src/text';
import { examples } from '../../rulePages';

const edit = (line: number, from: number, to: number, newText: string): TextEdit => ({
  range: { start: { line, character: from }, end: { line, character: to } },
  newText,
});
const issueOf = (edits: TextEdit[], safe = true): Issue => ({
  rule: 'a/b',
  severity: 'warning',
  message: 'x',
  range: (edits[0] as TextEdit).range,
  fixes: [{ title: 'Fix', edits, safe }],
});

/** The same edits one after the other, comparing each with all before: what `applyFixes` has to say the same as, faster. */
function slowly(text: string, groups: readonly (readonly TextEdit[])[]): string {
  const index = new LineIndex(text);
  const taken: [number, number][] = [];
  const made: TextEdit[] = [];
  for (const group of groups) {
    const spans = group.map(({ range }): [number, number] => [index.offsetAt(range.start), index.offsetAt(range.end)]);
    if (spans.some(([from, to]) => taken.some(([start, end]) => from <= end && start <= to))) continue;
    taken.push(...spans);
    made.push(...group);
  }
  return applyEdits(text, made);
}

describe('fixes', () => {
  it('of one issue are made whole or not at all', () => {
    const text = 'abcdef';
    assert.equal(fixAll(text, [issueOf([edit(0, 0, 1, 'X'), edit(0, 4, 5, 'Y')]), issueOf([edit(0, 2, 3, 'Z'), edit(0, 5, 6, 'W')])]), 'XbcdYf');
    assert.equal(fixAll(text, [issueOf([edit(0, 0, 1, 'X')], false)]), text);
  });

  it('are chosen as a plain comparison would', () => {
    const group = fc.array(
      fc.tuple(fc.nat(30), fc.nat(3)).map(([from, length]) => edit(0, from, from + length, '-')),
      { minLength: 1, maxLength: 2 },
    );
    const apart = group.filter(([a, b]) => !b || !a || a.range.end.character < b.range.start.character || b.range.end.character < a.range.start.character);
    fc.assert(
      fc.property(fc.array(apart, { maxLength: 12 }), (groups) => {
        const text = 'abcdefghijklmnopqrstuvwxyz0123456789';
        assert.equal(applyFixes(text, groups), slowly(text, groups));
      }),
    );
  });

  it('take time in proportion to their number', () => {
    const text = 'ab\n'.repeat(40_000);
    const groups = Array.from({ length: 40_000 }, (_, line) => [edit(line, 0, 1, 'X')]);
    const started = performance.now();
    assert.ok(applyFixes(text, groups).startsWith('Xb\nXb\n'));
    assert.ok(performance.now() - started < 2000);
  });

  it('get the line ends of the place they edit', () => {
    const index = new LineIndex('a\r\nb\nc\rd');
    assert.deepEqual(
      [0, 1, 2, 3].map((line) => lineEndAt(index, line)),
      ['\r\n', '\n', '\r', '\r'],
    );
    assert.equal(lineEndAt(new LineIndex('a'), 0), '\n');
    assert.equal(fittedFix(index, { title: '', edits: [edit(0, 1, 1, '\nx\r\ny')], safe: true }).edits[0]?.newText, '\r\nx\r\ny');
  });

  it('are made until nothing is left, and given up where they undo each other', async () => {
    const shorten = async (text: string) => (text.length > 3 ? [issueOf([edit(0, 0, 1, '')])] : []);
    assert.deepEqual(await fixUntilStable('abcdef', await shorten('abcdef'), shorten), { text: 'def', issues: [], count: 3, stable: true });
    const flip = async (text: string) => [issueOf([edit(0, 0, 1, text === 'a' ? 'b' : 'a')])];
    const { stable, count } = await fixUntilStable('a', await flip('a'), flip);
    assert.deepEqual([stable, count], [false, 10]);
  });

  describe('of the examples on the pages of the rules', () => {
    const crlf = (text: string) => text.replaceAll('\n', '\r\n');
    for (const { id, bad } of examples()) {
      it(`${id}: are within the document, keep its line ends, and twice is once`, async () => {
        const text = bad.document.text;
        for (const each of [text, crlf(text), `\uFEFF${text}`]) {
          const issues = await bad.lint(each);
          const index = new LineIndex(each);
          for (const fix of issues.flatMap(({ fixes }) => fixes)) {
            assert.deepEqual(fittedFix(index, fix), fix);
            const applied = applyFixes(each, [fix.edits]);
            assert.notEqual(applied, each, `“${fix.title}” changes something`);
            if (each.includes('\r\n')) assert.doesNotMatch(applied, /(?:^|[^\r])\n|\r(?!\n)/, `“${fix.title}” keeps line ends`);
          }
          const fixed = await fixUntilStable(each, issues, (next) => bad.lint(next));
          assert.ok(fixed.stable, 'the fixes come to an end');
          assert.equal(fixAll(fixed.text, fixed.issues), fixed.text);
        }
        const again = await bad.lint(crlf(text));
        const rules = (found: readonly Issue[]) => found.map(({ rule, range }) => `${range.start.line} ${rule}`);
        assert.deepEqual(rules(again), rules(await bad.lint()), 'CRLF changes no finding');
      });
    }
  });

  it('of mutated examples come to an end, fit their document, and keep its line ends', async () => {
    const all = examples();
    const bits = [
      '',
      '\n',
      '\n\n',
      '- ',
      '  ',
      '`',
      '```\n',
      '<!--',
      '-->',
      '---\n',
      '# ',
      '@a.md',
      '- 12% — Z\n',
      'Stage 1: X (Haiku)\n- Task: y\n',
      '💡',
      '\t',
      '|',
    ];
    const mutation = fc.record({ at: fc.nat(600), length: fc.nat(40), insert: fc.constantFrom(...bits) });
    const lineEnd = fc.constantFrom('\n', '\r\n');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...all), fc.array(mutation, { minLength: 1, maxLength: 4 }), lineEnd, async ({ bad }, mutations, end) => {
        let text = bad.document.text;
        for (const { at, length, insert } of mutations) text = text.slice(0, at) + insert + text.slice(at + length);
        text = text.replaceAll('\n', end);
        const before = new Map(bad.files.texts);
        const issues = await bad.lint(text);
        const index = new LineIndex(text);
        for (const fix of issues.flatMap(({ fixes }) => fixes)) assert.deepEqual(fittedFix(index, fix), fix);
        const fixed = await fixUntilStable(text, issues, (next) => bad.lint(next));
        assert.ok(fixed.stable, 'the fixes come to an end');
        if (end === '\r\n') assert.doesNotMatch(fixed.text, /(?:^|[^\r])\n|\r(?!\n)/);
        assert.deepEqual(bad.files.texts, before, 'no other document is touched');
        assert.equal(bad.files.writeCount, 0);
      }),
      { numRuns: 200 },
    );
  }).timeout(60_000);
});
