import assert from 'node:assert/strict';
import { UserError } from '../../../src/ports';
import { Bench, stages, statuses } from './scripted';

describe('a stage with Each', () => {
  const document = stages(
    'Fruits (Haiku)\n- Task: list\n- Output: Fruit list',
    'Texts (Haiku)\n- Each: Fruit in Fruit list\n- Task: Write about Fruit\n- Output: Texts → out/Fruit.md\n- Retries: 0\n- Checks:\n  - contains: "good"',
    'Page (Haiku)\n- Input: Texts\n- Task: join\n- Output: Page',
  );
  const replies = { fruits: '- Apple\n- Blood orange\n- Cherry', page: 'PAGE' };

  it('runs once per item, gathers in order, and writes a file for each', async () => {
    const bench = new Bench(document, async ({ label }) => {
      // The first item answers last.
      if (label.stage === 'texts-1') await new Promise((resolve) => setTimeout(resolve, 10));
      return label.stage.startsWith('texts-') ? `good ${label.stage}` : (replies[label.stage as 'fruits'] ?? '');
    });
    const result = await bench.run();
    assert.deepEqual(statuses(result), ['1 passed', '2 passed', '3 passed']);
    assert.equal(result.stages[1]?.output.text, 'good texts-1\n\ngood texts-2\n\ngood texts-3\n');
    assert.equal(bench.text('/w/out/apple.md'), 'good texts-1\n');
    assert.equal(bench.text('/w/out/blood-orange.md'), 'good texts-2\n');
    assert.equal(result.stages[1]?.attempts, 3);
    const second = bench.model.calls.find((call) => call.label.stage === 'texts-2');
    assert.ok(second?.user.some((block) => block.text.includes('Blood orange')));
    const asked = bench.person.estimates.length;
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 cached', '3 cached']);
    assert.equal(bench.person.estimates.length, asked, 'nobody is asked about what is there');
  });

  it('runs only the items again that failed', async () => {
    const bench = new Bench(document, { ...replies, 'texts-1': 'good 1', 'texts-2': 'bad 2', 'texts-3': 'good 3' });
    const result = await bench.run();
    assert.deepEqual(statuses(result), ['1 passed', '2 failed', '3 skipped']);
    assert.match(result.stages[1]?.checks.find((check) => check.status === 'fail')?.message ?? '', /Item 2/);
    bench.script({ ...replies, 'texts-2': 'good 2' });
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 passed', '3 passed']);
    assert.deepEqual(bench.model.asked, ['texts-2 haiku-2', 'page haiku-1']);
  });

  it('escalates only the items that failed', async () => {
    const bench = new Bench(document, { ...replies, 'texts-1': 'good 1', 'texts-2': 'bad 2', 'texts-3': 'good 3' });
    await bench.run();
    bench.script({ ...replies, 'texts-2 opus-1': 'good 2' });
    assert.equal((await bench.run({ escalate: 2 })).status, 'passed');
    assert.deepEqual(bench.model.asked, ['texts-2 opus-1', 'page haiku-1']);
  });

  it('without any item is that stage’s error; what does not depend on it runs', async () => {
    const bench = new Bench(`${document}\n## Stage 4: Other (Haiku)\n- Task: other\n`, { fruits: '[]', other: 'fine' });
    bench.settings = { ...bench.settings, concurrency: 1 };
    const result = await bench.run();
    assert.deepEqual(statuses(result), ['1 passed', '2 error', '3 skipped', '4 passed']);
    assert.match(result.stages[1]?.message ?? '', /no items/);
    assert.equal(result.stopped?.exitCode, 1);
  });

  it('takes JSON items and gathers JSON', async () => {
    const json = stages('Texts (Haiku)\n- Each: Fruit in fruits.json\n- Task: About Fruit\n- Output: Texts as json');
    const bench = new Bench(json, { 'texts-1': '{"a":1}', 'texts-2': '{"a":2}' }, { '/w/fruits.json': '["x","y"]' });
    assert.deepEqual(JSON.parse((await bench.run()).stages[0]?.output.text ?? ''), [{ a: 1 }, { a: 2 }]);
  });
});

describe('Variants', () => {
  const document = stages(
    'Draft (Haiku)\n- Task: write\n- Variants: 3\n- Output: Draft → d.md\n- Checks:\n  - contains: "apple"\n  - should contains: "kiwi"',
    'Next (Haiku)\n- Input: Draft\n- Task: next',
  );

  it('keeps the best, whatever the order they end in, and so does the next run', async () => {
    const bench = new Bench(document, async ({ label }) => {
      if (label.stage === 'next') return 'next';
      // The best comes first and is on record first.
      await new Promise((resolve) => setTimeout(resolve, 8 * label.attempt));
      return ['apple and kiwi', 'pear and kiwi', 'apple'][label.attempt - 1] as string;
    });
    const result = await bench.run();
    assert.equal(bench.model.mostAtOnce, 3);
    assert.equal(result.stages[0]?.output.text, 'apple and kiwi\n');
    assert.equal(result.stages[0]?.attempts, 3);
    assert.equal(result.stages[0]?.usage.inputTokens, 300);
    assert.equal(bench.text('/w/d.md'), 'apple and kiwi\n');
    const again = await bench.run();
    assert.deepEqual(statuses(again), ['1 cached', '2 cached']);
    assert.equal(again.stages[0]?.output.text, 'apple and kiwi\n');
  });

  it('prefer what passes to what fails fewer checks, and an answer to a refusal', async () => {
    const bench = new Bench(document, {
      'draft haiku-1': 'apple',
      'draft haiku-2': 'pear with kiwi',
      'draft haiku-3': { text: 'No.', stopReason: 'refusal' },
      next: 'n',
    });
    const result = await bench.run();
    assert.deepEqual(statuses(result), ['1 passed', '2 passed']);
    assert.equal(result.stages[0]?.output.text, 'apple\n');
  });

  it('have all ended before the run has, where one breaks off', async () => {
    let late = 0;
    const bench = new Bench(document, async ({ label }) => {
      if (label.attempt === 1) return new UserError('No connection.', { exitCode: 3 });
      await new Promise((resolve) => setTimeout(resolve, 10));
      late++;
      return 'apple';
    });
    const result = await bench.run();
    assert.equal(late, 2);
    assert.equal(result.stopped?.exitCode, 3);
    assert.equal(bench.records().at(-1)?.type, 'end');
    assert.equal(bench.records().filter((record) => record.type === 'attempt').length, 3);
    assert.ok((result.stages[0]?.usd ?? 0) > 0);
  });
});
