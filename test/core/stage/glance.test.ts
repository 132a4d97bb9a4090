import assert from 'node:assert/strict';
import { Glance } from '../../../src/stage/glance';
import { MemoryFiles } from '../memoryFiles';
import { Bench, stages, statuses } from './scripted';

class CountingFiles extends MemoryFiles {
  looks = 0;
  override async stat(path: string) {
    this.looks++;
    return super.stat(path);
  }
}

function glanceAt(files: MemoryFiles) {
  let ms = 0;
  const glance = new Glance(files, { now: () => new Date(ms) });
  return {
    glance,
    later: (by: number) => {
      ms += by;
    },
  };
}

describe('a glance at files', () => {
  it('asks the disk once for what many ask, and anew after a while', async () => {
    const files = new CountingFiles({ '/w/CLAUDE.md': 'Be brief.' });
    const { glance, later } = glanceAt(files);
    for (let i = 0; i < 100; i++) assert.equal(await glance.read('/w/CLAUDE.md'), 'Be brief.');
    assert.equal(files.reads.length, 1);
    files.put('/w/CLAUDE.md', 'Be long.');
    later(5000);
    assert.equal(await glance.read('/w/CLAUDE.md'), 'Be long.');
  });

  it('sees at once what it is told has changed, with the folders around it', async () => {
    const files = new MemoryFiles({ '/w/a.md': 'a' });
    const { glance } = glanceAt(files);
    assert.equal(await glance.stat('/w/out/b.md'), undefined);
    assert.deepEqual(
      (await glance.list('/w')).map(({ name }) => name),
      ['a.md'],
    );
    const before = glance.now();
    files.put('/w/out/b.md', 'b');
    glance.forget('/w/out/b.md');
    assert.notEqual(glance.now(), before);
    assert.equal((await glance.stat('/w/out/b.md'))?.kind, 'file');
    assert.deepEqual(
      (await glance.list('/w')).map(({ name }) => name),
      ['a.md', 'out'],
    );
  });

  it('does not ask for each of thousands of files in a folder that is not there', async () => {
    const files = new CountingFiles({ '/w/a.md': 'a' });
    const { glance } = glanceAt(files);
    for (let i = 0; i < 1000; i++) {
      assert.equal(await glance.stat(`/w/.haiku/strategies/step-${i}.md`), undefined);
      assert.equal(await glance.realPath(`/w/.haiku/strategies/step-${i}.md`), `/w/.haiku/strategies/step-${i}.md`);
    }
    assert.ok(files.looks < 10, `${files.looks} looks`);
  });

  it('does not keep a file that was being written while it was read', async () => {
    const files = new MemoryFiles({ '/w/a.md': 'half' });
    let reads = 0;
    const read = files.read.bind(files);
    files.read = async (path) => {
      const text = await read(path);
      if (reads++ === 0) files.put('/w/a.md', 'half and the other half');
      return text;
    };
    const { glance } = glanceAt(files);
    await glance.read('/w/a.md');
    assert.equal(await glance.read('/w/a.md'), 'half and the other half');
  });

  it('is not fooled by a clock that was set back', async () => {
    const files = new MemoryFiles({ '/w/a.md': 'old' });
    const { glance, later } = glanceAt(files);
    await glance.read('/w/a.md');
    files.put('/w/a.md', 'new');
    later(-60_000);
    assert.equal(await glance.read('/w/a.md'), 'new');
  });
});

describe('a run that changes what it reads', () => {
  it('shows a later stage the file that an earlier one wrote, and what a command left behind', async () => {
    const bench = new Bench(
      stages(
        'Facts (Haiku)\n- Task: find\n- Output: Facts → facts.md',
        'Sort (Code)\n- Input: Facts\n- Run: sort\n- Output: Sorted',
        'Page (Haiku)\n- Input: Sorted, facts.md, sorted.md\n- Task: write',
      ),
      { facts: 'the new facts', page: 'done' },
      { '/w/facts.md': 'the old facts', '/w/sorted.md': 'the old order' },
    );
    // A clock that stands still: nothing is forgotten for its age.
    const engine = bench.engine;
    Object.defineProperty(bench, 'engine', { value: { ...engine, clock: { ...engine.clock, now: () => new Date(0), sleep: async () => undefined } } });
    bench.commands.run = async () => {
      bench.files.put('/w/sorted.md', 'the new order');
      return { exitCode: 0, stdout: 'sorted', stderr: '' };
    };
    assert.deepEqual(statuses(await bench.run()), ['1 passed', '2 passed', '3 passed']);
    const sent =
      bench.model.calls
        .at(-1)
        ?.user.map(({ text }) => text)
        .join('\n') ?? '';
    assert.match(sent, /the new facts/);
    assert.match(sent, /the new order/);
  });
});
