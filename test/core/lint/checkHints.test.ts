import assert from 'node:assert/strict';
import { applyFixes } from '../../../src/lint/linter';
import { issuesOf, parts } from './contextSubject';

const rule = 'context/unparsable-check';
const stage = (checks: string) => `${parts}Stage 1: A (Haiku)\n- Task: Write it.\n- Checks:${checks}\n`;

describe('a check in the words of a criterion', () => {
  const said: [string, string][] = [
    ['max 200 words', 'words: <= 200'],
    ['Under 200 words', 'words: <= 199'],
    ['200 words max', 'words: <= 200'],
    ['at most 3 bullets', 'items: <= 3'],
    ['at least 1 item', 'items: >= 1'],
    ['no refund', 'excludes: refund'],
    ['contains "refund"', 'contains: "refund"'],
    ['tone: VOICE.md', 'voice: VOICE.md'],
    ['regex: /^x/m', 'matches: /^x/m'],
    ['json schema: f.json', 'schema: f.json'],
    ['starts with: "# Intro"', 'matches: /^\\s*# Intro/'],
    ['ends-with: Best regards', 'matches: /Best regards\\s*$/'],
    ['icontains: 5.0 (beta)', 'matches: /5\\.0 \\(beta\\)/i'],
    ['equals: yes', 'matches: /^\\s*yes\\s*$/'],
    ['one of: red, "b/c"', 'matches: /^\\s*(red|b\\/c)\\s*$/'],
    ['contains-any: a, "b, c"', 'any of: contains: "a"; contains: "b, c"'],
    ['not-contains: x', 'not contains: x'],
    ['llm-rubric: is kind', 'judge: is kind'],
    ['`npm test`', 'command: npm test'],
  ];
  for (const [written, check] of said) {
    it(`is told as a check: ${written}`, async () => {
      const text = stage(`\n  - ${written}`);
      const [issue] = await issuesOf(rule, text);
      assert.equal(issue?.message, `“${written}” is not in check form: write \`${check}\`.`);
      const mended = applyFixes(
        text,
        issue.fixes.map(({ edits }) => edits),
      );
      assert.ok(mended.includes(`  - ${check}\n`), mended);
      assert.deepEqual(await issuesOf(rule, mended), []);
    });
  }

  it('is mended where it is one of a group', async () => {
    const text = stage('\n  - any of:\n    - max 200 words\n    - json');
    const [issue] = await issuesOf(rule, text);
    assert.ok(applyFixes(text, issue?.fixes.map(({ edits }) => edits) ?? []).includes('    - words: <= 200\n    - json'));
  });

  it('is told but not mended where others stand beside it', async () => {
    const [issue] = await issuesOf(rule, stage(' json; max 200 words'));
    assert.match(issue?.message ?? '', /write `words: <= 200`/);
    assert.deepEqual(issue?.fixes, []);
  });

  it('is left to a judge where only a reader can tell, in the words it has', async () => {
    const [issue] = await issuesOf(rule, stage('\n  - Reads well to Ada'));
    assert.match(issue?.message ?? '', /^“Reads well to Ada” is no check\. If only a reader can tell, write `judge: Reads well to Ada, >= 4\/5`/);
  });
});
