import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeFiles, toSlashes } from '../../../src/node/files';
import { runTask } from '../../../src/stage/run';
import { loadTask } from '../../../src/steering/task';
import { Bench, refused, stages, statuses } from './scripted';

describe('a folder somebody else wrote', () => {
  it('cannot have an answer written behind a link to .git, or its runs outside', async () => {
    for (const link of ['docs', '.haiku']) {
      const root = mkdtempSync(join(tmpdir(), 'haiku-first-'));
      try {
        const [work, outside] = [join(root, 'work'), join(root, 'outside')];
        mkdirSync(join(work, '.git'), { recursive: true });
        mkdirSync(outside);
        symlinkSync(link === 'docs' ? join(work, '.git') : outside, join(work, link));
        writeFileSync(join(work, 'CONTEXT.md'), stages('Draft (Haiku)\n- Task: write\n- Output: Draft → docs/commondir'));
        const bench = new Bench('', { draft: '../evil' });
        const files = createNodeFiles();
        const task = await loadTask(toSlashes(join(work, 'CONTEXT.md')), files);
        await refused(runTask({ ...bench.engine, files }, bench.person, task, bench.options()));
        assert.equal(bench.model.calls.length, 0);
        assert.ok(!existsSync(join(work, '.git', 'commondir')) && !existsSync(join(outside, 'runs')));
      } finally {
        rmSync(root, { recursive: true });
      }
    }
  });

  for (const path of ['.claude/settings.json', '.github/workflows/x.yml', '.npmrc', 'x/.husky/pre-commit', 'y.code-workspace', 'git~1/config']) {
    it(`cannot have an answer written to ${path}`, async () => {
      const bench = new Bench(stages(`Draft (Haiku)\n- Task: write\n- Output: Draft → ${path}`), { draft: 'x' });
      assert.match((await refused(bench.run())).message, /decide what runs/);
      assert.equal(bench.model.calls.length, 0);
    });
  }

  for (const [list, why] of [
    ['../victim/list.txt', /outside of the workspace/],
    ['.env', /secret/],
  ] as const) {
    it(`cannot have ${list} read as a list`, async () => {
      const bench = new Bench(stages(`Texts (Haiku)\n- Each: Line in ${list}\n- Task: Write about Line`), () => 'x', {
        '/victim/list.txt': 'KEY',
        '/w/.env': 'KEY=1',
      });
      assert.match((await refused(bench.run())).message, why);
      assert.equal(bench.model.calls.length, 0);
    });
  }

  it('cannot have a secret shown to a judge', async () => {
    const bench = new Bench(
      stages('Draft (Haiku)\n- Task: write\n- Checks:\n  - judge: as clear as ./.env and style.md, >= 1/5'),
      ({ label }) => (label.purpose === 'judge' ? '{"reason": "fine", "score": 5}' : 'text'),
      { '/w/.env': 'PASSWORD=abc123', '/w/style.md': 'STYLE' },
    );
    await bench.run();
    const sent = JSON.stringify(bench.model.calls);
    assert.ok(sent.includes('write') && !sent.includes('abc123'));
  });

  it('cannot pass a file off as an output of a run', async () => {
    const bench = new Bench(stages('Draft (Haiku)\n- Task: write\n- Output: Draft'), { draft: 'x' }, { '/victim/key': 'SECRET' });
    await bench.run();
    const journal = [...bench.files.texts.keys()].find((path) => path.endsWith('journal.jsonl')) ?? '';
    bench.files.put(journal, (bench.text(journal) ?? '').replace(/"output":"[^"]+"/, '"output":"../../../../../victim/key"'));
    assert.match((await refused(bench.run())).message, /no record of a run/);
  });

  it('cannot hide a command behind control characters', async () => {
    const bench = new Bench(stages('Build (Code)\n- Run: `touch EVIL #\u001b[2K\u001b[1Gnpm test`'), {});
    assert.match((await refused(bench.run())).message, /control characters/);
    assert.deepEqual(bench.person.commands, []);
    const nested = new Bench(stages('Draft (Haiku)\n- Task: t\n- Checks:\n  - any of:\n    - json\n    - command: touch EVIL #\u202enpm test'), () => 'x');
    assert.match((await refused(nested.run())).message, /control characters/);
    assert.deepEqual(nested.person.commands, []);
  });
});

describe('what a run leaves behind', () => {
  it('is JSON without the fence a model put around it', async () => {
    const bench = new Bench(stages('List (Haiku)\n- Task: list\n- Output: Points → points.json as json'), { list: '```json\n["a"]\n```' });
    await bench.run();
    assert.equal(bench.text('/w/points.json'), '["a"]\n');
  });

  it('is said to be edited where it was, and not passed off as what passed', async () => {
    const bench = new Bench(stages('Draft (Haiku)\n- Task: write\n- Output: Draft → d.md'), { draft: 'good' });
    await bench.run();
    bench.files.put('/w/d.md', 'broken');
    const again = await bench.run();
    assert.deepEqual([statuses(again), bench.text('/w/d.md')], [['1 cached'], 'broken']);
    assert.match(again.stages[0]?.message ?? '', /d\.md is not what passed/);
  });

  it('keeps items apart whose names come to the same path', async () => {
    const bench = new Bench(
      stages('Texts (Haiku)\n- Each: Language in languages.txt\n- Task: t\n- Output: Texts → out/Language.md'),
      ({ label }) => label.stage,
      {
        '/w/languages.txt': 'C++\nC\n',
      },
    );
    await bench.run();
    assert.deepEqual([bench.text('/w/out/c.md'), bench.text('/w/out/c-2.md')], ['texts-1\n', 'texts-2\n']);
  });

  it('is never two outputs in one file', async () => {
    const bench = new Bench(stages('A (Haiku)\n- Task: t\n- Output: A → x.md', 'B (Haiku)\n- Task: t\n- Output: B → ./x.md'), () => 'x');
    assert.match((await refused(bench.run())).message, /same file/);
  });

  it('fits a file name, however long the title', async () => {
    const title = 'A very long title '.repeat(30).trim();
    const bench = new Bench(stages(`${title} (Haiku)\n- Task: t\n- Output: A`), () => 'x');
    await bench.run();
    assert.ok([...bench.files.texts.keys()].every((path) => path.split('/').every((part) => part.length < 150)));
  });
});
