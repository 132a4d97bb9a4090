import assert from 'node:assert/strict';
import { countingAttempt } from '../../../src/journal/countingAttempt';
import type { Journal } from '../../../src/journal/journal';
import { foldJournals } from '../../../src/journal/state';
import { listAttempts } from '../../../src/stage/attempts';
import { restoreStage } from '../../../src/stage/restore';
import { acceptStage } from '../../../src/stage/review';
import { emptied } from '../../../src/stage/runRemoval';
import { Bench, stages, statuses } from './scripted';

const list = (...items: string[]) => items.map((item) => `- ${item}\n`).join('');

function task(output = 'all.md', more = ''): string {
  return stages(
    `Texts (Haiku)\n- Each: Fruit in fruits.md\n${more}- Task: about Fruit\n- Output: Texts → ${output}\n- Retries: 0\n- Checks:\n  - contains: "good"`,
  );
}

const itemOf = (user: readonly { text: string }[]) => /<each_item>\s*(.*?)\s*<\/each_item>/s.exec(user.map(({ text }) => text).join('\n'))?.[1] ?? '';

/** Answers `good <item>` and counts on, so that no two answers are the same. */
function bench(document: string, items: string[], bad: readonly string[] = []): Bench {
  let count = 0;
  return new Bench(document, ({ user }) => `${bad.includes(itemOf(user)) ? 'bad' : 'good'} ${itemOf(user)} ${++count}`, { '/w/fruits.md': list(...items) });
}

const asked = ({ model }: Bench) => model.calls.map(({ user }) => itemOf(user));

describe('the items of a list that changed', () => {
  it('are asked for only where they are new, wherever they stand now, and their outputs follow the list', async () => {
    const own = bench(task(), ['apple', 'plum']);
    await own.run();
    await own.files.write('/w/fruits.md', list('fig', 'plum', 'apple'));
    assert.deepEqual(statuses(await own.run()), ['1 passed']);
    assert.deepEqual(asked(own).slice(2), ['fig']);
    assert.equal(own.text('/w/all.md'), 'good fig 3\n\ngood plum 2\n\ngood apple 1\n');
  });

  it('leave no trace of one that was taken out, and nothing is asked', async () => {
    const own = bench(task(), ['apple', 'plum', 'fig']);
    await own.run();
    await own.files.write('/w/fruits.md', list('plum', 'fig'));
    assert.deepEqual(statuses(await own.run()), ['1 cached']);
    assert.equal(own.model.calls.length, 3);
    assert.equal(own.text('/w/all.md'), 'good plum 2\n\ngood fig 3\n');
    assert.deepEqual(own.person.overwrites, []);
  });

  it('keep what a person wrote into the file meanwhile', async () => {
    const own = bench(task(), ['apple', 'plum']);
    await own.run();
    await own.files.write('/w/all.md', 'my own');
    await own.files.write('/w/fruits.md', list('plum'));
    const result = await own.run();
    assert.equal(own.text('/w/all.md'), 'my own');
    assert.match(result.stages[0]?.message ?? '', /all\.md is not what passed/);
  });

  it('have an answer each where they read the same, and each keeps its own', async () => {
    const own = bench(task(), ['apple', 'apple']);
    own.settings = { ...own.settings, concurrency: 1 };
    await own.run();
    assert.equal(own.text('/w/all.md'), 'good apple 1\n\ngood apple 2\n');
    await own.files.write('/w/fruits.md', list('fig', 'apple', 'apple', 'apple'));
    await own.run();
    assert.deepEqual(asked(own).slice(2), ['fig', 'apple']);
    assert.equal(own.text('/w/all.md'), 'good fig 3\n\ngood apple 1\n\ngood apple 2\n\ngood apple 4\n');
  });

  it('are accepted and restored by their number as it is now, with the attempts they had under another', async () => {
    const own = bench(task(), ['apple', 'plum'], ['apple']);
    assert.deepEqual(statuses(await own.run()), ['1 failed']);
    await own.files.write('/w/fruits.md', list('fig', 'apple', 'plum'));
    const options = { ...own.options(), item: 2 };
    await acceptStage(own.engine, own.person, await own.task(), 1, 'fine', options as Parameters<typeof acceptStage>[5]);
    assert.deepEqual(statuses(await own.run()), ['1 passed']);
    assert.deepEqual(asked(own).slice(2), ['fig']);
    assert.match(own.text('/w/all.md') ?? '', /^good fig 3\n\nbad apple \d\n\ngood plum \d\n$/);
    // The new first item has nothing to do with what was first before.
    await own.files.write('/w/fruits.md', list('lime', 'fig', 'apple', 'plum'));
    await assert.rejects(
      async () => acceptStage(own.engine, own.person, await own.task(), 1, 'fine', { ...options, item: 1 } as Parameters<typeof acceptStage>[5]),
      /Item 1, “lime”, of stage 1 has no output to accept/,
    );
    const order = { engine: own.engine, person: own.person, task: await own.task(), number: 1, item: 3, options: own.options() };
    await restoreStage(order as Parameters<typeof restoreStage>[0], { attempt: 'haiku-1' });
    const counting = (await listAttempts(own.engine, await own.task())).filter(({ counts }) => counts).map(({ name, output }) => [name, output]);
    assert.ok(
      counting.some(([, output]) => String(output).endsWith('texts.1.haiku-1.md')),
      JSON.stringify(counting),
    );
    await own.run();
    assert.deepEqual(asked(own).slice(3).sort(), ['apple', 'lime'], 'what was restored had failed');
  });

  it('go on from what a run that was cut off has left of them', async () => {
    const document = task('all.md', '').replace('contains: "good"', 'judge: is it good?');
    let judges = 0;
    const own = new Bench(
      document,
      ({ label, user }) => {
        if (label.purpose !== 'judge') return `good ${itemOf(user)}`;
        return ++judges === 1 ? new Error('gone') : JSON.stringify({ reason: 'Good.', verdict: 'pass', pass: true });
      },
      { '/w/fruits.md': list('apple') },
    );
    await own.run();
    await own.files.write('/w/fruits.md', list('fig', 'apple'));
    await own.run();
    assert.deepEqual(
      own.model.calls.filter(({ label }) => label.purpose !== 'judge').map(({ user }) => itemOf(user)),
      ['apple', 'fig'],
    );
  });

  it('have files of their own even where names meet', async () => {
    const own = bench(task('out/Fruit.md'), ['a', 'a', 'a-2']);
    own.settings = { ...own.settings, concurrency: 1 };
    const result = await own.run();
    assert.equal(result.stages[0]?.message ?? '', '');
    const texts = [...own.files.texts.keys()]
      .filter((path) => path.startsWith('/w/out/'))
      .map((path) => own.text(path)?.trim())
      .sort();
    assert.deepEqual(texts, ['good a 1', 'good a 2', 'good a-2 3']);
    assert.equal(own.text('/w/out/a-2.md'), 'good a-2 3\n', 'a name that is an item’s own stays its own');
  });

  it('move with their files where names meet and one is taken out', async () => {
    const own = bench(task('out/Fruit.md'), ['A!', 'A?']);
    own.settings = { ...own.settings, concurrency: 1 };
    await own.run();
    await own.files.write('/w/fruits.md', list('A?'));
    await own.run();
    assert.equal(own.model.calls.length, 2);
    assert.equal(own.text('/w/out/a.md'), 'good A? 2\n');
  });
});

describe('an item whose run is deleted', () => {
  it('leaves nothing that tells its value, and its attempts count for no item that has its number now', async () => {
    const own = bench(task(), ['apple', 'plum']);
    await own.run();
    const left = emptied(own.records(), '2026-11-22T09:00:00Z');
    const [key] = own.records().flatMap((record) => (record.type === 'attempt' ? [record.itemKey ?? ''] : []));
    assert.ok(key && !JSON.stringify(left).includes(key.slice(0, 8)));
    const journal = { run: 'r', folder: '/w', records: left };
    assert.equal(countingAttempt(foldJournals([journal as Journal]).stages.get('texts'), { item: 1, itemKey: key }), undefined);
  });
});

describe('the list of Each', () => {
  const files = { '/w/fruits.md': list('apple', 'plum') };
  const sent = ({ model }: Bench) => model.calls.map(({ user }) => user.map(({ text }) => text).join('\n'));

  it('named in Input is not sent whole: one item more asks for one', async () => {
    const own = new Bench(task('all.md', '- Input: fruits.md\n'), ({ user }) => `good ${itemOf(user)}`, files);
    await own.run();
    assert.ok(sent(own).every((text) => !(text.includes('apple') && text.includes('plum'))));
    await own.files.write('/w/fruits.md', list('apple', 'plum', 'fig'));
    await own.run();
    assert.deepEqual(asked(own).slice(2), ['fig']);
  });

  it('is sent whole where Context names it', async () => {
    const own = new Bench(task('all.md', '- Input: fruits.md\n- Context: fruits.md\n'), ({ user }) => `good ${itemOf(user)}`, files);
    await own.run();
    assert.ok(sent(own).every((text) => text.includes('apple') && text.includes('plum')));
  });
});
