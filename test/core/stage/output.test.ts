import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeFiles, toSlashes } from '../../../src/node/files';
import { runTask } from '../../../src/stage/run';
import { loadTask } from '../../../src/steering/task';
import { Bench, refused, stages, statuses } from './scripted';

const writing = (path: string) => stages(`Draft (Haiku)\n- Task: write\n- Output: Draft → ${path}`);

describe('the file of an output', () => {
  it('that a person wrote is not replaced without their yes; the output stays in the run', async () => {
    const bench = new Bench(writing('d.md'), { draft: 'new' }, { '/w/d.md': 'mine' });
    bench.person.agrees.overwrite = false;
    const result = await bench.run();
    assert.equal(bench.text('/w/d.md'), 'mine');
    assert.deepEqual(bench.person.overwrites, ['/w/d.md']);
    assert.deepEqual(statuses(result), ['1 passed']);
    assert.match(result.stages[0]?.message ?? '', /d\.md was kept/);
    assert.equal(result.stages[0]?.output.text, 'new\n');
  });

  for (const path of ['.git/config', 'sub/.git/hooks/pre-commit', '.vscode/tasks.json', '.haiku/recordings/context/x/haiku-1.md']) {
    it(`is never one that decides what runs: ${path}`, async () => {
      const bench = new Bench(writing(path), { draft: 'new' });
      assert.match((await refused(bench.run())).message, /decide what runs/);
      assert.equal(bench.text(`/w/${path}`), undefined);
    });
  }

  it('is replaced with their yes', async () => {
    const bench = new Bench(writing('d.md'), { draft: 'new' }, { '/w/d.md': 'mine' });
    await bench.run();
    assert.equal(bench.text('/w/d.md'), 'new\n');
  });

  it('with nobody there is refused before anything is spent, written or edited', async () => {
    const bench = new Bench(writing('d.md'), { draft: 'new' }, { '/w/d.md': 'mine' });
    bench.person.present = false;
    const error = await refused(bench.run());
    assert.match(error.message, /d\.md/);
    assert.ok(error.details.line !== undefined);
    assert.equal(bench.model.calls.length, 0);
    assert.equal(bench.files.writeCount, 0);
    await bench.files.remove('/w/d.md');
    await bench.run();
    assert.equal(bench.text('/w/d.md'), 'new\n');
    bench.files.put('/w/d.md', 'new, and edited');
    bench.files.put('/w/CONTEXT.md', writing('d.md').replace('write', 'write more'));
    await refused(bench.run());
    assert.equal(bench.model.calls.length, 1);
    assert.equal(bench.text('/w/d.md'), 'new, and edited');
  });

  it('is replaced without a question where only the stage wrote it', async () => {
    const bench = new Bench(writing('d.md'), { draft: 'one' });
    bench.person.present = false;
    await bench.run();
    bench.script({ draft: 'two' });
    await bench.run({ fresh: true });
    assert.equal(bench.text('/w/d.md'), 'two\n');
    assert.deepEqual(bench.person.overwrites, []);
  });

  it('that a person edited while the stage ran is not lost', async () => {
    const bench = new Bench(writing('d.md'), { draft: 'one' });
    await bench.run();
    bench.person.present = false;
    bench.person.agrees.overwrite = false;
    bench.script(() => {
      bench.files.put('/w/d.md', 'edited meanwhile');
      return 'two';
    });
    await bench.run({ fresh: true });
    assert.equal(bench.text('/w/d.md'), 'edited meanwhile');
  });

  for (const path of ['../out.md', '/etc/out.md', 'a/../../out.md', '/out.md']) {
    it(`outside of the workspace is refused before anything is spent: ${path}`, async () => {
      const bench = new Bench(writing(path), { draft: 'x' });
      assert.match((await refused(bench.run())).message, /outside of the workspace/);
      assert.equal(bench.model.calls.length, 0);
      assert.equal(bench.files.writeCount, 0);
    });
  }

  it('may stand anywhere in the repository', async () => {
    const bench = new Bench(writing('/w/deep/er/d.md'), { draft: 'x' });
    assert.equal((await bench.run()).status, 'passed');
    assert.equal(bench.text('/w/deep/er/d.md'), 'x\n');
  });

  it('behind a link that leads out is refused, on a real disk', async () => {
    const root = mkdtempSync(join(tmpdir(), 'haiku-first-'));
    try {
      const [work, outside] = [join(root, 'work'), join(root, 'outside')];
      mkdirSync(join(work, '.git'), { recursive: true });
      mkdirSync(outside);
      symlinkSync(outside, join(work, 'out'));
      writeFileSync(join(work, 'CONTEXT.md'), writing('out/d.md'));
      const bench = new Bench('', { draft: 'x' });
      const files = createNodeFiles();
      const task = await loadTask(toSlashes(join(work, 'CONTEXT.md')), files);
      await refused(runTask({ ...bench.engine, files }, bench.person, task, bench.options()));
      assert.equal(bench.model.calls.length, 0);
      assert.deepEqual(readdirSync(outside), []);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

describe('a Code stage', () => {
  const document = stages(
    'Facts (Haiku)\n- Task: f\n- Output: Fact list',
    'Build (Code)\n- Input: Fact list, data/in.csv\n- Run: `make pages`\n- Output: Pages → p.txt\n- Checks:\n  - contains: "page"',
  );
  const more = { '/w/data/in.csv': 'a,b\n' };

  it('gets its inputs as files, its output from what the command prints, and is checked', async () => {
    const bench = new Bench(document, { facts: 'FACTS' }, more);
    bench.commands.run = async (command, { env, cwd }) => {
      const folder = env?.HAIKU_FIRST_INPUTS ?? '';
      assert.deepEqual([command, cwd], ['make pages', '/w']);
      assert.equal(bench.text(`${folder}/fact-list`)?.trim(), 'FACTS');
      assert.equal(
        Object.keys(env ?? {}).some((name) => name.startsWith('ANTHROPIC')),
        false,
      );
      assert.ok((await bench.files.list(folder)).some(({ name }) => name.endsWith('.csv')));
      return { exitCode: 0, stdout: 'page one\n', stderr: '' };
    };
    const result = await bench.run();
    assert.deepEqual(statuses(result), ['1 passed', '2 passed']);
    assert.deepEqual([result.stages[1]?.model, result.stages[1]?.usd], ['code', 0]);
    assert.equal(bench.text('/w/p.txt'), 'page one\n');
    assert.deepEqual(bench.person.commands, ['make pages']);
  });

  it('does not run without a yes, and nothing is sent then', async () => {
    const bench = new Bench(document, { facts: 'FACTS' }, more);
    bench.person.agrees.commands = false;
    await refused(bench.run());
    assert.equal(bench.commands.runs.length, 0);
    assert.equal(bench.model.calls.length, 0);
  });

  it('fails with what the command said', async () => {
    const bench = new Bench(stages('Build (Code)\n- Run: make'), {});
    bench.commands.run = async () => ({ exitCode: 2, stdout: 'made half', stderr: 'no rule to make target\n' });
    const result = await bench.run();
    assert.deepEqual(statuses(result), ['1 failed']);
    assert.match(result.stages[0]?.checks[0]?.message ?? '', /exit code 2.*no rule to make target/s);
  });

  it('fails where the command takes too long', async () => {
    const bench = new Bench(stages('Build (Code)\n- Run: make'), {});
    bench.commands.run = async () => ({ exitCode: null, ended: 'timeout', stdout: '', stderr: '' });
    assert.match((await bench.run()).stages[0]?.checks[0]?.message ?? '', /ended after 60 seconds/);
  });

  it('without a command is refused', async () => {
    await refused(new Bench(stages('Build (Code)\n- Task: build'), {}).run());
  });
});

describe('a check that runs a command', () => {
  const document = stages('Draft (Haiku)\n- Task: write\n- Retries: 0\n- Checks:\n  - any of:\n    - command: wc -w\n    - contains: "zzz"');

  it('is asked about first, gets the output, and decides', async () => {
    const bench = new Bench(document, { draft: 'text' });
    bench.commands.run = async (_, { input }) => ({ exitCode: input === 'text\n' ? 0 : 1, stdout: '', stderr: '' });
    assert.equal((await bench.run()).status, 'passed');
    assert.deepEqual(bench.person.commands, ['wc -w']);
    bench.commands.run = async () => ({ exitCode: 1, stdout: '', stderr: 'bad' });
    assert.equal((await bench.run({ fresh: true })).status, 'failed');
  });

  it('does not run without a yes', async () => {
    const bench = new Bench(document, { draft: 'text' });
    bench.person.agrees.commands = false;
    await refused(bench.run());
    assert.deepEqual([bench.commands.runs.length, bench.model.calls.length], [0, 0]);
  });
});
