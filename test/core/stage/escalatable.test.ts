import assert from 'node:assert/strict';
import { acceptStage } from '../../../src/stage/review';
import { Bench, refused, ScriptedCommands, stages, statuses } from './scripted';

const chain = stages(
  'Facts (Haiku)\n- Task: list facts\n- Output: Fact list',
  'Draft (Haiku)\n- Input: Fact list\n- Task: write\n- Retries: 0\n- Output: Draft → d.md\n- Checks:\n  - contains: "apple"',
  'Polish (Opus if needed)\n- Input: Draft\n- Task: polish\n- Output: Final → f.md',
);
const replies = { facts: 'FACTS', draft: 'an apple', polish: 'POLISHED' };

describe('an escalation of a stage that waits for another', () => {
  it('is refused before anything is paid where a stage it needs has failed', async () => {
    const bench = new Bench(chain, { ...replies, draft: 'pear' });
    assert.deepEqual(statuses(await bench.run()), ['1 passed', '2 failed', '3 skipped']);
    const [calls, asked] = [bench.model.calls.length, bench.person.estimates.length];
    const error = await refused(bench.run({ escalate: 3 }));
    assert.match(error.message, /Stage 2 “Draft” has not passed/);
    assert.equal(error.details.path, '/w/CONTEXT.md');
    assert.deepEqual([bench.model.calls.length, bench.person.estimates.length], [calls, asked]);
  });

  it('is refused where a stage it needs never ran, or has changed since it passed', async () => {
    const bench = new Bench(chain, replies);
    assert.match((await refused(bench.run({ escalate: 3 }))).message, /Stage 1 “Facts” has not passed/);
    await bench.run({ stage: 2 });
    bench.files.put('/w/CONTEXT.md', chain.replace('list facts', 'list all facts'));
    assert.match((await refused(bench.run({ escalate: 3 }))).message, /Stage 1 “Facts” has changed since it passed/);
    assert.deepEqual(bench.model.asked, ['facts haiku-1', 'draft haiku-1']);
  });

  it('goes on where only a command is to run: that is free', async () => {
    const document = stages(
      'List (Code)\n- Run: `ls`\n- Output: Files',
      'Draft (Haiku)\n- Input: Files\n- Task: write\n- Retries: 0\n- Checks:\n  - contains: "apple"',
    );
    const bench = new Bench(document, { 'draft haiku-1': 'pear', 'draft opus-1': 'an apple' });
    bench.commands = new ScriptedCommands(() => ({ stdout: 'a.md' }));
    await bench.run();
    assert.deepEqual(statuses(await bench.run({ escalate: 2 })), ['1 passed', '2 passed']);
    const fresh = new Bench(document, { 'draft opus-1': 'an apple' });
    fresh.commands = bench.commands;
    assert.deepEqual(statuses(await fresh.run({ escalate: 2 })), ['1 passed', '2 passed']);
    assert.deepEqual(fresh.person.estimates[0]?.escalates, { over: 'nothing' });
  });
});

describe('an escalation of a stage that has passed', () => {
  const asks = (bench: Bench) => bench.model.asked.filter((call) => call.startsWith('draft'));

  it('is not paid twice on Opus, unless it is asked for', async () => {
    const bench = new Bench(chain, { ...replies, 'draft haiku-1': 'pear' });
    await bench.run();
    await bench.run({ escalate: 2 });
    assert.equal(bench.person.estimates.at(-1)?.escalates, undefined, 'it had failed: nothing is to be said');
    const error = await refused(bench.run({ escalate: 2 }));
    assert.match(error.message, /Stage 2 “Draft” has passed already, on claude-opus-5-5/);
    assert.match(error.details.todo ?? '', /--fresh/);
    assert.deepEqual(asks(bench), ['draft haiku-1', 'draft opus-1']);
    assert.equal((await bench.run({ escalate: 2, fresh: true })).status, 'passed');
    assert.deepEqual(asks(bench), ['draft haiku-1', 'draft opus-1', 'draft opus-2']);
  });

  it('on a cheaper model is agreed to with its price, where that is said', async () => {
    const bench = new Bench(chain, replies);
    await bench.run();
    assert.equal((await bench.run({ escalate: 2 })).status, 'passed');
    assert.deepEqual(bench.person.estimates.at(-1)?.escalates, { over: 'passed', model: 'claude-haiku-5-5' });
    assert.deepEqual(asks(bench), ['draft haiku-1', 'draft opus-1']);
  });

  it('by a person’s word is agreed to likewise', async () => {
    const bench = new Bench(chain, { ...replies, 'draft haiku-1': 'pear' });
    await bench.run();
    await acceptStage(bench.engine, bench.person, await bench.task(), 2, 'fine', bench.options());
    assert.equal((await bench.run({ escalate: 2 })).status, 'passed');
    assert.deepEqual(bench.person.estimates.at(-1)?.escalates, { over: 'passed', model: 'person' });
  });

  it('item by item is refused where all have passed: nothing would be asked', async () => {
    const each = stages('Texts (Haiku)\n- Each: Fruit in fruits.md\n- Task: about Fruit\n- Output: Texts');
    const bench = new Bench(each, () => 'text', { '/w/fruits.md': '- apple\n- pear\n' });
    await bench.run();
    assert.match((await refused(bench.run({ escalate: 1 }))).message, /All items of stage 1 “Texts” have passed already/);
    assert.equal(bench.person.estimates.length, 1);
    assert.equal((await bench.run({ escalate: 1, fresh: true })).status, 'passed');
    assert.deepEqual(bench.model.asked.slice(2).sort(), ['texts-1 opus-1', 'texts-2 opus-1']);
  });
});

describe('an escalation of a stage that never ran', () => {
  it('goes on, and the estimate says so', async () => {
    const bench = new Bench(stages('Draft (Haiku)\n- Task: write'), { draft: 'text' });
    assert.deepEqual(statuses(await bench.run({ escalate: 1 })), ['1 passed']);
    assert.deepEqual(bench.person.estimates[0]?.escalates, { over: 'nothing' });
    assert.deepEqual(bench.model.asked, ['draft opus-1']);
  });
});
