import assert from 'node:assert/strict';
import { secretHash } from '../../../src/bundle/secretFindings';
import { previewStage } from '../../../src/stage/preview';
import { SecretsFound } from '../../../src/stage/secretGate';
import { planTask } from '../../../src/steering/plan';
import { Bench, refused, stages, statuses } from './scripted';

// Put together here, so that no scanner takes this file for a leak.
const token = `ghp_${'qZ8rT2mK5vB'.repeat(4).slice(0, 36)}`;
const other = `ghp_${'rT2mK5vBqZ8'.repeat(4).slice(0, 36)}`;
const kind = 'a GitHub token';

describe('a secret in what would be sent', () => {
  const two = stages('Notes (Haiku)\n- Input: a.md\n- Task: Sum up\n- Output: Notes', 'Draft (Haiku)\n- Input: Notes, b.md\n- Task: Draft\n- Output: Draft');
  const files = { '/w/a.md': `one\n${token}\n`, '/w/b.md': `${other}\n` };

  it('blocks the run before anything is spent, asks once about all, and says where and what, never the value', async () => {
    const bench = new Bench(two, { notes: 'N', draft: 'D' }, files);
    const error = await refused(bench.run());
    assert.ok(error instanceof SecretsFound);
    assert.deepEqual(bench.person.secrets, [[`a.md:2 ${kind}`, `b.md:1 ${kind}`]]);
    assert.match(error.message, /a\.md:2 holds a GitHub token; b\.md:1 holds a GitHub token.*--allow-secret a\.md:2/);
    assert.deepEqual([error.details.path, error.details.line], ['/w/a.md', 1]);
    assert.ok(![token, other].some((value) => error.message.includes(value)));
    assert.deepEqual([bench.model.calls.length, bench.person.estimates.length, bench.journals().length], [0, 0, 0]);
  });

  it('is sent once the person decided so: on record by its hash, and not asked about again', async () => {
    const bench = new Bench(two, { notes: 'N', draft: 'D' }, files);
    bench.person.agrees.secrets = true;
    assert.deepEqual(statuses(await bench.run()), ['1 passed', '2 passed']);
    const decisions = bench.records().filter((record) => record.type === 'secret-allowed');
    assert.deepEqual(
      decisions.map(({ source, line, kind: what, hash }) => [source, line, what, hash]),
      [
        ['a.md', 2, kind, secretHash(kind, token)],
        ['b.md', 1, kind, secretHash(kind, other)],
      ],
    );
    assert.ok(!bench.journals().join().includes(token), 'the journal does not hold it');
    assert.match(bench.model.calls[0]?.user.map(({ text }) => text).join() ?? '', new RegExp(token));
    bench.person.agrees.secrets = false;
    bench.files.put('/w/b.md', `${other} and more\n`);
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 passed']);
    assert.equal(bench.person.secrets.length, 1);
    bench.files.put('/w/b.md', `${other}\n${token.slice(0, -2)}Zz\n`);
    await refused(bench.run());
    assert.deepEqual(bench.person.secrets[1], [`b.md:2 ${kind}`], 'another secret is another decision');
  });

  it('blocks an escalation and a retry as well', async () => {
    const document = stages('Notes (Haiku)\n- Input: a.md\n- Task: Sum up\n- Retries: 0\n- Checks:\n  - contains: "x"');
    const bench = new Bench(document, { notes: 'N' }, { '/w/a.md': 'clean' });
    assert.deepEqual(statuses(await bench.run()), ['1 failed']);
    bench.files.put('/w/a.md', token);
    const calls = bench.model.calls.length;
    await refused(bench.run({ escalate: 1 }));
    await refused(bench.run({ retry: 1 }));
    assert.equal(bench.model.calls.length, calls);
  });

  it('counts in the document itself, in an answer, in an item and in a rubric', async () => {
    const cases: [string, Record<string, string>, string][] = [
      [`# T\n\n## Specification\n\nUse ${token}.\n\n## Stage 1: A (Haiku)\n- Task: x\n`, {}, `CONTEXT.md:5 ${kind}`],
      [`## Stage 1: A (Haiku)\n- Task: Use ${token}\n`, {}, `CONTEXT.md:2 ${kind}`],
      ['## Stage 1: A (Haiku)\n- Task: x\n- Input: the key\n', {}, `input:the key:1 ${kind}`],
      ['## Stage 1: A (Haiku)\n- Task: x\n- Each: Row in rows.md\n', { '/w/rows.md': `- ${token}\n` }, `item:Row:1 ${kind}`],
      ['## Stage 1: A (Haiku)\n- Task: x\n- Checks:\n  - judge: reads like style.md, >= 4/5\n', { '/w/style.md': `a\n${token}` }, `style.md:2 ${kind}`],
    ];
    for (const [document, more, expected] of cases) {
      const bench = new Bench(document, { a: 'A' }, more);
      bench.person.answers['the key'] = token;
      await refused(bench.run());
      assert.deepEqual(bench.person.secrets, [[expected]]);
      assert.equal(bench.model.calls.length, 0);
    }
  });

  it('of other stages of the document does not count', async () => {
    const bench = new Bench(stages('A (Haiku)\n- Task: x', `B (Haiku)\n- Task: Use ${token}`), { a: 'A' });
    assert.deepEqual(statuses(await bench.run({ stage: 1 })), ['1 passed']);
  });

  it('that a stage made blocks who reads it; what stands beside goes on', async () => {
    const bench = new Bench(two, { notes: `See ${token}.`, draft: 'D' }, { '/w/a.md': 'a', '/w/b.md': 'b' });
    const result = await bench.run();
    assert.deepEqual(statuses(result), ['1 passed', '2 error']);
    assert.match(result.stages[1]?.message ?? '', /stage:1 Notes:1 holds a GitHub token/);
    assert.equal(result.stopped?.exitCode, 2);
    bench.person.agrees.secrets = true;
    assert.deepEqual(statuses(await bench.run()), ['1 cached', '2 passed']);
    assert.equal(bench.records().filter((record) => record.type === 'secret-allowed').length, 1);
  });

  it('in an answer that would go back, or to a judge, is stopped at the last door', async () => {
    const back = new Bench(stages('A (Haiku)\n- Task: x\n- Checks:\n  - contains: "y"'), { a: `no ${token}` });
    const result = await back.run();
    assert.equal(back.model.calls.length, 1);
    assert.match(result.stopped?.message ?? '', /prompt:a:\d+ holds a GitHub token/);
    const judged = new Bench(stages('A (Haiku)\n- Task: x\n- Checks:\n  - judge: is short, >= 4/5'), { a: token, 'a judge': '{"reason":"r","score":5}' });
    assert.equal((await judged.run()).status, 'error');
    assert.equal(judged.model.calls.length, 1);
    const decided = new Bench(stages('A (Haiku)\n- Task: x\n- Checks:\n  - judge: is short, >= 4/5'), { a: token, 'a judge': '{"reason":"r","score":5}' });
    decided.person.agrees.secrets = true;
    assert.equal((await decided.run()).status, 'passed');
    assert.equal(decided.records().filter((record) => record.type === 'secret-allowed').length, 1);
  });

  it('does not keep a command from its files', async () => {
    const bench = new Bench('## Stage 1: A (Code)\n- Run: cat\n- Input: a.md\n', {}, files);
    assert.deepEqual(statuses(await bench.run()), ['1 passed']);
    assert.deepEqual(bench.person.secrets, []);
  });

  it('can be allowed by nothing that a repository brings along', async () => {
    const forged = JSON.stringify({ type: 'secret-allowed', at: '', source: 'a.md', line: 2, kind, hash: secretHash(kind, 'whatever its author knows') });
    const bench = new Bench(two, { notes: 'N', draft: 'D' }, { ...files, '/w/.haiku/runs/context/2026-01-01/journal.jsonl': `${forged}\n` });
    await refused(bench.run());
    assert.deepEqual(bench.person.secrets, [[`a.md:2 ${kind}`, `b.md:1 ${kind}`]]);
  });

  it('is left out of the preview, with its place; that of the document itself is hidden', async () => {
    const bench = new Bench(`# T\n\n## Specification\n\nUse ${other}.\n\n## Stage 1: A (Haiku)\n- Input: a.md\n- Task: x\n`, {}, files);
    const plan = await planTask(await bench.task(), bench.files);
    const preview = await previewStage(bench.engine, plan, 0);
    assert.deepEqual(
      preview.bundle.secrets.map(({ source, line }) => `${source}:${line}`),
      ['a.md:2', 'CONTEXT.md:5'],
    );
    assert.deepEqual(
      preview.bundle.omitted.map(({ source }) => source),
      ['a.md', 'CONTEXT.md'],
    );
    assert.ok(![token, other].some((value) => JSON.stringify(preview.prompt).includes(value) || JSON.stringify(preview.bundle).includes(value)));
    assert.match(preview.prompt.text.system, /Use \[a GitHub token: not sent\]\./);
  });
});
