import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type MockServer, startMockServer } from '../model/mockServer';
import { jsonOf, shapeOf, Terminal } from './terminal';

// Put together here, so that no scanner takes this file for a leak.
const token = `ghp_${'qZ8rT2mK5vB'.repeat(4).slice(0, 36)}`;

describe('bundle --stage on the command line', () => {
  let terminal: Terminal;
  let server: MockServer | undefined;
  beforeEach(() => {
    terminal = new Terminal();
  });
  afterEach(async () => {
    terminal.remove();
    await server?.stop();
    server = undefined;
  });
  const write = (name: string, text: string) => {
    mkdirSync(terminal.path(name).replace(/[^/\\]+$/, ''), { recursive: true });
    writeFileSync(terminal.path(name), text);
  };
  async function serve(countTokens?: number): Promise<MockServer> {
    server = await startMockServer({ text: 'A draft.' }, { countTokens });
    terminal.env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-test-1234567890' };
    return server;
  }
  const two = `# T\n\n## Specification\n\n${'bees '.repeat(900)}\n\n## Stage 1: Draft (Haiku)\n- Task: write\n- Output: Draft\n\n## Stage 2: Edit (Haiku)\n- Input: notes.md\n- Context: relevant code\n- Task: edit the hive\n`;

  it('tells pieces, what is reused, and the whole in the promised shape', async () => {
    write('CONTEXT.md', two);
    write('notes.md', 'n');
    write('src/hive.ts', 'export function hive() {\n  return 1;\n}\n');
    const outcome = await terminal.run('bundle', 'CONTEXT.md', '--stage', '2', '--json');
    assert.equal(outcome.code, 0, outcome.stderr);
    const json = jsonOf(outcome);
    assert.deepEqual(shapeOf(json.reused), { tokens: 'number', with: 'number' });
    assert.deepEqual(shapeOf(json.inputTokens), { estimated: 'number', exact: 'null' });
    assert.deepEqual([json.sent, json.each, json.item, json.secrets], [true, null, null, []]);
    assert.deepEqual(
      (json.pieces as { source: string; reason: string }[]).map(({ source, reason }) => [source, reason]),
      [
        ['notes.md', 'named in Input'],
        ['src/hive.ts', 'relevant code: shares “hive” with the stage'],
      ],
    );
    const text = await terminal.run('bundle', 'CONTEXT.md', '--stage', '2');
    assert.match(text.stdout, /of these [\d.]+k begin stage 1 as well/);
    const plan = jsonOf(await terminal.run('plan', 'CONTEXT.md', '--json')) as { stages: { context: unknown }[] };
    assert.deepEqual(plan.stages[1]?.context, [{ name: 'relevant code', from: 'chosen by relevance' }]);
    assert.doesNotMatch((await terminal.run('lint', 'CONTEXT.md')).stdout, /missing-file/);
  });

  it('shows the first item of Each, and says that a Code stage sends nothing', async () => {
    write('list.md', '- one\n- two\n');
    write(
      'CONTEXT.md',
      '## Stage 1: A (Code)\n- Run: cat\n- Input: list.md\n\n## Stage 2: B (Haiku)\n- Each: Row in list.md\n- Task: x\n\n## Stage 3: C (Haiku)\n- Each: Row in B\n- Task: x\n',
    );
    const code = await terminal.run('bundle', 'CONTEXT.md', '--stage', '1');
    assert.match(
      code.stdout,
      /^Stage 1 is a Code stage: nothing is sent to a model\. Its command gets these as files:\n +\d+ {2}list\.md:1-2: named in Input\n$/,
    );
    assert.match((await terminal.run('bundle', 'CONTEXT.md', '--stage', '2')).stdout, /once for each Row in list\.md; shown: item 1 of 2, one\n/);
    assert.match((await terminal.run('bundle', 'CONTEXT.md', '--stage', '3')).stdout, /once for each Row in B; the list is not known yet/);
  });

  it('is Markdown where that is asked for, in fences that no document closes', async () => {
    write('notes.md', '````\ncode\n````\n');
    write('CONTEXT.md', '## Stage 1: Draft (Haiku)\n- Input: notes.md\n- Task: x\n');
    const { code, stdout } = await terminal.run('bundle', 'CONTEXT.md', '--stage', '1', '--format', 'markdown');
    assert.equal(code, 0);
    assert.match(stdout, /^# Bundle of stage 1\n\n```text\nStage 1: .*\n## User\n\n`````markdown\n<documents>.*\n`````\n$/s);
    assert.equal((await terminal.run('bundle', 'CONTEXT.md', '--stage', '1', '--format', 'xml')).code, 2);
    assert.equal((await terminal.run('bundle', 'CONTEXT.md', '--stage', '1', '--json', '--copy')).code, 2);
  });

  it('has the API count where --exact asks for it, beside the estimate, and says what it takes', async () => {
    write('CONTEXT.md', two.replace('- Input: notes.md\n', ''));
    const without = await terminal.run('bundle', 'CONTEXT.md', '--stage', '2', '--exact');
    assert.equal(without.code, 3);
    assert.match(without.stderr, /ANTHROPIC_API_KEY/);
    await serve(1500);
    const json = jsonOf(await terminal.run('bundle', 'CONTEXT.md', '--stage', '2', '--exact', '--json'));
    assert.equal((json.inputTokens as { exact: number }).exact, 1500);
    assert.match((await terminal.run('bundle', 'CONTEXT.md', '--stage', '2', '--exact')).stdout, /1500 counted by the API \(the estimate is \+\d+% off\)/);
    assert.equal(server?.requests.length, 0, 'nothing is asked for an answer');
  });

  it('leaves a secret out with its place; run and escalate stop with 2 until --allow-secret names it, and remember that', async () => {
    write('task/CONTEXT.md', '## Stage 1: Draft (Haiku)\n- Input: notes.md, the login\n- Task: x\n- Output: Draft\n');
    write('task/notes.md', `one\n\n${token}\n`);
    const login = ['--input', `the login=${token.slice(0, -1)}Z`];
    const shown = await terminal.run('bundle', 'task/CONTEXT.md', '--stage', '1', ...login);
    assert.match(shown.stdout, /left out {2}task\/notes\.md: holds a GitHub token in line 3: not sent unless you decide so/);
    assert.match(shown.stdout, /left out {2}input:the login: holds a GitHub token in line 1/);
    assert.match(shown.stdout, /blocked/);
    assert.ok(!shown.stdout.includes('ghp_'));
    const mock = await serve();
    const blocked = await terminal.run('run', 'task/CONTEXT.md', '--yes', ...login);
    assert.equal(blocked.code, 2);
    assert.match(
      blocked.stderr,
      /task\/notes\.md:3: a GitHub token\n {2}input:the login:1: a GitHub token.*--allow-secret "task\/notes\.md:3" --allow-secret "input:the login:1"/s,
    );
    const half = await terminal.run('run', 'task/CONTEXT.md', '--yes', ...login, '--allow-secret', 'task/notes.md:3');
    assert.equal(half.code, 2);
    assert.ok(!half.stderr.includes('notes.md:3:'), 'only what is still open');
    assert.equal(mock.requests.length, 0);
    const both = ['--allow-secret', 'task/notes.md:3', '--allow-secret', 'input:the login:1'];
    const allowed = await terminal.run('run', 'task/CONTEXT.md', '--yes', '--json', ...login, ...both);
    assert.equal(allowed.code, 0, allowed.stderr);
    const { run } = jsonOf(allowed) as { run: string };
    const journal = readFileSync(terminal.path(`task/.haiku/runs/context/${run}/journal.jsonl`), 'utf8');
    assert.equal(journal.match(/"type":"secret-allowed"/g)?.length, 2);
    assert.equal((await terminal.run('run', 'task/CONTEXT.md', '--yes', '--fresh')).code, 0, 'not asked again');
    assert.match((await terminal.run('bundle', 'task/CONTEXT.md', '--stage', '1')).stdout, new RegExp(token));
    write('task/notes.md', `${token.slice(0, -2)}Zz\n`);
    assert.equal((await terminal.run('escalate', 'task/CONTEXT.md', '--stage', '1', '--yes')).code, 2);
    assert.ok(![blocked, half].some(({ stderr }) => stderr.includes('ghp_')));
  });
});
