import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MockServer, startMockServer } from '../model/mockServer';
import { jsonOf, Terminal } from './terminal';

describe('what may be spent, on the command line', () => {
  let terminal: Terminal;
  let server: MockServer;
  const simple = '# T\n\n## Stage 1: Draft (Haiku)\n- Task: write\n- Output: Draft → d.md\n';
  const write = (text: string) => writeFileSync(terminal.path('CONTEXT.md'), text);

  beforeEach(async () => {
    terminal = new Terminal();
    // An answer that costs half a dollar.
    server = await startMockServer({ text: 'A draft.', usage: { inputTokens: 10, outputTokens: 1_000_000 } });
    terminal.env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-test-1234567890', XDG_STATE_HOME: join(terminal.folder, 'state') };
    write(simple);
  });
  afterEach(async () => {
    terminal.remove();
    await server.stop();
  });
  const run = (...more: string[]) => terminal.run('run', 'CONTEXT.md', '--yes', ...more);

  it('is a dollar a run where nobody says otherwise', async () => {
    write(simple.replace('Haiku', 'Opus').replace('- Task: write', '- Task: write\n- Success: 60000+ words'));
    const outcome = await run();
    assert.equal(outcome.code, 1);
    assert.match(outcome.stderr, /The usual cap of a run \(--max-cost raises it\) of \$1\.00 would be passed/);
    assert.equal(server.requests.length, 0);
  });

  it('is what --max-cost says, before HAIKU_FIRST_MAX_COST', async () => {
    terminal.env.HAIKU_FIRST_MAX_COST = '0.000001';
    assert.match((await run()).stderr, /HAIKU_FIRST_MAX_COST/);
    assert.equal((await run('--max-cost', '2')).code, 0);
  });

  for (const [name, cap] of [
    ['a task', 'HAIKU_FIRST_MAX_COST_PER_TASK'],
    ['a month', 'HAIKU_FIRST_MAX_COST_PER_MONTH'],
  ] as const) {
    it(`is capped for ${name} over all its runs`, async () => {
      terminal.env[cap] = '$0.5';
      assert.equal((await run()).code, 0);
      const second = await run('--fresh', '--json');
      assert.equal(second.code, 1);
      assert.match(second.stderr, new RegExp(`${cap} of \\$0\\.50 leaves \\$0 and would be passed`));
      assert.equal((jsonOf(second) as { status: string }).status, 'failed');
      assert.equal(server.requests.length, 1);
      terminal.env[cap] = 'lots';
      assert.match((await run()).stderr, new RegExp(`${cap} is an amount in USD`));
    });
  }

  it('follows prices of your own', async () => {
    terminal.env.HAIKU_FIRST_PRICES = '{"claude-haiku-5-5": {"input": 0, "output": 0}}';
    const { total } = jsonOf(await run('--json')) as { total: { usd: number } };
    assert.equal(total.usd, 0);
    terminal.env.HAIKU_FIRST_PRICES = '{"claude-haiku-5-5": 3}';
    const wrong = await run('--fresh');
    assert.deepEqual([wrong.code, /HAIKU_FIRST_PRICES/.test(wrong.stderr)], [2, true]);
  });

  it('does not take --yes for a yes to a dearer model: that is asked once, or said with --allow-model', async () => {
    write(`---\nmodels:\n  haiku: claude-sonnet-5-5\n---\n${simple}`);
    const refused = await run('--max-cost', '50');
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /The document maps haiku to claude-sonnet-5-5: \$0\.\d+ instead of \$0\.\d+ with claude-haiku-5-5\..*--allow-model haiku=claude-sonnet-5-5/s,
    );
    assert.equal(server.requests.length, 0);
    assert.equal((await run('--max-cost', '50', '--allow-model', 'haiku=claude-sonnet-5-5')).code, 0);
    assert.equal((await run('--max-cost', '50', '--fresh')).code, 0, 'agreed to for good');
  });

  it('is told by plan, with the model of each stage and what all tries can cost', async () => {
    const { stages, total } = jsonOf(await terminal.run('plan', 'CONTEXT.md', '--json')) as {
      stages: { model: string; estimate: { usd: number; atMostUsd: number; pastAnswers: number } }[];
      total: { usd: number; atMostUsd: number };
    };
    const [stage] = stages;
    assert.deepEqual([stage?.model, stage?.estimate.pastAnswers], ['claude-haiku-5-5', 0]);
    assert.ok((stage?.estimate.atMostUsd ?? 0) > (stage?.estimate.usd ?? 0) && total.atMostUsd === stage?.estimate.atMostUsd);
    assert.match((await terminal.run('plan', 'CONTEXT.md')).stdout, /on claude-haiku-5-5.*if all tries are needed, at most \$0\.\d+/s);
    await run();
    const after = jsonOf(await terminal.run('plan', 'CONTEXT.md', '--json')) as { stages: { estimate: { outputTokens: number; pastAnswers: number } }[] };
    assert.deepEqual([after.stages[0]?.estimate.pastAnswers, after.stages[0]?.estimate.outputTokens], [1, 1_000_000]);
    const unknown = await terminal.run('plan', 'CONTEXT.md', '--input', 'Topic=x');
    assert.deepEqual([unknown.code, /No stage has an input called “topic”/.test(unknown.stderr)], [2, true]);
  });
});
