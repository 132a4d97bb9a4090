import assert from 'node:assert/strict';
import fc from 'fast-check';
import { baselineText, compareWithBaseline, type KnownFinding, knownFindings, parseBaseline } from '../../../src/lint/baseline';
import type { Issue } from '../../../src/lint/issue';

const issueAt = (line: number, rule = 'reference/path'): Issue => ({
  rule,
  severity: 'warning',
  message: `line ${line}`,
  range: { start: { line, character: 0 }, end: { line, character: 1 } },
  fixes: [],
});

describe('a baseline', () => {
  const text = 'See `a`.\nSee `b`.\nSee `a`.\n';
  const issues = [issueAt(0), issueAt(1), issueAt(2), issueAt(1, 'project/filler')];

  it('knows findings by rule and line, however far they have moved', async () => {
    const known = await knownFindings(text, issues);
    assert.deepEqual(known, [
      { rule: 'project/filler', line: 'See `b`.', count: 1 },
      { rule: 'reference/path', line: 'See `a`.', count: 2 },
      { rule: 'reference/path', line: 'See `b`.', count: 1 },
    ]);
    const moved = `# New title\r\n\r\n  ${text.replaceAll('\n', '\r\n')}`;
    assert.deepEqual(
      await compareWithBaseline(
        known,
        moved,
        issues.map((issue) => issueAt(issue.range.start.line + 2, issue.rule)),
      ),
      { fresh: [], known: 4, gone: 0 },
    );
  });

  it('lets through what is new: another line, another rule, once more', async () => {
    const known = await knownFindings(text, issues);
    const more = `${text}See \`a\`.\nSee \`c\`.\n`;
    const { fresh, gone } = await compareWithBaseline(known, more, [...issues, issueAt(3), issueAt(4), issueAt(0, 'project/filler')]);
    assert.deepEqual(
      fresh.map(({ rule, message }) => `${rule} ${message}`),
      ['reference/path line 3', 'reference/path line 4', 'project/filler line 0'],
    );
    assert.equal(gone, 0);
  });

  it('keeps no secret that stands on a line', async () => {
    const key = 'Zk3jKw9s';
    const text = `See \`a\` and postgres://shop:${key}@db.shop.io/orders.\n`;
    const known = await knownFindings(text, [issueAt(0)]);
    assert.ok(known[0]?.line.startsWith('See `a` and ') && known[0].line.includes('[secret]') && !known[0].line.includes(key), known[0]?.line);
    assert.deepEqual(await compareWithBaseline(known, text, [issueAt(0)]), { fresh: [], known: 1, gone: 0 });
  });

  it('counts what is gone', async () => {
    assert.deepEqual(await compareWithBaseline(await knownFindings(text, issues), 'See `a`.\n', [issueAt(0)]), { fresh: [], known: 1, gone: 3 });
  });

  it('is written for people: sorted, without files that have nothing, and read back', () => {
    const findings: KnownFinding[] = [{ rule: 'a/b', line: 'x “y”', count: 2 }];
    const written = baselineText({
      files: new Map([
        ['b.md', findings],
        ['a.md', findings],
        ['c.md', []],
      ]),
    });
    assert.deepEqual(Object.keys(JSON.parse(written).files), ['a.md', 'b.md']);
    assert.ok(written.endsWith('}\n'));
    assert.deepEqual(parseBaseline(written, '/b.json').files.get('b.md'), findings);
    assert.equal(baselineText(parseBaseline(written, '/b.json')), written);
  });

  for (const text of [
    '',
    '[]',
    '{}',
    '{"version": 1}',
    '{"version": 2, "files": {}}',
    '{"version": 1, "files": {"a": 1}}',
    '{"version": 1, "files": {"a": [{"rule": 1}]}}',
  ]) {
    it(`is not read from ${text || 'nothing'}`, () => {
      assert.throws(
        () => parseBaseline(text, '/w/b.json'),
        (error: Error & { details: { exitCode?: number } }) => /no baseline.*--update-baseline/.test(error.message) && error.details.exitCode === 2,
      );
    });
  }

  it('of what is found leaves nothing new, whatever the text', async () => {
    const line = fc.constantFrom('a', 'b', '', ' a ', 'See `c`.');
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 12 }), fc.array(fc.nat(11), { maxLength: 20 }), async (lines, at) => {
        const found = at.map((each) => issueAt(each % lines.length, each % 2 ? 'a/b' : 'c/d'));
        const text = lines.join('\n');
        assert.deepEqual(await compareWithBaseline(await knownFindings(text, found), text, found), { fresh: [], known: found.length, gone: 0 });
      }),
    );
  });
});
