import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { type MockServer, startMockServer } from '../model/mockServer';
import { Terminal } from './terminal';

/** The commands of a README's code block after a sentence, with the exit code that their comment names. */
function commandsAfter(sentence: string): { args: string[]; code: number }[] {
  const readme = readFileSync('README.md', 'utf8');
  const from = readme.indexOf(sentence);
  assert.ok(from >= 0, `the README no longer says “${sentence}”`);
  const [, block = ''] = /```sh\n([^`]+)```/.exec(readme.slice(from)) ?? [];
  return block
    .trim()
    .split('\n')
    .map((line) => {
      const [, command = '', comment = ''] = /^haiku-first (.*?)(?:\s+# (.*))?$/.exec(line) ?? [];
      assert.ok(command, line);
      const args = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
      return { args, code: Number(/^ends with (\d)/.exec(comment)?.[1] ?? 0) };
    });
}

describe('the README’s commands, one after the other in an empty folder', function () {
  this.timeout(60_000);
  let terminal: Terminal;
  let server: MockServer | undefined;
  beforeEach(() => {
    terminal = new Terminal();
    terminal.env = { GIT_CEILING_DIRECTORIES: terminal.folder };
    rmSync(terminal.path('.git'), { recursive: true });
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
    terminal.remove();
  });

  it('work without a key', async () => {
    const commands = commandsAfter('without a key, on recorded answers');
    assert.ok(commands.length > 8);
    for (const { args, code } of commands) {
      const outcome = await terminal.run(...args);
      assert.equal(outcome.code, code, `haiku-first ${args.join(' ')}\n${outcome.stdout}\n${outcome.stderr}`);
    }
  });

  for (const repository of [false, true]) {
    it(`begin a blog post of your own ${repository ? 'in a new repository' : 'outside of any'}, and its command lists the same when it is run again`, async () => {
      if (repository) execFileSync('git', ['init', '--quiet', terminal.folder]);
      server = await startMockServer({ text: 'Words that fail most checks.' });
      terminal.env = { ...terminal.env, ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-test' };
      const commands = commandsAfter('for example a blog post');
      for (const { args, code } of commands.slice(0, -1)) assert.equal((await terminal.run(...args)).code, code, args.join(' '));
      const run = commands.at(-1)?.args ?? [];
      const lists: string[] = [];
      for (const _ of [1, 2]) {
        const outcome = await terminal.run(...run, '--json');
        assert.equal(outcome.code, 1, outcome.stderr);
        const [first] = (JSON.parse(outcome.stdout) as { stages: { status: string; output: { text: string } }[] }).stages;
        assert.match(first?.status ?? '', /passed|cached/);
        lists.push(first?.output.text ?? '');
      }
      assert.equal(lists[0], lists[1]);
      assert.match(lists[0] ?? '', repository ? /^CONTEXT\.md$/m : /No earlier posts/);
    });
  }
});
