import assert from 'node:assert/strict';
import { currentOutputs } from '../../../src/stage/current';
import { restoreStage } from '../../../src/stage/restore';
import { acceptStage, checkAgain } from '../../../src/stage/review';
import { planTask } from '../../../src/steering/plan';
import { Bench, refused, ScriptedCommands, stages, statuses } from './scripted';

describe('below a command without inputs, which runs each time', () => {
  const document = stages(
    'List (Code)\n- Run: `ls`\n- Output: Files\n- Checks:\n  - lines: 2',
    'Outline (Haiku)\n- Input: Files\n- Task: outline\n- Output: Outline',
    'Draft (Haiku)\n- Input: Outline, Files\n- Task: write\n- Retries: 0\n- Output: Draft → d.md\n- Checks:\n  - contains: "apple"',
  );

  /** Stage 3 has failed. */
  async function failed(): Promise<Bench> {
    const bench = new Bench(document, { outline: 'OUTLINE', draft: 'pear', 'draft opus-1': 'an apple' });
    bench.commands = new ScriptedCommands(() => ({ stdout: 'a.md\nb.md\n' }));
    assert.deepEqual(statuses(await bench.run()), ['1 passed', '2 passed', '3 failed']);
    return bench;
  }
  const undo = async (bench: Bench) =>
    restoreStage({ engine: bench.engine, person: bench.person, task: await bench.task(), number: 3, options: bench.options() }, { undo: true });

  it('an escalation can be undone, an output accepted and checked again, and no command runs for it', async () => {
    const bench = await failed();
    assert.deepEqual(statuses(await bench.run({ escalate: 3 })), ['1 passed', '2 cached', '3 passed']);
    const [calls, commands] = [bench.model.calls.length, bench.commands.runs.length];
    assert.equal((await undo(bench)).status, 'failed');
    bench.files.put('/w/d.md', 'my own apple');
    assert.equal((await checkAgain(bench.engine, bench.person, await bench.task(), 3, bench.options())).status, 'passed');
    bench.files.put('/w/d.md', 'my own pear');
    assert.equal((await checkAgain(bench.engine, bench.person, await bench.task(), 3, bench.options())).status, 'failed');
    assert.equal((await acceptStage(bench.engine, bench.person, await bench.task(), 3, 'fine', bench.options())).status, 'passed');
    assert.deepEqual([bench.model.calls.length, bench.commands.runs.length], [calls, commands]);
    assert.deepEqual(statuses(await bench.run()), ['1 passed', '2 cached', '3 cached'], 'it stands while the command prints the same');
  });

  it('what is shown of the task is made of what it last printed', async () => {
    const bench = await failed();
    const { outputs } = await currentOutputs(bench.engine, await planTask(await bench.task(), bench.files));
    assert.deepEqual(
      [...outputs].map(([index, { text }]) => [index, text.trim()]),
      [
        [0, 'a.md\nb.md'],
        [1, 'OUTLINE'],
      ],
    );
  });

  it('all is refused as before where it has failed since', async () => {
    const bench = await failed();
    bench.commands = new ScriptedCommands(() => ({ stdout: 'a.md\n' }));
    assert.equal((await bench.run({ stage: 1 })).status, 'failed');
    const error = await refused(acceptStage(bench.engine, bench.person, await bench.task(), 3, 'fine', bench.options()));
    assert.match(error.message, /Stage 1 “List” has changed or has not passed/);
  });

  it('goes item by item where it has Each', async () => {
    const each = stages(
      'Sizes (Code)\n- Each: File in files.md\n- Run: `wc`\n- Output: Sizes',
      'Draft (Haiku)\n- Input: Sizes\n- Task: write\n- Retries: 0\n- Output: Draft\n- Checks:\n  - contains: "apple"',
    );
    const bench = new Bench(each, { draft: 'pear' }, { '/w/files.md': '- a\n- b\n' });
    bench.commands = new ScriptedCommands(() => ({ stdout: '7' }));
    await bench.run();
    assert.equal((await acceptStage(bench.engine, bench.person, await bench.task(), 2, 'fine', bench.options())).status, 'passed');
    const item = await acceptStage(bench.engine, bench.person, await bench.task(), 1, 'fine', { ...bench.options(), item: 2 });
    assert.deepEqual([item.status, item.message], ['passed', undefined], 'the other item has passed as well');
    bench.files.put('/w/files.md', '- a\n- b\n- c\n');
    await refused(acceptStage(bench.engine, bench.person, await bench.task(), 2, 'fine', bench.options()));
  });
});
