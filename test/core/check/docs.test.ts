import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeVerdict } from '../../../src/stage/judge';
import { checkNames } from '../../../src/steering/checks';
import { ask, check, type World } from './world';

/** docs/checks.md promises what each check answers: it is asked here. */

const page = readFileSync(join(__dirname, '../../../docs/checks.md'), 'utf8');

/** A cell that is one code span, as written in it; `↵` is a line break. */
const span = (cell: string): string => {
  const inside = /^(`+)(.*)\1$/.exec(cell.trim())?.[2];
  assert.ok(inside !== undefined, `${cell} is one code span`);
  return inside.replace(/↵/g, '\n');
};

const files = Object.fromEntries(
  [...page.matchAll(/^```(?:json|markdown) (\S+)\n([\s\S]*?)^```$/gm)].map(([, path, text]) => [path as string, text as string]),
);
const world: World = { files, changed: { 'README.md': true, LICENSE: false }, costUsd: 0.02, headings: { 'posts/first.md': ['First post'] } };

const sections = [...page.matchAll(/^### (.+)\n([\s\S]*?)(?=^##|$(?![\s\S]))/gm)].map(([, name, text]) => ({ name: name as string, text: text as string }));

describe('docs/checks.md', () => {
  it('has a section for each check there is, in the same order, and no other', () => {
    const named = sections.map(({ name }) => name);
    assert.deepEqual([...named].sort(), checkNames.map(({ name }) => name).sort());
  });

  for (const { name, text } of sections) {
    const rows = text
      .split('\n')
      .filter((line) => /^\| `/.test(line))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    if (name !== 'command') it(`shows what “${name}” answers`, () => assert.ok(rows.length));
    for (const [written = '', given = '', answer = ''] of rows)
      it(`${written} on ${given}`, function () {
        this.timeout(10_000);
        const { rule } = check(span(written));
        const verdict = rule.kind === 'judge' ? judgeVerdict(rule, { text: span(given), stopReason: 'end_turn' }) : ask(span(written), span(given), world);
        assert.equal(answer, `${verdict.status}: ${verdict.message}`);
      });
  }
});
