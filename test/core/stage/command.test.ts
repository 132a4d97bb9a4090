import assert from 'node:assert/strict';
import type { CommandResult } from '../../../src/ports';
import { inputFileName } from '../../../src/stage/command';
import { Bench, ScriptedCommands, stages, statuses } from './scripted';

const build = (fields = '') => stages(`Build (Code)\n- Run: \`make\`\n- Output: Built${fields}`);

async function ranWith(result: Partial<CommandResult>, document = build()) {
  const bench = new Bench(document, () => 'x');
  bench.commands = new ScriptedCommands(() => result);
  const { stages: all } = await bench.run();
  return { bench, status: all[0]?.status, text: all[0]?.output.text, message: all[0]?.checks.map((check) => check.message).join(' ') };
}

describe('the command of a stage', () => {
  const flaws: [Partial<CommandResult>, RegExp][] = [
    [{ stdout: 'a', flaw: 'cut' }, /`make` printed more than a stage’s output may hold/],
    [{ stdout: 'a', flaw: 'binary' }, /no text.*write to a file/],
    [{ stdout: 'a', flaw: 'encoding' }, /not UTF-8/],
    [{ exitCode: null, ended: 'output', stdout: 'y\ny\n' }, /printed without end\. It said: y/],
    [{ exitCode: null, ended: 'timeout', stderr: 'waiting for the server' }, /after 60 seconds\. It said: waiting/],
    [{ exitCode: 3, stderr: 'line 1\nno rule', stdout: 'half' }, /exit code 3, expected 0\. It said: line 1\nno rule/],
    [{ exitCode: null, ended: 'signal' }, /ended by a signal/],
  ];
  for (const [result, message] of flaws) {
    it(`fails where it ${JSON.stringify(result)}`, async () => {
      const ran = await ranWith(result);
      assert.equal(ran.status, 'failed');
      assert.match(ran.message ?? '', message);
      assert.equal(ran.text?.trim(), (result.stdout ?? '').trim(), 'What it printed is kept.');
    });
  }

  it('that checks may print what it likes', async () => {
    const bench = new Bench(stages('Draft (Haiku)\n- Task: t\n- Checks:\n  - command: make'), () => 'x');
    bench.commands = new ScriptedCommands(() => ({ stdout: '\0', flaw: 'binary' }));
    assert.deepEqual(statuses(await bench.run()), ['1 passed']);
  });

  it('is not started for an item that no variable takes', async () => {
    for (const [item, why] of [
      ['a\u0000b', /NUL/],
      ['é'.repeat(20_000), /30000 bytes/],
    ] as const) {
      const bench = new Bench(stages('Build (Code)\n- Each: Item in list.json\n- Run: `make`'), () => 'x', { '/w/list.json': JSON.stringify([item]) });
      const result = await bench.run();
      assert.deepEqual([statuses(result), bench.commands.runs.length], [['1 failed'], 0]);
      assert.match(result.stages[0]?.checks[0]?.message ?? '', why);
    }
  });

  it('finds each of its inputs in a file of its own', async () => {
    const bench = new Bench(stages('Build (Code)\n- Input: notes.md, Notes.md, `a/b.txt`, `a-b.txt`\n- Run: `make`'), () => 'x', {
      '/w/notes.md': 'one',
      '/w/Notes.md': 'two',
      '/w/a/b.txt': 'three',
      '/w/a-b.txt': 'four',
    });
    await bench.run();
    const folder = bench.commands.runs[0]?.env?.HAIKU_FIRST_INPUTS ?? '';
    const files = [...bench.files.texts].filter(([path]) => path.startsWith(`${folder}/`)).map(([path, text]) => [path.slice(folder.length + 1), text.trim()]);
    assert.deepEqual(Object.fromEntries(files), { 'notes.md': 'one', 'notes-2.md': 'two', 'a-b.txt': 'three', 'a-b-2.txt': 'four' });
  });

  it('finds inputs under names that every system takes', () => {
    assert.equal(inputFileName('input:CON'), 'con-');
    assert.equal(inputFileName('nul.md'), 'nul-.md');
    assert.equal(inputFileName('../..'), 'input');
    assert.ok(Buffer.byteLength(inputFileName(`stage:1 ${'very long '.repeat(50)}`)) < 150);
  });
});
