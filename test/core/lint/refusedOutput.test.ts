import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserError } from '../../../src/ports';
import { Bench, stages } from '../stage/scripted';
import { issuesOf, lintContext, parts, textsOf } from './contextSubject';

const writing = (path: string, runner = 'Haiku') => `${parts}Stage 1: Draft (${runner})\n- Task: Write it.\n- Output: Draft → ${path}\n`;

describe('an output that a run refuses', () => {
  for (const path of ['.git/hooks/x', '.vscode/settings.json', '.haiku/x.md', '.github/workflows/x.yml', '.husky/pre-commit', '~/x', 'C:/x.md', 'out/'])
    it(`is an error of the linter: ${path}`, async () => {
      const rule = 'context/refused-output';
      assert.deepEqual(await textsOf(rule, writing(path)), [path]);
      const [issue] = await issuesOf(rule, writing(path));
      assert.equal(issue?.severity, 'error');
      assert.match(issue?.message ?? '', /: no run writes it\. Name /);
    });

  it('is told once where it leads out of the workspace, and not at all where it is plain', async () => {
    const about = async (path: string, more = {}) =>
      (await lintContext(writing(path), more)).flatMap(({ rule }) => (/refused-output|outside-workspace/.test(rule) ? [rule] : []));
    assert.deepEqual(await about('../x.md'), ['context/outside-workspace']);
    assert.deepEqual(await about('out/x.md'), []);
    assert.deepEqual(await about('out', { 'out/x.md': '' }), ['context/refused-output'], 'a folder stands there');
  });

  it('is the same for the linter and for a run, whatever the path', async () => {
    const part = fc.constantFrom(
      'out',
      'x.md',
      '~',
      'C:',
      '..',
      '.',
      'con',
      'aux.txt',
      'a\\b',
      'y.code-workspace',
      '.haiku',
      '.git',
      'git~1',
      'package.json',
      'etc',
      'd',
      '',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), async (all) => {
        const path = all.join('/');
        fc.pre(path !== '');
        const document = stages(`Draft (Haiku)\n- Task: Write it.\n- Output: Draft → ${path}`);
        const issues = await lintContext(document, { 'd/x': '' });
        const isError = issues.some(({ rule }) => rule === 'context/refused-output' || rule === 'context/outside-workspace');
        const bench = new Bench(document, { draft: 'x' }, { '/w/d/x': '' });
        const refusal = await bench.run().then(
          () => undefined,
          (error: unknown) => error,
        );
        assert.ok(refusal === undefined || (refusal instanceof UserError && refusal.details.exitCode === 2), String(refusal));
        // A person's own file is asked about, which no linter knows.
        const refused = refusal !== undefined && !/somebody wrote/.test((refusal as UserError).message);
        assert.equal(isError, refused, `${path}: ${refusal ?? 'is written'}`);
        if (refused) assert.equal(bench.model.calls.length, 0);
      }),
      { numRuns: 150 },
    );
  });
});

describe('an answer written to a file that decides what runs', () => {
  const rule = 'context/output-decides-what-runs';

  it('is a warning with the tool, for models alone', async () => {
    for (const path of ['package.json', 'Makefile', 'Justfile', 'Taskfile.yml', 'Dockerfile', 'app/build.gradle', 'tox.ini', 'setup.py', 'CMakeLists.txt'])
      assert.deepEqual(await textsOf(rule, writing(path)), [path]);
    const [issue] = await issuesOf(rule, writing('Makefile'));
    assert.equal(issue?.severity, 'warning');
    assert.match(issue?.message ?? '', /becomes Makefile, and make runs what that says/);
    assert.deepEqual(await textsOf(rule, `${parts}Stage 1: Draft (Code)\n- Run: cat x\n- Output: Draft → Makefile\n`), []);
    for (const path of ['Makefile.txt', 'docs/makefile.md', '.config/package.json', '~/Makefile']) assert.deepEqual(await textsOf(rule, writing(path)), []);
    assert.deepEqual(
      await textsOf(rule, `${parts}Stage 1: Review (Haiku)\n- Input: Makefile\n- Task: Improve the Makefile.\n- Output: Review\n`, { Makefile: 'all:\n' }),
      [],
    );
  });

  it('is told before it is paid for, and written all the same', async () => {
    const bench = new Bench(
      stages('Build (Haiku)\n- Task: Write targets.\n- Output: Build → Makefile', 'Text (Haiku)\n- Task: Write.\n- Output: Text → t.md'),
      () => 'x',
    );
    await bench.run();
    const notes = bench.events.flatMap((event) => (event.type === 'note' ? [event.message] : []));
    assert.deepEqual(notes, ['Stage 1 “Build” writes Makefile, and make runs what that says: read it first.']);
    assert.equal(bench.text('/w/Makefile'), 'x\n');
  });
});
