import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonOf, Terminal } from './terminal';

const document = `# Task

## Stage 1: Draft (Opus if needed)
- Task: write
- Output: Draft → d.md
- Retries: 1
- Checks:
  - contains: "apple"

## Stage 2: Polish (Haiku)
- Input: Draft
- Task: polish
- Output: Final → f.md
`;

interface Listed {
  name: string;
  counts: boolean;
  run: string;
  diff?: string;
}

describe('undoing, restoring, accepting and checking on the command line', () => {
  let terminal: Terminal;
  beforeEach(async () => {
    terminal = new Terminal();
    writeFileSync(terminal.path('CONTEXT.md'), document);
    record('draft', 'haiku-1', 'a pear');
    record('draft', 'haiku-2', 'a plum');
    record('draft', 'opus-1', 'an apple by opus');
    record('polish', 'haiku-1', 'polished');
    assert.equal((await terminal.run('run', 'CONTEXT.md')).code, 1);
  });
  afterEach(() => terminal.remove());

  function record(stage: string, name: string, text: string): void {
    const folder = terminal.path(`.haiku/recordings/context/${stage}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.md`), text);
  }
  const read = (name: string) => readFileSync(terminal.path(name), 'utf8');
  const attempts = async () => jsonOf(await terminal.run('attempts', 'CONTEXT.md', '--stage', '1', '--json')).attempts as Listed[];

  it('lists attempts, undoes an escalation and restores it, all without a word to a model', async () => {
    const escalated = await terminal.run('escalate', 'CONTEXT.md', '--stage', '1');
    assert.equal(escalated.code, 0, escalated.stderr);
    assert.match(escalated.stdout, /To undo it: haiku-first restore CONTEXT\.md --stage 1 --undo/);
    const listed = await attempts();
    assert.deepEqual(
      listed.map(({ name, counts }) => [name, counts]),
      [
        ['haiku-1', false],
        ['haiku-2', false],
        ['opus-1', true],
      ],
    );
    assert.match(read(listed[2]?.diff ?? ''), /^-a plum$[\s\S]*^\+an apple by opus$/m);
    assert.match(
      (await terminal.run('attempts', 'CONTEXT.md')).stdout,
      /Stage 1: Draft\n {2}run .*\n {6}haiku-1: failed on claude-haiku-5-5.*\n {8}contains: "apple": /,
    );

    const undone = await terminal.run('restore', 'CONTEXT.md', '--stage', '1', '--undo');
    assert.deepEqual([undone.code, undone.stderr], [1, '']);
    assert.match(undone.stdout, /Stage 1: Draft: failed[\s\S]*d\.md still holds what was undone/);
    const restored = await terminal.run('restore', 'CONTEXT.md', '--stage', '1', '--run', listed[2]?.run ?? '', '--attempt', 'opus-1', '--json');
    assert.equal(restored.code, 0, restored.stderr);
    const { status, stages } = jsonOf(restored) as { status: string; stages: { usd: number; output: { path: string } }[] };
    assert.deepEqual([status, stages[0]?.usd, stages[0]?.output.path], ['passed', 0, 'd.md']);
    assert.match((await terminal.run('run', 'CONTEXT.md')).stdout, /Stage 2: Polish: unchanged/);
  });

  it('accepts as it is, with the reason, and checks again after an edit', async () => {
    const accepted = await terminal.run('accept', 'CONTEXT.md', '--stage', '1', '--reason', 'A plum will do.');
    assert.deepEqual([accepted.code, accepted.stderr], [0, '']);
    assert.equal(read('d.md'), 'a plum\n');
    assert.match((await terminal.run('attempts', 'CONTEXT.md')).stdout, /● person-1: passed, \$0.*\n {8}accepted: A plum will do\./);
    writeFileSync(terminal.path('d.md'), 'my own pear');
    const checked = await terminal.run('check', 'CONTEXT.md', '--stage', '1');
    assert.equal(checked.code, 1);
    assert.match(checked.stdout, /Stage 1: Draft: failed[\s\S]*contains: "apple": /);
    writeFileSync(terminal.path('d.md'), 'my own apple');
    assert.equal((await terminal.run('check', 'CONTEXT.md', '--stage', '1', '--json')).code, 0);
    assert.equal(read('d.md'), 'my own apple');
  });

  it('asks no judge without its price and a yes', async () => {
    const judged = document.replace('  - contains: "apple"', '  - judge: reads well, >= 4/5');
    writeFileSync(terminal.path('CONTEXT.md'), judged);
    writeFileSync(terminal.path('d.md'), 'my own pear');
    terminal.env = { ANTHROPIC_API_KEY: 'sk-ant-none', ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' };
    const outcome = await terminal.run('check', 'CONTEXT.md', '--stage', '1');
    assert.equal(outcome.code, 2);
    assert.match(outcome.stderr, /would cost about \$/);
  });

  it('tells before a run how dear it may get where it may climb by itself', async () => {
    terminal.env = { ANTHROPIC_API_KEY: 'sk-ant-none', ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' };
    const climbing = ['--fresh', '--ladder', 'haiku, sonnet, opus', '--max-escalation-cost', '$0.50'];
    assert.match((await terminal.run('run', 'CONTEXT.md', ...climbing)).stderr, /may climb to claude-opus-5-5 by itself: at most \$0\.50? more/);
    terminal.env = { ...terminal.env, HAIKU_FIRST_LADDER: 'haiku, sonnet', HAIKU_FIRST_MAX_ESCALATION_COST: '0.2' };
    assert.match((await terminal.run('run', 'CONTEXT.md', '--fresh')).stderr, /may climb to claude-sonnet-5-5 by itself/);
    terminal.env = { ...terminal.env, HAIKU_FIRST_MAX_ESCALATION_COST: '0' };
    assert.doesNotMatch((await terminal.run('run', 'CONTEXT.md', '--fresh')).stderr, /by itself/);
  });

  it('tells once what stopped a run, and that an escalation was to be expected', async () => {
    const failed = await terminal.run('run', 'CONTEXT.md');
    assert.match(failed.stdout, /As its runner expects, escalate that one stage to Opus: haiku-first escalate CONTEXT\.md --stage 1/);
    terminal.env = { ANTHROPIC_API_KEY: 'sk-ant-none', ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' };
    for (const isTerminal of [true, false]) {
      terminal.isTerminal = isTerminal;
      const { code, stdout, stderr } = await terminal.run('run', 'CONTEXT.md', '--fresh', '--yes');
      assert.equal(code, 3);
      const reached = /could not be reached|no answer|refused|connect/gi;
      const [message = ''] = stdout.split('\n').filter((line) => reached.test(line));
      assert.ok(message.trim(), stdout);
      const times = (text: string) => text.split(message.trim()).length - 1;
      assert.deepEqual([times(stdout), times(stderr)], [1, isTerminal ? 0 : 1], `${stdout}\n${stderr}`);
    }
  });

  for (const [args, message] of [
    [['restore', 'CONTEXT.md', '--stage', '1'], /Say --undo, or which attempt/],
    [['restore', 'CONTEXT.md', '--undo'], /--stage says which one/],
    [['restore', 'CONTEXT.md', '--stage', '1', '--attempt', 'two'], /such as haiku-2/],
    [['restore', 'CONTEXT.md', '--stage', '1', '--undo', '--attempt', 'haiku-1'], /--undo names no/],
    [['restore', 'CONTEXT.md', '--stage', '1', '--undo'], /no escalation/],
    [['restore', 'CONTEXT.md', '--stage', '1', '--attempt', 'opus-4'], /haiku-1, haiku-2/],
    [['accept', 'CONTEXT.md', '--stage', '1'], /--reason says why/],
    [['accept', 'CONTEXT.md', '--stage', '2', '--reason', 'x'], /Stage 1 “Draft” has changed or has not passed/],
    [['check', 'CONTEXT.md', '--stage', '1', '--item', '2'], /has no items/],
    [['attempts', 'CONTEXT.md', '--stage', '9'], /no stage 9/],
    [['run', 'CONTEXT.md', '--ladder', 'gpt'], /--ladder: “gpt” is no rung/],
    [['run', 'CONTEXT.md', '--max-escalation-cost', 'much'], /amount in USD/],
  ] as [string[], RegExp][])
    it(`says what is wrong with: ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await terminal.run(...args);
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.match(stderr, message);
      assert.ok(!existsSync(terminal.path('f.md')));
    });
});
