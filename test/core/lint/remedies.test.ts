import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Issue } from '../../../src/lint/issue';
import { lintText } from '../../../src/lint/linter';
import { ignoreWithReason, type Remedy, remedyEdits } from '../../../src/lint/remedies';
import { applyEdits } from '../../../src/text';
import { MemoryFiles } from '../memoryFiles';

const files = new MemoryFiles({ '/w/.git/HEAD': '', '/w/a.md': '' });
const lint = (text: string) => lintText({ path: '/w/CLAUDE.md', text, files });
const text = '# P\n\nRead @a.md now.\n\n@a.md\n\nMore.\n\n@a.md\n\nSee @gone.md too.\n';
const double = 'project/duplicate-import';

async function only(rule: string, of = text): Promise<Issue> {
  const issue = (await lint(of)).find((each) => each.rule === rule);
  assert.ok(issue, rule);
  return issue;
}

describe('what is chosen against an issue', () => {
  it('is put where the issue is now, not where it was when it was offered', async () => {
    const issue = await only(double);
    const remedy: Remedy = { what: 'fix', issue, title: issue.fixes[0]?.title ?? '' };
    const later = text.replace('# P\n', '# P\n\nA new paragraph.\n');
    const fixed = applyEdits(later, remedyEdits(remedy, later, await lint(later)));
    assert.ok(fixed.startsWith('# P\n\nA new paragraph.\n\nRead @a.md now.\n'));
    assert.equal(fixed.split('@a.md').length, 3);
  });

  it('does nothing where the issue has gone', async () => {
    const issue = await only(double);
    const mended = '# P\n\nRead @a.md now.\n';
    for (const remedy of [
      { what: 'fix', issue, title: issue.fixes[0]?.title ?? '' },
      { what: 'ignoreHere', issue },
      { what: 'ignoreInFile', issue },
      { what: 'fixRule', rule: double },
      { what: 'fixAll' },
    ] satisfies Remedy[])
      assert.deepEqual(remedyEdits(remedy, mended, await lint(mended)), [], remedy.what);
    assert.equal(ignoreWithReason(issue, 'x', mended, await lint(mended)), undefined);
  });

  it('mends all of a rule, and all that is safe, in one go', async () => {
    for (const remedy of [{ what: 'fixRule', rule: double }, { what: 'fixAll' }] satisfies Remedy[]) {
      const fixed = applyEdits(text, remedyEdits(remedy, text, await lint(text)));
      assert.deepEqual(
        (await lint(fixed)).map(({ rule }) => rule),
        ['reference/import'],
      );
    }
    assert.deepEqual(remedyEdits({ what: 'fixRule', rule: 'reference/import' }, text, await lint(text)), [], 'Nothing of it is safe.');
  });

  it('silences in the whole file, whatever stands at its top', async () => {
    for (const top of ['', '---\nx: 1\n---\n', '---\nx: 1\n---\n\n', '<!-- note -->\n', '\n', '---\r\nx: 1\r\n---\r\n']) {
      const whole = top + (top.includes('\r') ? text.replace(/\n/g, '\r\n') : text);
      const issue = await only('reference/import', whole);
      const silenced = applyEdits(whole, remedyEdits({ what: 'ignoreInFile', issue }, whole, await lint(whole)));
      assert.ok(!(await lint(silenced)).some(({ rule }) => rule === 'reference/import'), JSON.stringify(silenced));
      assert.equal(/[^\r]\n/.test(silenced), /[^\r]\n/.test(whole) || !top.includes('\r'));
    }
  });

  it('silences here, whatever reason a person gives, and no reason ends the comment', async () => {
    const issue = await only('reference/import');
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.constantFrom('--> **x**', '$& $1', 'a\nb', '->', '--', ', context/empty', '<!--')), async (reason) => {
        const edit = ignoreWithReason(issue, reason, text, await lint(text));
        assert.ok(edit);
        const silenced = applyEdits(text, [edit]);
        assert.equal(silenced.split('\n').length, text.split('\n').length + 1);
        assert.ok(!(await lint(silenced)).some(({ rule }) => rule === 'reference/import'), silenced);
        assert.ok(silenced.endsWith('See @gone.md too.\n'));
      }),
      { numRuns: 60 },
    );
  });
});
