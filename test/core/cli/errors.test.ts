import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MockServer, startMockServer } from '../model/mockServer';
import { jsonOf, Terminal } from './terminal';

const simple = '# T\n\n## Stage 1: Draft (Haiku)\n- Task: write\n- Output: Draft → d.md\n';

describe('what the command line says where it can’t go on', () => {
  let terminal: Terminal;
  let server: MockServer | undefined;
  beforeEach(() => {
    terminal = new Terminal();
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
    terminal.remove();
  });
  const write = (name: string, text: string) => writeFileSync(join(terminal.folder, name), text);
  async function serve(...answers: Parameters<typeof startMockServer>): Promise<MockServer> {
    server = await startMockServer(...answers);
    terminal.env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-test' };
    return server;
  }

  it('is one JSON document with --json, and its line on stderr', async () => {
    write('CONTEXT.md', '# T\n\n## Stage 1: List (Code)\n- Run: `echo a`\n- Output: List\n');
    const cases: [string[], Record<string, unknown>][] = [
      [['plan', 'gone.md', '--json'], { path: 'gone.md', line: null, exitCode: 2 }],
      [['run', 'CONTEXT.md', '--stage', 'x', '--json'], { path: null, line: null, exitCode: 2 }],
      [['author', 'CONTEXT.md', '--stage', '1', '--json'], { path: 'CONTEXT.md', line: 3, exitCode: 2 }],
      [['lint', 'gone', '--format', 'json'], { line: null, exitCode: 2 }],
      [['frobnicate', '--json'], { exitCode: 2 }],
    ];
    for (const [args, expected] of cases) {
      const outcome = await terminal.run(...args);
      const { error, ...more } = jsonOf(outcome) as { error: Record<string, unknown> };
      assert.deepEqual(more, {});
      assert.deepEqual(Object.keys(error).sort(), ['exitCode', 'line', 'message', 'path', 'todo']);
      for (const [key, value] of Object.entries(expected)) assert.equal(error[key], value, `${args.join(' ')}: ${key}`);
      assert.equal(outcome.code, error.exitCode);
      assert.ok(outcome.stderr.includes(String(error.message)), outcome.stderr);
      assert.ok(!outcome.stdout.includes(terminal.folder), outcome.stdout);
    }
    // What is no option of the command line asks for no JSON.
    assert.equal((await terminal.run('plan', 'gone.md')).stdout, '');
  });

  it('names commands in lines of their own, and begins the next sentence without a blank', async () => {
    write('CONTEXT.md', '# T\n\n## Stage 1: List (Code)\n- Run: `echo a`\n- Output: List\n');
    const { stderr } = await terminal.run('run', 'CONTEXT.md');
    assert.match(stderr, / {2}stage 1: echo a\nRead them, then add --allow-commands\./);
  });

  for (const [option, value, form] of [
    ['--allow-model', 'x', /--allow-model is TIER=MODEL/],
    ['--allow-model', 'hiaku=claude-opus-5-5', /--allow-model is TIER=MODEL/],
    ['--allow-model', 'haiku=', /--allow-model is TIER=MODEL/],
    ['--allow-secret', 'x', /--allow-secret is FILE:LINE/],
    ['--allow-secret', 'a.env:0', /--allow-secret is FILE:LINE/],
  ] as const) {
    it(`takes ${option} ${value} for wrong usage and pays nothing`, async () => {
      const mock = await serve({ text: 'A draft.' });
      write('CONTEXT.md', simple);
      for (const command of [['run'], ['escalate', '--stage', '1'], ['author', '--stage', '1']]) {
        const outcome = await terminal.run(...command, 'CONTEXT.md', '--yes', option, value);
        assert.equal(outcome.code, 2, outcome.stderr);
        assert.match(outcome.stderr, form);
      }
      assert.equal(mock.requests.length, 0);
    });
  }

  it('explains one command, and an unknown option in one short line', async () => {
    const help = await terminal.run('scaffold', '--help');
    assert.equal(help.code, 0);
    assert.match(help.stdout, /^haiku-first scaffold .*--template/);
    assert.doesNotMatch(help.stdout, /haiku-first lint/);
    assert.match((await terminal.run('bundle', '--help')).stdout, /^haiku-first bundle FILE .*--copy\]\nhaiku-first bundle --query .*--copy\]\n/);
    const { stderr } = await terminal.run('run', 'CONTEXT.md', '--frob');
    assert.match(stderr, /--frob.*haiku-first run --help/);
    assert.ok(stderr.length < 160, stderr);
    assert.match((await terminal.run('bundle')).stderr, /--stage N.*--query/);
  });

  it('says what a refused answer of the dear model cost', async () => {
    await serve({ text: 'no JSON', usage: { inputTokens: 1000, outputTokens: 100 } });
    write('CONTEXT.md', simple);
    const author = await terminal.run('author', 'CONTEXT.md', '--stage', '1', '--yes', '--json');
    assert.equal(author.code, 1);
    assert.match(author.stderr, /no strategy .* It cost \$0\.0\d+\./);
    assert.match((jsonOf(author).error as { message: string }).message, /It cost \$0\.0/);
    write('plain.context.md', '# T\n\n## Part 1: Specification\n\nWrite a letter.\n');
    const decompose = await terminal.run('decompose', 'plain.context.md', '--yes');
    assert.equal(decompose.code, 1);
    assert.match(decompose.stderr, /It cost \$0\.0/);
  });

  it('says once what an author costs, and numbers no stage 0', async () => {
    await serve({ text: 'no JSON' });
    write('CONTEXT.md', simple);
    const author = await terminal.run('author', 'CONTEXT.md', '--stage', '1', '--yes');
    assert.match(author.stderr, /Together about \$/);
    assert.doesNotMatch(author.stderr, /all on Opus/);
    write('plain.context.md', '# T\n\n## Part 1: Specification\n\nWrite a letter.\n');
    const decompose = await terminal.run('decompose', 'plain.context.md', '--yes');
    assert.match(decompose.stderr, /^ {6}Plan the stages/m);
  });

  it('names stages by title and items by number while it goes on, and why one broke off', async () => {
    await serve(({ user }) => (user.includes('bob') ? { error: { status: 400, type: 'invalid_request_error' } } : { text: 'Dear you' }));
    write(
      'CONTEXT.md',
      '# T\n\n## Stage 1: Names (Code)\n- Run: `printf "ann\\nbob\\n"`\n- Output: Names as list\n\n## Stage 2: Kind letters (Haiku)\n- Input: Names\n- Each: Name in Names\n- Task: greet\n- Output: Letter\n\n## Stage 3: After (Haiku)\n- Task: write\n- Output: After\n',
    );
    terminal.env.HAIKU_FIRST_CONCURRENCY = '1';
    const outcome = await terminal.run('run', 'CONTEXT.md', '--yes', '--allow-commands', '--from', '1');
    assert.match(outcome.stderr, /… Kind letters, item 1: asking/);
    assert.match(outcome.stderr, /✔ Kind letters, item 1: passed/);
    assert.match(outcome.stderr, /! Kind letters: .*refused|! Kind letters: .*400/i);
    const reason = /! Kind letters: (.*)/.exec(outcome.stderr)?.[1] as string;
    assert.equal(outcome.stderr.split(reason).length, 2, 'stderr says it once');
    assert.equal(outcome.stdout.split(reason.slice(0, 40)).length, 2, 'stdout says it once');
  });

  it('a decision by hand is no recorded sample', async () => {
    await serve({ text: 'A draft.' });
    mkdirSync(terminal.path('out'));
    write('CONTEXT.md', `${simple}- Checks:\n  - contains: "apple"\n- Retries: 0\n`);
    assert.equal((await terminal.run('run', 'CONTEXT.md', '--yes')).code, 1);
    assert.equal((await terminal.run('accept', 'CONTEXT.md', '--stage', '1', '--reason', 'good')).code, 0);
    const { stdout } = await terminal.run('runs', 'CONTEXT.md');
    assert.match(stdout, /by hand/);
    assert.doesNotMatch(stdout, /recorded/);
  });
});
