import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Bench, stages, statuses } from './scripted';

/** What a stage of a random graph is made from: the stages before it that it reads, and a file of its own. */
interface Node {
  needs: number[];
  task: number;
}

const graph = fc
  .integer({ min: 2, max: 8 })
  .chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, i) =>
        fc.record({ needs: i ? fc.uniqueArray(fc.nat(i - 1), { maxLength: 3 }) : fc.constant([] as number[]), task: fc.nat(2) }),
      ),
    ),
  );

function documentOf(nodes: readonly Node[]): string {
  return stages(
    ...nodes.map(({ needs, task }, i) => {
      const inputs = [`facts/f${i}.md`, ...needs.map((need) => `Out ${need}x`)].join(', ');
      return `Make ${i}x (Haiku)\n- Input: ${inputs}\n- Task: do it, way ${task}\n- Output: Out ${i}x → out/o${i}.md`;
    }),
  );
}

/** All that depends on these, themselves included. */
function dependents(nodes: readonly Node[], changed: readonly number[]): Set<number> {
  const stale = new Set(changed);
  nodes.forEach(({ needs }, i) => {
    if (needs.some((need) => stale.has(need))) stale.add(i);
  });
  return stale;
}

describe('a changed input', () => {
  it('marks exactly what depends on it: that runs again, and nothing else', async function () {
    this.timeout(60_000);
    const edits = fc.array(fc.record({ stage: fc.nat(7), what: fc.constantFrom('file', 'task', 'touched') }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(graph, edits, async (nodes, changes) => {
        let round = 0;
        // An answer that differs from the one before it, so that what reads it has changed too.
        const bench = new Bench(documentOf(nodes), ({ label }) => `${label.stage} of round ${round}`);
        for (let i = 0; i < nodes.length; i++) bench.files.put(`/w/facts/f${i}.md`, `Fact ${i}.`);
        await bench.run();
        assert.equal(bench.model.calls.length, nodes.length);
        round++;
        const edited = nodes.map((node) => ({ ...node }));
        const changed: number[] = [];
        for (const { stage, what } of changes) {
          const at = stage % nodes.length;
          if (what === 'file') bench.files.put(`/w/facts/f${at}.md`, `Fact ${at}, otherwise.`);
          else if (what === 'task') (edited[at] as Node).task = (nodes[at] as Node).task + 3;
          // Written again as it is.
          else bench.files.put(`/w/facts/f${at}.md`, bench.text(`/w/facts/f${at}.md`) ?? '');
          if (what !== 'touched') changed.push(at);
        }
        bench.files.put('/w/CONTEXT.md', documentOf(edited));
        const stale = dependents(nodes, changed);
        bench.model.calls.length = 0;
        const result = await bench.run();
        assert.deepEqual(
          statuses(result),
          nodes.map((_, i) => `${i + 1} ${stale.has(i) ? 'passed' : 'cached'}`),
        );
        assert.equal(bench.model.calls.length, stale.size);
        round++;
        assert.ok(
          statuses(await bench.run()).every((status) => status.endsWith('cached')),
          'and then all of it stands',
        );
        bench.model.calls.length = 0;
        await bench.run({ fresh: true });
        assert.equal(bench.model.calls.length, nodes.length, '--fresh runs all of it');
      }),
      { numRuns: 25 },
    );
  });

  it('goes no further than an output that comes out the same', async () => {
    const bench = new Bench(
      documentOf([
        { needs: [], task: 0 },
        { needs: [0], task: 0 },
      ]),
      ({ label }) => label.stage,
      { '/w/facts/f0.md': 'a', '/w/facts/f1.md': 'b' },
    );
    await bench.run();
    bench.files.put('/w/facts/f0.md', 'c');
    assert.deepEqual(statuses(await bench.run()), ['1 passed', '2 cached']);
  });
});

describe('the number of a stage', () => {
  const draft = 'Draft (Haiku)\n- Input: Outline\n- Task: write\n- Output: Draft';
  const outline = 'Outline (Haiku)\n- Task: outline\n- Output: Outline';

  it('is for people: stages with other numbers are not run again, nor is what reads them', async () => {
    const bench = new Bench(stages(outline, draft), ({ label }) => label.stage);
    await bench.run();
    bench.files.put('/w/CONTEXT.md', stages(outline, draft).replace('Stage 1:', 'Stage 3:').replace('Stage 2:', 'Stage 5:'));
    assert.deepEqual(statuses(await bench.run()), ['3 cached', '5 cached']);
    bench.files.put('/w/CONTEXT.md', stages('Sources (Haiku)\n- Task: list them\n- Output: Sources', outline, draft));
    assert.deepEqual(statuses(await bench.run()), ['1 passed', '2 cached', '3 cached']);
    assert.equal(bench.model.calls.length, 3);
  });

  it('is not sent: an output is called by its name, and by its stage as well in what the run keeps', async () => {
    const bench = new Bench(stages(outline, draft), ({ label }) => label.stage);
    await bench.run();
    const sent = bench.model.calls[1]?.user.map(({ text }) => text).join('\n') ?? '';
    assert.match(sent, /<source>output:Outline<\/source>/);
    assert.doesNotMatch(sent, /stage:1/);
    const kept = [...bench.files.texts].filter(([path]) => path.startsWith('/w/.haiku/runs/')).map(([, text]) => text);
    assert.ok(
      kept.some((text) => /"source":\s*"stage:1 Outline"/.test(text)),
      'JSON has the number',
    );
  });
});

describe('a CONTEXT.md that changes while it runs', () => {
  const document = documentOf([
    { needs: [], task: 0 },
    { needs: [0], task: 0 },
    { needs: [1], task: 0 },
  ]);
  const facts = { '/w/facts/f0.md': 'a', '/w/facts/f1.md': 'b', '/w/facts/f2.md': 'c' };

  it('edited: what runs is what was agreed to; the next run makes what the edit concerns', async () => {
    const edited = documentOf([
      { needs: [], task: 0 },
      { needs: [0], task: 1 },
      { needs: [1], task: 0 },
    ]);
    const bench = new Bench(
      document,
      ({ label, user }) => {
        if (label.stage === 'make-0x') bench.files.put('/w/CONTEXT.md', edited);
        return `${label.stage} ${/do it, (way \d)/.exec(user.map(({ text }) => text).join())?.[1]}`;
      },
      facts,
    );
    assert.equal((await bench.run()).status, 'passed');
    assert.equal(bench.text('/w/out/o1.md'), 'make-1x way 0\n');
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 passed', '3 passed']);
    assert.equal(bench.text('/w/out/o1.md'), 'make-1x way 1\n');
  });

  it('deleted: what was made stays, and counts once it is back', async () => {
    const bench = new Bench(
      document,
      ({ label }) => {
        if (label.stage === 'make-1x') bench.files.texts.delete('/w/CONTEXT.md');
        return label.stage;
      },
      facts,
    );
    const result = await bench.run();
    assert.equal(result.status, 'passed');
    assert.equal(bench.text('/w/out/o2.md'), 'make-2x\n');
    await assert.rejects(bench.run(), /CONTEXT\.md/);
    bench.files.put('/w/CONTEXT.md', document);
    bench.model.calls.length = 0;
    assert.ok(statuses(await bench.run()).every((status) => status.endsWith('cached')));
    assert.equal(bench.model.calls.length, 0);
  });

  it('with a file that it reads deleted: that stage says so, what passed counts, and the next run goes on', async () => {
    const bench = new Bench(
      document,
      ({ label }) => {
        if (label.stage === 'make-0x') bench.files.texts.delete('/w/facts/f1.md');
        return label.stage;
      },
      facts,
    );
    const result = await bench.run();
    assert.deepEqual(statuses(result), ['1 passed', '2 error', '3 skipped']);
    assert.match(result.stages[1]?.message ?? '', /f1\.md/);
    bench.files.put('/w/facts/f1.md', 'b');
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 passed', '3 passed']);
  });
});
