import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { jsonOf, type Outcome, shapeOf, Terminal } from './terminal';

interface RunJson {
  run: string;
  status: string;
  stages: { number: number; status: string; attempts: number; model: string; output: { path: string | null; text: string }; checks: { status: string }[] }[];
  total: { usd: number; ms: number; allOpusUsd: number };
}

const usage = { inputTokens: 'number', outputTokens: 'number', cacheReadTokens: 'number', cacheWriteTokens: 'number' };

function run(outcome: Outcome): RunJson {
  return jsonOf(outcome) as unknown as RunJson;
}

describe('the sample on the command line', () => {
  const terminal = new Terminal();
  const context = 'demo/CONTEXT.md';
  after(() => terminal.remove());

  it('scaffolds into a new folder', async () => {
    const outcome = await terminal.run('scaffold', '--template', 'sample', '--dir', 'demo');
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.match(outcome.stdout, /^wrote demo\/CONTEXT\.md$/m);
    assert.ok(existsSync(terminal.path('demo/.haiku/recordings/context/release-notes/opus-1.md')));
    const again = await terminal.run('scaffold', '--template', 'sample', '--dir', 'demo');
    assert.equal(again.code, 0);
    assert.doesNotMatch(again.stdout, /^(wrote|replaced)/m);
  });

  it('lints without an error', async () => {
    const outcome = await terminal.run('lint', 'demo', '--format', 'json');
    assert.equal(outcome.code, 0, outcome.stdout);
    const { files, summary } = jsonOf(outcome) as { files: { path: string; kind: string; issues: unknown[] }[]; summary: unknown };
    assert.ok(files.every(({ path }) => path.startsWith('demo/')));
    assert.ok(['CONTEXT.md', 'VOICE.md', 'CLAUDE.md'].every((name) => files.some(({ path }) => path === `demo/${name}`)));
    assert.deepEqual(shapeOf(summary), { files: 'number', errors: 'number', warnings: 'number', infos: 'number' });
  });

  it('plans in the promised shape', async () => {
    const outcome = await terminal.run('plan', context, '--json');
    assert.equal(outcome.code, 0);
    const { stages, total } = jsonOf(outcome) as { stages: Record<string, unknown>[]; total: unknown };
    assert.deepEqual(
      stages.map((stage) => [stage.number, stage.runner, stage.needs]),
      [
        [1, 'Code', []],
        [2, 'Haiku', [1]],
        [3, 'Haiku', [1]],
        [4, 'Opus if needed', [1, 2, 3]],
        [5, 'Haiku', [4]],
      ],
    );
    const { number, title, runner, effort, needs, inputs, output, checks, uncovered, estimate } = stages[3] ?? {};
    assert.deepEqual(shapeOf({ number, title, runner, effort, needs, inputs, output, checks, estimate }), {
      number: 'number',
      title: 'string',
      runner: 'string',
      effort: 'null',
      needs: ['number'],
      inputs: ['string'],
      output: 'string',
      checks: [{ text: 'string', source: 'string' }],
      estimate: { inputTokens: 'number', outputTokens: 'number', usd: 'number', atMostUsd: 'number', pastAnswers: 'number' },
    });
    assert.ok(Array.isArray(uncovered));
    assert.ok((checks as { source: string }[]).every(({ source }) => source === 'checks' || source === 'success'));
    assert.deepEqual(shapeOf(total), { usd: 'number', allOpusUsd: 'number', atMostUsd: 'number' });
  });

  it('shows a bundle in the promised shape', async () => {
    const outcome = await terminal.run('bundle', context, '--stage', '3', '--json');
    assert.equal(outcome.code, 0, outcome.stderr);
    const json = jsonOf(outcome) as Record<string, unknown> & { pieces: Record<string, unknown>[]; omitted: Record<string, unknown>[] };
    assert.deepEqual(shapeOf({ stage: json.stage, budget: json.budget, tokens: json.tokens, prompt: json.prompt }), {
      stage: 'number',
      budget: 'number',
      tokens: 'number',
      prompt: { system: 'string', user: 'string' },
    });
    assert.equal(json.stage, 3);
    const voice = json.pieces.find(({ source }) => source === 'demo/VOICE.md');
    assert.ok(voice, 'what Input names is in');
    for (const piece of json.pieces) {
      assert.deepEqual(Object.keys(piece).sort(), ['heading', 'lines', 'outline', 'reason', 'source', 'tokens']);
      if (piece.lines !== null) assert.ok((piece.lines as number[]).length === 2 && (piece.lines as number[]).every((line) => line >= 1));
    }
    for (const left of json.omitted) assert.deepEqual(Object.keys(left).sort(), ['heading', 'reason', 'source', 'tokens']);
  });

  it('does not run a command that nobody allowed', async () => {
    const outcome = await terminal.run('run', context, '--json');
    assert.equal(outcome.code, 2);
    assert.match((jsonOf(outcome).error as { todo: string }).todo, /--allow-commands/);
    assert.match(outcome.stderr, /node scripts\/collect-changes\.mjs/);
    assert.match(outcome.stderr, /--allow-commands/);
    assert.ok(!existsSync(terminal.path('demo/out')));
  });

  it('runs: the release notes fail their check, the rest passes', async () => {
    const outcome = await terminal.run('run', context, '--allow-commands', '--json');
    assert.equal(outcome.code, 1, outcome.stderr);
    const result = run(outcome);
    assert.deepEqual(
      result.stages.map(({ number, status, attempts }) => [number, status, attempts]),
      [
        [1, 'passed', 1],
        [2, 'passed', 2],
        [3, 'passed', 1],
        [4, 'failed', 2],
        [5, 'skipped', 0],
      ],
    );
    assert.equal(result.status, 'failed');
    const {
      number,
      title,
      status,
      model,
      effort,
      attempts,
      output,
      checks,
      usage: used,
      usd,
      ms,
    } = (result.stages as unknown as Record<string, unknown>[])[3] ?? {};
    assert.deepEqual(shapeOf({ number, title, status, model, effort, attempts, output, checks, usage: used, usd, ms }), {
      number: 'number',
      title: 'string',
      status: 'string',
      model: 'string',
      effort: 'null',
      attempts: 'number',
      output: { file: 'string', path: 'null', text: 'string' },
      checks: [{ text: 'string', level: 'string', status: 'string', message: 'string' }],
      usage: usage,
      usd: 'number',
      ms: 'number',
    });
    assert.deepEqual(shapeOf(result.total), { usd: 'number', ms: 'number', allOpusUsd: 'number', allOpusLowUsd: 'number' });
    assert.equal(typeof result.run, 'string');
    assert.equal(result.stages[0]?.output.path, 'demo/out/changes.json', 'from the working directory');
    assert.ok(existsSync(terminal.path('demo/out/upgrade.md')));
    assert.ok(!existsSync(terminal.path('demo/out/release-notes.md')), 'a failed output is not in its file');
    assert.match(outcome.stderr, /recorded samples/);
    assert.match(outcome.stderr, /Release notes: failed/);
  });

  it('says in words what failed and what to do', async () => {
    const outcome = await terminal.run('run', context, '--allow-commands');
    assert.equal(outcome.code, 1);
    assert.match(outcome.stdout, /Stage 4: Release notes: failed/);
    assert.match(outcome.stdout, /haiku-first escalate demo\/CONTEXT\.md --stage 4/);
    assert.match(outcome.stdout, /haiku-first author demo\/CONTEXT\.md --stage 4/);
    assert.ok(!outcome.stdout.includes(terminal.folder) && !outcome.stderr.includes(terminal.folder));
  });

  it('escalates that one stage, and the rest goes on', async () => {
    const outcome = await terminal.run('escalate', context, '--stage', '4', '--json');
    assert.equal(outcome.code, 0, outcome.stderr);
    const result = run(outcome);
    assert.deepEqual(
      result.stages.map(({ status }) => status),
      ['cached', 'cached', 'cached', 'passed', 'passed'],
    );
    assert.equal(result.stages[3]?.model, 'claude-opus-5-5');
    assert.equal(result.stages[4]?.model, 'claude-haiku-5-5');
    assert.equal(result.status, 'passed');
    assert.ok(readFileSync(terminal.path('demo/out/release-notes.md'), 'utf8').includes('#421'));
    assert.ok(existsSync(terminal.path('demo/out/announcement.md')));
  });

  it('has nothing left to do then', async () => {
    const outcome = await terminal.run('run', context, '--json');
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.deepEqual(
      run(outcome).stages.map(({ status }) => status),
      Array(5).fill('cached'),
    );
    assert.equal(run(outcome).total.usd, 0);
  });

  it('has a strategy written for that stage, and the next run passes on Haiku', async () => {
    const author = await terminal.run('author', context, '--stage', '4', '--yes', '--json');
    assert.equal(author.code, 0, author.stderr);
    const written = jsonOf(author) as Record<string, unknown>;
    assert.deepEqual(
      [written.path, written.kept, written.status, written.by],
      ['demo/.haiku/strategies/context/release-notes.md', true, 'unproven', 'claude-opus-5-5 (recorded sample)'],
    );
    const outcome = await terminal.run('run', context, '--json');
    assert.equal(outcome.code, 0, outcome.stderr);
    const { stages } = run(outcome);
    assert.deepEqual(stages.map(({ status, model, attempts }) => [status, model, attempts]).slice(3), [
      ['passed', 'claude-haiku-5-5', 1],
      ['passed', 'claude-haiku-5-5', 1],
    ]);
    assert.ok(stages.slice(0, 3).every(({ status }) => status === 'cached'));
    const strategy = { path: written.path, status: 'unproven', stale: false, proven: false };
    const ofRun = (jsonOf(outcome) as { stages: { strategy: unknown }[] }).stages.map((stage) => stage.strategy);
    assert.deepEqual(ofRun, [null, null, null, strategy, null]);
    const plan = jsonOf(await terminal.run('plan', context, '--json')) as { stages: { strategy: unknown }[] };
    assert.deepEqual(
      plan.stages.map((stage) => stage.strategy),
      ofRun,
    );
    assert.match((await terminal.run('plan', context)).stdout, /strategy demo\/\.haiku\/strategies\/context\/release-notes\.md \[unproven\]/);
    const lint = await terminal.run('lint', 'demo');
    assert.equal(lint.code, 0, lint.stdout);
  });

  it('tries the strategy, and says that one case proves nothing', async () => {
    const outcome = await terminal.run('try', context, '--stage', '4', '--adopt', '--json');
    assert.equal(outcome.code, 0, outcome.stderr);
    const { trials } = jsonOf(outcome) as {
      trials: { comparison: { verdict: string; first: { rate: number }; second: { rate: number } }; decision: unknown }[];
    };
    const { comparison, decision } = trials[0] ?? assert.fail('no trial');
    assert.deepEqual([comparison.first.rate, comparison.second.rate, comparison.verdict, decision], [1, 0, 'undecided', null]);
  });

  it('never overwrites what a person edited, --yes or not', async () => {
    writeFileSync(terminal.path('demo/out/announcement.md'), 'My own words.\n');
    const outcome = await terminal.run('run', context, '--stage', '5', '--fresh', '--yes');
    assert.equal(outcome.code, 2);
    assert.match(outcome.stderr, /demo\/CONTEXT\.md:\d+: .*announcement\.md/);
    assert.equal(readFileSync(terminal.path('demo/out/announcement.md'), 'utf8'), 'My own words.\n');
  });

  it('keeps a ledger', async () => {
    const outcome = await terminal.run('ledger', context, '--json');
    assert.equal(outcome.code, 0);
    const { tasks, total } = jsonOf(outcome) as {
      tasks: { task: string; stages: { number: number; calls: number; escalations: number; usd: number }[]; total: Record<string, number> }[];
      total: Record<string, number>;
    };
    assert.equal(tasks[0]?.task, 'context');
    const notes = tasks[0]?.stages.find(({ number }) => number === 4);
    assert.equal(notes?.escalations, 1);
    assert.equal(total.paidUsd, 0, 'recorded answers were not paid for');
    assert.ok((total.usd ?? 0) > 0 && (total.allOpusUsd ?? 0) > (total.usd ?? 0));
    const text = await terminal.run('ledger', context);
    assert.match(text.stdout, /4 Release notes/);
    assert.match(text.stdout, /Strategies written +1/);
    assert.match(text.stdout, /Stages escalated in each run, oldest first: 0\/3 1\/2 0\/2\./);
    assert.match(text.stdout, /Passed with a strategy that no trial has shown to help: 4 Release notes \(1 of 1\)/);
    assert.match(text.stdout, /recorded samples/);
  });

  it('leaves no file behind but what it says it writes', () => {
    assert.deepEqual(readdirSync(terminal.path('demo/out')).sort(), ['announcement.md', 'changes.json', 'impact.json', 'release-notes.md', 'upgrade.md']);
  });
});
