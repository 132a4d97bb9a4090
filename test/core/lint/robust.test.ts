import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { lintFile, lintText } from '../../../src/lint/linter';
import { createNodeFiles, toSlashes } from '../../../src/node/files';
import { UserError } from '../../../src/ports';
import { WorkspaceFacts } from '../../../src/reference/workspaceFacts';
import { readContext } from '../../../src/steering/context';
import { globFiles } from '../../../src/steering/task';
import { documentAt, Examiner, longestPauseMs } from '../../fuzz/examine';
import { seedTexts } from '../../fuzz/seedTexts';
import { MemoryFiles } from '../memoryFiles';

const strategies = ['.haiku/strategies/context/a.md', '.haiku/strategies/context/playbook.md'];
const paths = ['CLAUDE.md', 'CONTEXT.md', 'VOICE.md', '.claude/rules/a.md', 'ARCHITECTURE.md', ...strategies];
const repository = { '/w/.git/HEAD': '', '/w/CONTEXT.md': '## Stage 1: A\n\n- Task: b\n', '/w/package.json': '{"scripts":{"build":"x"}}', '/w/src/a.ts': '' };
const files = new MemoryFiles(repository);

/** Lint a text as each kind of document; it must neither throw nor pause. */
async function survives(text: string): Promise<void> {
  for (const path of paths) {
    const started = performance.now();
    await lintText({ path: `/w/${path}`, text, files });
    const taken = performance.now() - started;
    // A second on a machine that has nothing else to do.
    assert.ok(taken < 4 * longestPauseMs, `${path} takes ${taken.toFixed(0)} ms: ${JSON.stringify(text.slice(0, 80))}`);
  }
}

describe('a linter that nothing stops', () => {
  const deep: [string, string][] = [
    ['quotes', '> '.repeat(3000)],
    ['lists', Array.from({ length: 600 }, (_, i) => `${'  '.repeat(i)}- a`).join('\n')],
    ['numbers in one line', '1. '.repeat(3000)],
    ['square brackets', `${'['.repeat(5000)}a${']'.repeat(5000)}`],
    ['links', `${'[a'.repeat(2000)}${'](b)'.repeat(2000)}`],
    ['images', '!['.repeat(5000)],
    ['parentheses', `- Input: ${'('.repeat(5000)}a${')'.repeat(5000)}`],
    ['emphasis', `${'*a '.repeat(3000)}${' b*'.repeat(3000)}`],
    ['strong emphasis', '**a**'.repeat(4000)],
    ['tags', '<b>'.repeat(5000)],
    ['comments', '<!--'.repeat(5000)],
    ['code spans of growing width', Array.from({ length: 200 }, (_, i) => '`'.repeat(i + 1)).join('a')],
    ['table cells', `|${' a |'.repeat(5000)}\n|${' - |'.repeat(5000)}\n|${' `b` |'.repeat(5000)}`],
    ['checks', `## Stage 1: A\n\n- Checks:\n${Array.from({ length: 150 }, (_, i) => `${'  '.repeat(i + 1)}- any of:`).join('\n')}`],
  ];
  for (const [name, text] of deep) {
    it(`neither throws nor pauses at ${name} in one another or without end`, async () => {
      for (const around of ['', '# Title\n\n', '## Stage 1: A (Haiku)\n\n- Input: a\n- Task: b\n- Success: ']) await survives(around + text);
    }).timeout(60_000);
  }

  it('neither throws nor pauses at long runs of any mark', async () => {
    const marks = fc.constantFrom(
      ...'`"\'“”()[]{}<>*_-=#|>.,:;!?/\\@%$&+~^ \t\n\r0aé'.split(''),
      '\r\n',
      '- ',
      'a ',
      '9,',
      '../',
      '](',
      '[x](',
      '@a ',
      '0.',
      'a.',
      '\n- ',
    );
    const lead = fc.constantFrom(
      '',
      '# ',
      '- Input: ',
      '- Success: ',
      '- Checks: ',
      '## Avoid\n\n- ',
      '`npm run ',
      '@',
      '[a](',
      '---\na: ',
      '| ',
      '- Output: ',
    );
    await fc.assert(
      fc.asyncProperty(lead, marks, marks, fc.constantFrom('', 'x', '!', '\n'), async (start, mark, other, end) => {
        const runs = `${start}${mark.repeat(4000)}${other.repeat(1500)}${end}`;
        await survives(`## Stage 1: A\n\n${runs}`);
        await survives(`${runs}${`${mark}${other}`.repeat(2000)}`);
      }),
      { numRuns: 25, interruptAfterTimeLimit: 30_000 },
    );
  }).timeout(90_000);

  it('does not pause at one mark on a line of 60 KB', async () => {
    for (const mark of ['.', ' ', ',', '*', '-', 'a.', '<!--'])
      for (const lead of ['', '## Avoid\n\n- ']) await survives(`${lead}a ${mark.repeat(60_000 / mark.length)}x\n`);
  }).timeout(60_000);

  it('takes names that every object has for words like any other', async () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf']) {
      await survives(
        `---\n${name}: 1\ninputs:\n  ${name}: 2\npaths: /\n---\n# ${name}\n\nRun \`${name} u\`, \`npm run ${name}\`, \`make ${name}\`. See \`${name}/a.ts\` and @${name}.md.\n\n## Stage 1: ${name} (${name})\n\n- ${name}: a\n- Input: ${name}\n- Output: ${name} as ${name}\n- Checks:\n  - ${name}\n  - ${name}: 3\n`,
      );
    }
    const [stage] = readContext('/w/CONTEXT.md', '## Stage 1: A\n\n- constructor: a\n- Task: b\n').stages;
    assert.deepEqual(
      stage?.fields.map(({ name }) => name),
      ['Task'],
    );
  });

  it('finds the same whatever the line ends and a byte order mark', async () => {
    const text = '# A\n\nRun `npm run biuld`.\n\nSee `src/gone.ts` and [it](src/none.md).\n\n## Stage 1: A (Hiaku)\n\n- Task: b\n- Checks:\n  - wrds: 3\n';
    for (const path of paths) {
      const found = async (now: string) =>
        (await lintText({ path: `/w/${path}`, text: now, files })).map(({ rule, range }) => `${rule} ${JSON.stringify(range)}`);
      const expected = await found(text);
      assert.deepEqual(await found(text.replace(/\n/g, '\r\n')), expected);
      let line = 0;
      assert.deepEqual(await found(text.replace(/\n/g, () => (line++ % 2 ? '\n' : '\r\n'))), expected);
    }
    const marked = new MemoryFiles({ ...repository, '/w/CLAUDE.md': `\uFEFF${text}` });
    assert.deepEqual((await lintFile({ path: '/w/CLAUDE.md', files: marked })).issues, await lintText({ path: '/w/CLAUDE.md', text, files }));
  });

  it('reads no other file for a lint as one types, once it has read them', async () => {
    const counted = new MemoryFiles({
      ...repository,
      '/w/CLAUDE.md': '@docs/a.md\n\nRun `npm run build`.\n',
      '/w/docs/a.md': '@b.md\n',
      '/w/docs/b.md': '# B\n',
    });
    const workspace = new WorkspaceFacts(counted);
    await lintFile({ path: '/w/CLAUDE.md', files: counted, workspace });
    counted.reads.length = 0;
    await lintText({ path: '/w/CLAUDE.md', text: '@docs/a.md\n\nRun `npm run biuld`. See `src/gone.ts`.\n', files: counted, workspace });
    assert.deepEqual(counted.reads, []);
    workspace.fileChanged('/w/docs/a.md', 'changed');
    await lintText({ path: '/w/CLAUDE.md', text: '@docs/a.md\n', files: counted, workspace });
    assert.deepEqual(
      counted.reads.filter((path) => path !== '/w/docs/a.md'),
      [],
    );
  });

  it('mutated documents neither throw nor pause, and their fixes hold', async () => {
    const seeds = seedTexts();
    const examiner = new Examiner(seeds);
    const findings: string[] = [];
    for (let at = 0; at < 800; at++) {
      const { path, text } = documentAt(20261122, at, seeds);
      // The first are slow for what the engine compiles.
      const found = (await examiner.examine(at, path, text)).findings.filter(({ what }) => at > 20 || !/^It takes/.test(what));
      findings.push(...found.map(({ what }) => `${at}: ${what}`));
    }
    assert.deepEqual(findings, []);
  }).timeout(90_000);
});

describe('a linter on a strange disk', () => {
  const node = createNodeFiles();
  let folder: string;
  beforeEach(() => {
    folder = toSlashes(mkdtempSync(join(tmpdir(), 'haiku-first-robust-')));
    mkdirSync(join(folder, '.git'));
  });
  afterEach(() => {
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true, force: true });
  });
  const lint = (name: string) => lintFile({ path: `${folder}/${name}`, files: node });

  it('one finding says that a file is binary, another encoding or too large', async () => {
    for (const [name, bytes] of [
      ['CLAUDE.md', Buffer.from([0x23, 0x20, 0, 0xff])],
      ['AGENTS.md', Buffer.from([0x23, 0x20, 0xe9, 0x0a])],
      ['CONTEXT.md', Buffer.from('\uFEFF# A', 'utf16le')],
    ] as const) {
      writeFileSync(join(folder, name), bytes);
      assert.deepEqual(
        (await lint(name)).issues.map(({ rule }) => rule),
        ['file/binary'],
      );
    }
    writeFileSync(join(folder, 'VOICE.md'), 'word '.repeat(200_000));
    assert.deepEqual(
      (await lint('VOICE.md')).issues.map(({ rule }) => rule),
      ['file/too-large'],
    );
  });

  it('what can’t be read is said as a person can act on', async function () {
    writeFileSync(join(folder, 'CLAUDE.md'), '# A\n');
    mkdirSync(join(folder, 'AGENTS.md'));
    await assert.rejects(lint('AGENTS.md'), UserError);
    await assert.rejects(lint('gone/CLAUDE.md'), UserError);
    if (process.platform === 'win32' || process.getuid?.() === 0) return this.skip();
    chmodSync(join(folder, 'CLAUDE.md'), 0);
    await assert.rejects(lint('CLAUDE.md'), (error) => error instanceof UserError && /EACCES/.test(error.message));
  });

  it('an import of an unreadable, binary or huge file stops nothing', async () => {
    writeFileSync(join(folder, 'binary.md'), Buffer.from([0, 1, 2]));
    writeFileSync(join(folder, 'huge.md'), 'x'.repeat(600 * 1024));
    mkdirSync(join(folder, 'folder.md'));
    writeFileSync(join(folder, 'CLAUDE.md'), '# A\n\n@binary.md\n@huge.md\n@folder.md\n@gone.md\n');
    const { issues } = await lint('CLAUDE.md');
    assert.ok(issues.some(({ rule, message }) => rule === 'reference/import' && message.includes('gone.md')));
  });

  it('imports and links that go round in a circle come to an end', async () => {
    writeFileSync(join(folder, 'CLAUDE.md'), '# A\n\n@a.md\n\n@round/CLAUDE.md\n\nSee `round/round/src/gone.ts`.\n');
    writeFileSync(join(folder, 'a.md'), '@b.md\n');
    writeFileSync(join(folder, 'b.md'), '@a.md\n@CLAUDE.md\n');
    symlinkSync(folder, join(folder, 'round'));
    symlinkSync(join(folder, 'self.md'), join(folder, 'self.md'));
    symlinkSync(join(folder, 'gone'), join(folder, 'dangling.md'));
    assert.deepEqual(await globFiles(node, folder, '**/CLAUDE.md'), [`${folder}/CLAUDE.md`]);
    const { issues } = await lint('CLAUDE.md');
    assert.ok(issues.some(({ rule }) => rule === 'reference/import-cycle'));
    await assert.rejects(lintFile({ path: `${folder}/self.md`, files: node }), UserError);
  });

  it('a pipe is not waited for', async function () {
    if (spawnSync('mkfifo', [join(folder, 'CLAUDE.md')]).status !== 0) return this.skip();
    await assert.rejects(lint('CLAUDE.md'), (error) => error instanceof UserError && /no regular file/.test(error.message));
  });
});
