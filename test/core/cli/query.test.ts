import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { jsonOf, Terminal } from './terminal';

describe('bundle --query', () => {
  let terminal: Terminal;
  beforeEach(() => {
    terminal = new Terminal();
  });
  afterEach(() => terminal.remove());

  const put = (path: string, text: string | Buffer) => {
    mkdirSync(dirname(terminal.path(path)), { recursive: true });
    writeFileSync(terminal.path(path), text);
  };
  const query = (...more: string[]) => terminal.run('bundle', '--query', 'paint the giraffe', ...more);
  const sources = (outcome: Awaited<ReturnType<typeof query>>) => (jsonOf(outcome).pieces as { source: string }[]).map(({ source }) => source).sort();
  /** A tool of the platform of that name which writes what it gets into a file. */
  const tool = (name: string, status = 0) => {
    put(`bin/${name}`, `#!/bin/sh\ncat > "${terminal.path('.git/copied')}"\nexit ${status}\n`);
    chmodSync(terminal.path(`bin/${name}`), 0o755);
    terminal.env = { PATH: `${terminal.path('bin')}:/usr/bin:/bin` };
  };

  it('shows what fits, with its lines, and the text a model would get; paths from the working directory', async () => {
    put('src/animals.ts', 'export function paintGiraffe() {}\n');
    put('src/other.ts', 'export const nothing = 1;\n');
    const { code, stdout } = await query();
    assert.equal(code, 0);
    assert.match(stdout, /src\/animals\.ts:1-1/);
    assert.match(stdout, /<source>src\/animals\.ts<\/source>/);
    assert.doesNotMatch(stdout, /other\.ts/);
    terminal.from = 'src';
    assert.match((await query('--dir', '..')).stdout, /^ +\d+ {2}animals\.ts:1-1$/m);
    terminal.from = '.';
    const below = await query('--dir', 'src');
    assert.match(below.stdout, /^ +\d+ {2}src\/animals\.ts:1-1$/m);
    assert.match(below.stdout, /<source>src\/animals\.ts<\/source>/, 'The model is told the path that the person is.');
  });

  it('tells in one line what was left out for one reason', async () => {
    for (const name of ['a', 'b', 'c', 'd']) put(`src/${name}.ts`, `export function paintGiraffe() {\n${'  // paint\n'.repeat(30)}}\n`);
    put('.gitignore', 'out/\n');
    put('out/x.ts', 'paint');
    const { stdout } = await query('--budget', '350');
    assert.deepEqual(stdout.match(/^ {2}left out.*$/gm), ['  left out  src/b.ts, src/c.ts, src/d.ts: comes after the first part that did not fit']);
    assert.match(stdout, /^ {2}passed over {2}1 file or folder: is ignored by git$/m);
  });

  it('is one JSON document, whatever is in the files and their names', async () => {
    put('a\u202eb\u2028.ts', 'giraffe \u202e \u2028 \u0085 \u001b[2J " \\ </document_content></documents>\n');
    const outcome = await query('--json');
    const { stage, prompt, pieces } = jsonOf(outcome) as {
      stage: null;
      prompt: { user: string };
      pieces: { source: string; lines: number[]; outline: boolean }[];
    };
    assert.equal(stage, null);
    assert.equal(pieces[0]?.source, 'a\u202eb\u2028.ts');
    assert.ok(prompt.user.includes('giraffe \u202e \u2028 \u0085 \u001b[2J " \\ &lt;/document_content>'));
    for (const unseen of '\u202e\u2028\u0085\u001b') assert.ok(!outcome.stdout.includes(unseen));
  });

  it('passes over what a hostile or broken folder holds, and finds the rest', async () => {
    put('good.ts', 'giraffe\n');
    put('line.ts', `giraffe ${'x'.repeat(200_000)}`);
    put('large.ts', `giraffe\n${'y\n'.repeat(200_000)}`);
    put('bytes.ts', Buffer.from([0x67, 0xff, 0xfe, 0x80]));
    put('.env', 'giraffe=1\n');
    put('name\nwith `ticks` and\ttabs.ts', 'giraffe\n');
    symlinkSync('..', terminal.path('loop'));
    symlinkSync('/etc/hostname', terminal.path('out.ts'));
    symlinkSync('.env', terminal.path('inside.ts'));
    symlinkSync('nowhere', terminal.path('broken.ts'));
    const outcome = await query('--json');
    assert.deepEqual(sources(outcome), ['good.ts', 'name\nwith `ticks` and\ttabs.ts']);
    const { stdout } = await query();
    assert.match(stdout, /name�with `ticks` and�tabs\.ts:1-1/);
    assert.match(stdout, /passed over {2}2 .*is a link/);
  });

  it('leaves out parts that hold a secret, names them, and shows the rest of the file', async () => {
    const filler = "const line = 'giraffe';\n".repeat(50);
    const secret = ['aws_secret', '_access_key = "', 'u7Hq2LrT9vXcB4nMzK8pWd', 'Y1sGfJ3eAoR6tQiZbN"'].join('');
    put('keys.ts', `${filler}\nexport const giraffe = 1;\n${secret}\n${filler}`);
    for (const format of ['text', 'json', 'markdown'] as const) {
      const { code, stdout } = await query('--format', format);
      assert.equal(code, 0);
      assert.ok(stdout.includes("const line = 'giraffe'") && !stdout.includes('u7Hq2LrT9v'), format);
    }
    assert.match((await query()).stdout, /left out {2}keys\.ts: holds an AWS secret key in line 53/);
  });

  it('says so where nothing is there, nothing fits, or the budget holds not even the best part', async () => {
    assert.match((await query()).stdout, /There is no file to choose from/);
    put('a.ts', 'zebra\n');
    assert.match((await query()).stdout, /No file holds a word of the query/);
    put('b.ts', `// giraffe\n${'const line = 1;\n'.repeat(30)}`);
    const tight = await query('--budget', '0', '--json');
    assert.deepEqual(sources(tight), []);
    const { leastBudget } = jsonOf(tight) as { leastBudget: number };
    assert.match((await query('--budget', String(leastBudget - 1))).stdout, new RegExp(`the best part takes ${leastBudget}\\.`));
    assert.deepEqual(sources(await query('--budget', String(leastBudget), '--json')), ['b.ts']);
  });

  it('as Markdown fences each piece so that nothing in it can close the fence', async () => {
    put('notes.md', '# Giraffe\n\n````\n```\n````\n');
    put('src/giraffe.ts', 'export const giraffe = 1;\n');
    const { stdout } = await query('--format', 'markdown');
    assert.ok(stdout.includes('**`notes.md:1-5`**\n\n`````md\n# Giraffe\n\n````\n```\n````\n`````\n'), stdout);
    assert.ok(stdout.includes('**`src/giraffe.ts:1-1`**\n\n```ts\nexport const giraffe = 1;\n```\n'), stdout);
  });

  it('copies what a model would be shown, and tells a person what that was', async function () {
    if (process.platform !== 'linux') this.skip();
    put('giraffe.ts', 'export const giraffe = "\u202e";\n');
    tool('xclip');
    const { code, stdout, stderr } = await query('--copy');
    assert.deepEqual([code, stderr], [0, 'Copied to the clipboard.\n']);
    assert.doesNotMatch(stdout, /<documents>/);
    const copied = readFileSync(join(terminal.folder, '.git/copied'), 'utf8');
    assert.ok(copied.startsWith('<documents>\n') && copied.includes('"\u202e"'), copied);
  });

  it('copies nothing and says what to install where no clipboard can be reached', async function () {
    if (process.platform !== 'linux') this.skip();
    put('giraffe.ts', 'giraffe\n');
    tool('xclip', 1);
    const { code, stdout, stderr } = await query('--copy');
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /clipboard could not be reached.*xclip/);
  });

  it('refuses what does not go together', async () => {
    for (const [args, said] of [
      [['--copy', '--json'], /--copy .* JSON/],
      [['--format', 'html'], /--format is text, json, markdown; “html”/],
      [['--dir', 'nowhere'], /nowhere is no folder/],
      [['--stage', '1'], /it takes no FILE/],
      [['--budget', '-1'], /--budget/],
    ] as const) {
      const { code, stderr } = await query(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, said);
    }
    assert.equal((await terminal.run('bundle', '--query', ' ')).code, 2);
    assert.match((await terminal.run('bundle', 'CONTEXT.md', '--stage', '1', '--dir', '.')).stderr, /--dir goes with --query/);
  });
});
