import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type MockServer, startMockServer } from '../model/mockServer';
import { jsonOf, Terminal } from './terminal';

describe('the command line', () => {
  let terminal: Terminal;
  beforeEach(() => {
    terminal = new Terminal();
  });
  afterEach(() => terminal.remove());
  const write = (name: string, text: string | Buffer) => writeFileSync(terminal.path(name), text);
  const simple = '# T\n\n## Stage 1: Draft (Haiku)\n- Task: write\n- Output: Draft → d.md\n';

  const wrong: [string[], RegExp][] = [
    [['frobnicate'], /no command “frobnicate”.*scaffold, lint/],
    [['plan'], /No file.*haiku-first plan FILE/],
    [['plan', 'a.md', 'b.md'], /too many/],
    [['plan', 'gone.md'], /gone\.md does not exist/],
    [['plan', 'CONTEXT.md', '--frob'], /--frob.*Usage: haiku-first plan/],
    [['run', 'CONTEXT.md', '--stage', 'x'], /--stage is a whole number/],
    [['run', 'CONTEXT.md', '--stage', '7'], /no stage 7/],
    [['run', 'CONTEXT.md', '--stage', '1', '--from', '1'], /exclude each other/],
    [['run', 'CONTEXT.md', '--model', 'gpt'], /gpt/],
    [['run', 'CONTEXT.md', '--max-cost', 'much'], /amount in USD/],
    [['run', 'CONTEXT.md', '--input', 'topic'], /NAME=VALUE/],
    [['escalate', 'CONTEXT.md'], /--stage/],
    [['escalate', 'CONTEXT.md', '--stage', '9'], /no stage 9/],
    [['bundle', 'CONTEXT.md'], /--stage/],
    [['bundle', 'CONTEXT.md', '--stage', '4'], /no stage 4/],
    [['lint', 'gone'], /gone does not exist/],
    [['lint', '--format', 'xml'], /xml/],
    [['lint', '--max-warnings', 'few'], /--max-warnings/],
    [['ledger', 'gone.md'], /gone\.md/],
    [['ledger'], /\.haiku/],
    [['scaffold', 'NOTHING.md'], /NOTHING/],
    [['scaffold', '--template', 'nothing'], /nothing/],
  ];
  for (const [args, message] of wrong) {
    it(`says what is wrong with: ${args.join(' ')}`, async () => {
      write('CONTEXT.md', simple);
      const outcome = await terminal.run(...args);
      assert.equal(outcome.code, 2, outcome.stderr);
      assert.equal(outcome.stdout, '');
      assert.match(outcome.stderr, message);
      assert.doesNotMatch(outcome.stderr, /\n\s+at /, 'no stack');
      assert.ok(!outcome.stderr.includes(terminal.folder), outcome.stderr);
    });
  }

  it('explains itself', async () => {
    const help = await terminal.run('--help');
    assert.equal(help.code, 0);
    for (const name of ['scaffold', 'lint', 'bundle', 'plan', 'run', 'escalate', 'ledger']) assert.match(help.stdout, new RegExp(`haiku-first ${name} `));
    const none = await terminal.run();
    assert.deepEqual([none.code, none.stdout], [2, '']);
    assert.equal((await terminal.run('--version')).stdout.trim(), JSON.parse(readFileSync('package.json', 'utf8')).version);
  });

  it('scaffold overwrites nothing without --force', async () => {
    write('CONTEXT.md', 'mine');
    const outcome = await terminal.run('scaffold');
    assert.equal(outcome.code, 2);
    assert.match(outcome.stderr, /CONTEXT\.md is there already.*--force/);
    assert.equal(readFileSync(terminal.path('CONTEXT.md'), 'utf8'), 'mine');
    assert.ok(!existsSync(terminal.path('VOICE.md')), 'all or nothing');
    terminal.interactive = true;
    terminal.answers = ['n'];
    assert.equal((await terminal.run('scaffold')).code, 2);
    assert.equal(readFileSync(terminal.path('CONTEXT.md'), 'utf8'), 'mine');
    assert.equal((await terminal.run('scaffold', '--force')).code, 0);
    assert.notEqual(readFileSync(terminal.path('CONTEXT.md'), 'utf8'), 'mine');
  });

  for (const template of ['blank', 'blog-post', 'feature', 'support-ticket', 'sample']) {
    for (const kind of ['context', 'voice', 'claude', undefined]) {
      it(`scaffold ${kind ?? ''} --template ${template} lints with nothing but what is to be filled in`, async () => {
        assert.equal((await terminal.run('scaffold', ...(kind ? [kind] : []), '--template', template)).code, 0);
        const { files } = JSON.parse((await terminal.run('lint', '--format', 'json')).stdout) as { files: { issues: { rule: string; severity: string }[] }[] };
        const issues = files.flatMap((file) => file.issues);
        assert.deepEqual(
          issues.filter(({ rule, severity }) => severity === 'error' || (severity === 'warning' && !rule.endsWith('/placeholder'))),
          [],
        );
      });
    }
  }

  it('scaffold context leaves a VOICE.md that is there as it is', async () => {
    write('VOICE.md', 'mine');
    assert.equal((await terminal.run('scaffold', 'context')).code, 0);
    assert.equal(readFileSync(terminal.path('VOICE.md'), 'utf8'), 'mine');
  });

  it('without key and recording says what to set, with exit code 3', async () => {
    write('CONTEXT.md', simple);
    const outcome = await terminal.run('run', 'CONTEXT.md', '--json');
    assert.equal(outcome.code, 3);
    assert.match(outcome.stderr, /ANTHROPIC_API_KEY/);
    assert.ok(!outcome.stderr.includes(terminal.folder), outcome.stderr);
    assert.ok(!outcome.stdout.includes(terminal.folder), outcome.stdout);
    assert.equal(jsonOf(outcome).status, 'error');
  });

  it('is cancelled with 130', async () => {
    write('CONTEXT.md', simple);
    terminal.signal = AbortSignal.abort();
    assert.equal((await terminal.run('run', 'CONTEXT.md')).code, 130);
    const outcome = await terminal.run('run', 'CONTEXT.md', '--json');
    assert.deepEqual([outcome.code, outcome.stdout.trim() && 'one document', typeof jsonOf(outcome)], [130, 'one document', 'object']);
  });

  it('asks a person at a terminal for what is missing', async () => {
    write('CONTEXT.md', '# T\n\n## Stage 1: Draft (Haiku)\n- Input: Blog topic\n- Task: write\n');
    mkdirSync(terminal.path('.haiku/recordings/context/draft'), { recursive: true });
    write('.haiku/recordings/context/draft/haiku-1.md', 'About trains.');
    const nobody = await terminal.run('run', 'CONTEXT.md');
    assert.equal(nobody.code, 2);
    assert.match(nobody.stderr, /^.*CONTEXT\.md:4: .*Blog topic.*--input/m);
    terminal.interactive = true;
    terminal.answers = ['Trains'];
    assert.equal((await terminal.run('run', 'CONTEXT.md')).code, 0);
    assert.match(terminal.questions[0] ?? '', /Blog topic/);
    terminal.interactive = false;
    assert.equal((await terminal.run('run', 'CONTEXT.md', '--input', 'Blog topic=Ships', '--json')).code, 0);
  });

  describe('with a paid model', () => {
    let server: MockServer | undefined;
    afterEach(async () => server?.stop());

    async function serve(...answers: Parameters<typeof startMockServer>): Promise<MockServer> {
      server = await startMockServer(...answers);
      terminal.env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-test-1234567890' };
      write('CONTEXT.md', simple);
      return server;
    }

    it('sends nothing without a yes where nobody can be asked', async () => {
      const mock = await serve({ text: 'x' });
      const outcome = await terminal.run('run', 'CONTEXT.md');
      assert.equal(outcome.code, 2);
      assert.match(outcome.stderr, /--yes/);
      assert.equal(mock.requests.length, 0);
      assert.ok(!existsSync(terminal.path('.haiku')));
    });

    it('sends nothing where the person at the terminal says no, and runs on yes', async () => {
      const mock = await serve({ text: 'A draft.' });
      terminal.interactive = true;
      terminal.answers = ['', 'y'];
      assert.equal((await terminal.run('run', 'CONTEXT.md')).code, 2);
      assert.equal(mock.requests.length, 0);
      const outcome = await terminal.run('run', 'CONTEXT.md');
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.match(outcome.stderr, /Estimated cost.*claude-haiku-5-5.*about \$/s);
    });

    it('runs with --yes, and counts what the server says', async () => {
      const mock = await serve({ text: 'A draft.', usage: { inputTokens: 1000, outputTokens: 200, cacheReadTokens: 500 } });
      const outcome = await terminal.run('run', 'CONTEXT.md', '--yes', '--json');
      assert.equal(outcome.code, 0, outcome.stderr);
      const { stages, total } = jsonOf(outcome) as { stages: { usage: unknown; model: string }[]; total: { usd: number } };
      assert.deepEqual(stages[0]?.usage, { inputTokens: 1000, outputTokens: 200, cacheReadTokens: 500, cacheWriteTokens: 0 });
      assert.ok(Math.abs(total.usd - (1000 * 0.1 + 200 * 0.5 + 500 * 0.01) / 1e6) < 1e-12);
      assert.equal(mock.requests.length, 1);
      assert.equal(readFileSync(terminal.path('d.md'), 'utf8'), 'A draft.\n');
      assert.ok(!outcome.stderr.includes('sk-test') && !outcome.stdout.includes('sk-test'));
    });

    it('stays below --max-cost', async () => {
      const mock = await serve({ text: 'A draft.' });
      const outcome = await terminal.run('run', 'CONTEXT.md', '--yes', '--max-cost', '0.000001', '--json');
      assert.equal(outcome.code, 1);
      assert.match(outcome.stderr, /--max-cost/);
      assert.equal(mock.requests.length, 0);
    });

    it('shrinks max_tokens to what the cap leaves', async () => {
      const mock = await serve({ text: 'A draft.' });
      terminal.env.HAIKU_FIRST_MAX_COST = '$0.002';
      assert.equal((await terminal.run('run', 'CONTEXT.md', '--yes')).code, 0);
      const most = Number(mock.requests[0]?.body.max_tokens);
      assert.ok(most < 4000 && most > 256, String(most));
    });

    it('ends with 3 where the key is refused, without a word of it', async () => {
      await serve({ error: { status: 401, type: 'authentication_error' } });
      const outcome = await terminal.run('run', 'CONTEXT.md', '--yes');
      assert.equal(outcome.code, 3);
      assert.match(outcome.stderr, /does not accept the API key/);
      assert.ok(!outcome.stderr.includes('sk-test'));
    });

    it('ends with 3 where the model refuses', async () => {
      await serve({ text: 'No.', stopReason: 'refusal' });
      const outcome = await terminal.run('run', 'CONTEXT.md', '--yes', '--json');
      assert.equal(outcome.code, 3);
      assert.equal(jsonOf(outcome).status, 'error');
    });

    it('takes recorded answers where they are asked for, whatever key is set', async () => {
      const mock = await serve({ text: 'x' });
      assert.equal((await terminal.run('run', 'CONTEXT.md', '--model', 'recorded')).code, 3);
      assert.equal(mock.requests.length, 0);
    });
  });

  describe('with bad input', () => {
    const inputs: [string, string | Buffer][] = [
      ['is empty', ''],
      ['is binary', Buffer.from([0x23, 0x20, 0x00, 0x01, 0xff, 0xfe])],
      ['is no UTF-8', Buffer.from([0x23, 0x20, 0xc3, 0x28, 0x0a])],
      ['has 5 MB', `# T\n${'word '.repeat(1024 * 1024)}\n`],
      ['is half-written', '# T\n\n## Stage 1: Draft (Haiku\n- Task: wr'],
      ['has front matter that is no YAML', `---\ninputs: [a\n---\n${simple}`],
      ['has front matter that never ends', `---\ninputs:\n  a: b\n${simple}`],
      ['has front matter in JavaScript', `---js\n{ inputs: require('fs').writeFileSync('MARK', 'x') }\n---\n${simple}`],
    ];
    for (const [name, text] of inputs) {
      it(`that ${name}: findings or one clear error, no stack, nothing evaluated`, async () => {
        const mark = terminal.path('evaluated');
        write('CONTEXT.md', typeof text === 'string' ? text.replace('MARK', mark) : text);
        for (const args of [
          ['plan', 'CONTEXT.md', '--json'],
          ['bundle', 'CONTEXT.md', '--stage', '1', '--json'],
          ['run', 'CONTEXT.md', '--json', '--yes'],
          ['lint', 'CONTEXT.md', '--format', 'json'],
        ]) {
          const outcome = await terminal.run(...args);
          assert.doesNotMatch(outcome.stderr, /\n\s+at |TypeError|undefined/, `${args[0]}: ${outcome.stderr}`);
          assert.ok(!outcome.stderr.includes(terminal.folder), outcome.stderr);
          if (outcome.stdout) jsonOf(outcome);
          // What is half-written may be whole enough to run: here it finds no recorded answer.
          const codes = { plan: [0, 2], bundle: [0, 2], run: name === 'is half-written' ? [2, 3] : [2], lint: [0, 1] }[args[0] as 'plan'];
          if (name !== 'has front matter that never ends') assert.ok(codes.includes(outcome.code), `${args.join(' ')}: ${outcome.code} ${outcome.stderr}`);
          if (outcome.code === 2) {
            assert.ok(outcome.stderr.includes('CONTEXT.md'), outcome.stderr);
            if (args.includes('--json')) assert.deepEqual(Object.keys(jsonOf(outcome)), ['error']);
          }
          if (args[0] === 'lint') {
            const { files } = jsonOf(outcome) as { files: { path: string; issues: { severity: string }[] }[] };
            assert.equal(files[0]?.path, 'CONTEXT.md');
            assert.ok(files[0]?.issues.length, 'lint has something to say');
            if (['is binary', 'is no UTF-8', 'has 5 MB', 'has front matter that is no YAML', 'has front matter in JavaScript'].includes(name))
              assert.equal(outcome.code, 1, outcome.stdout);
          }
        }
        assert.ok(!existsSync(mark), 'front matter was evaluated');
        if (name !== 'is half-written') assert.ok(!existsSync(terminal.path('.haiku')), 'nothing was begun');
      });
    }
  });

  it('reads the essay as its author meant it', async () => {
    cpSync('test/fixtures/essay', terminal.path('essay'), { recursive: true });
    const outcome = await terminal.run('plan', 'essay/CONTEXT.md', '--json');
    assert.equal(outcome.code, 0, outcome.stderr);
    const { stages } = jsonOf(outcome) as { stages: { number: number; needs: number[]; runner: string }[] };
    assert.deepEqual(
      stages.map(({ number, needs, runner }) => [number, needs, runner]),
      [
        [1, [], 'Haiku'],
        [2, [1], 'Haiku'],
        [3, [1, 2], 'Haiku'],
        [4, [3], 'Opus if needed'],
      ],
    );
    assert.match((await terminal.run('plan', 'essay/CONTEXT.md')).stdout, /document itself expects \$0\.03/);
    const lint = await terminal.run('lint', 'essay/CONTEXT.md', 'essay/VOICE.md', 'essay/CLAUDE.md', '--format', 'json');
    const { files } = jsonOf(lint) as {
      files: { path: string; kind: string; issues: { rule: string; severity: string; message: string; range: unknown; fixable: boolean }[] }[];
    };
    for (const issue of files.flatMap(({ issues }) => issues)) {
      assert.match(issue.rule, /^(context|voice|project|background|reference)\/[a-z-]+$/);
      assert.ok(['error', 'warning', 'info'].includes(issue.severity));
      assert.equal(typeof issue.fixable, 'boolean');
    }
    assert.ok(files.find(({ path }) => path === 'essay/CONTEXT.md')?.issues.length);
  });
});
