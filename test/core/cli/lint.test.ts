import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { wantsColours } from '../../../src/cli/lintReport';
import type { Rule } from '../../../src/lint/issue';
import { rules } from '../../../src/lint/rules/index';
import { toSlashes } from '../../../src/node/files';
import { UserError } from '../../../src/ports';
import { jsonOf, type Outcome, Terminal } from './terminal';

/** A finding with a safe fix, one without, and nothing else. */
const skewed = '# Task\n\n## Stage 1: Draft (Haiku)\n\n- Task: Write it.\n- Output: Draft\n- Checks:\n  - json\n  - json\n';
const mended = skewed.replace('  - json\n  - json', '  - json');
/** What these tests are not about. */
const quiet = { 'voice/*': 'off', 'context/*': 'off', 'context/duplicate-check': 'error', 'project/*': 'off', 'project/launch-tokens': 'warning' };
const dead = '# P\n\nSee `src/gone.ts`.\n';

describe('haiku-first lint', () => {
  let terminal: Terminal;
  beforeEach(() => {
    terminal = new Terminal();
    mkdirSync(terminal.path('src'));
    writeFileSync(terminal.path('src/a.ts'), '');
    configure({});
  });
  afterEach(() => terminal.remove());

  const write = (name: string, text: string | Buffer) => {
    mkdirSync(dirname(terminal.path(name)), { recursive: true });
    writeFileSync(terminal.path(name), text);
  };
  const configure = ({ rules = {}, ...rest }: { rules?: Record<string, string>; [key: string]: unknown }) =>
    write('.haiku/lint.json', JSON.stringify({ rules: { ...quiet, ...rules }, ...rest }));
  const read = (name: string) => readFileSync(terminal.path(name), 'utf8');
  const lint = (...args: string[]): Promise<Outcome> => terminal.run('lint', ...args);
  /** `path rule, rule` of each file read. */
  const found = async (...args: string[]) => {
    const outcome = await lint(...args, '--format', 'json');
    const { files } = jsonOf(outcome) as { files: { path: string; issues: { rule: string }[] }[] };
    return files.map(({ path, issues }) => [path, ...issues.map(({ rule }) => rule)].join(' '));
  };

  describe('chooses files', () => {
    beforeEach(() => {
      write('CLAUDE.md', dead);
      write('app/CLAUDE.md', '# App\n');
      write('app/VOICE.md', '# Voice\n');
      write('README.md', '# R\n');
    });

    it('of the working directory, a folder, by name, and by a quoted glob', async () => {
      assert.deepEqual(await found(), ['CLAUDE.md reference/path', 'app/CLAUDE.md', 'app/VOICE.md']);
      assert.deepEqual(await found('app'), ['app/CLAUDE.md', 'app/VOICE.md']);
      assert.deepEqual(await found('app/VOICE.md', './app/VOICE.md'), ['app/VOICE.md']);
      assert.deepEqual(await found('**/CLAUDE.md'), ['CLAUDE.md reference/path', 'app/CLAUDE.md']);
      assert.deepEqual(await found('**/*.md', '!app/V*'), ['CLAUDE.md reference/path', 'app/CLAUDE.md']);
      assert.deepEqual(await found('!app'), ['CLAUDE.md reference/path']);
    });

    it('once where two names lead to one, and says which are left out', async () => {
      symlinkSync('CLAUDE.md', terminal.path('AGENTS.md'));
      assert.deepEqual(await found('AGENTS.md', 'CLAUDE.md'), ['CLAUDE.md reference/path']);
      configure({ ignore: ['app/'] });
      const outcome = await lint('app/CLAUDE.md', 'app');
      assert.deepEqual(outcome, { code: 0, stdout: '', stderr: 'app/CLAUDE.md is left out by “ignore” in .haiku/lint.json.\n' });
    });

    it('whose name looks like a glob', async () => {
      write('[id]/CLAUDE.md', '# I\n');
      assert.deepEqual(await found('[id]/CLAUDE.md'), ['[id]/CLAUDE.md']);
    });

    it('by globs from anywhere, in a folder of whatever name', async () => {
      assert.deepEqual(await found(`${toSlashes(terminal.folder)}/app/*.md`, './**/CLAUDE.md'), ['CLAUDE.md reference/path', 'app/CLAUDE.md', 'app/VOICE.md']);
      write('a (b) [c]/x/VOICE.md', '# Voice\n');
      terminal.from = 'a (b) [c]';
      assert.deepEqual(await found('../**/VOICE.md', '!x'), ['../app/VOICE.md']);
      assert.deepEqual(await found('**/VOICE.md'), ['x/VOICE.md']);
    });

    it('in folders of whatever name', async () => {
      write('one\ntwo/CLAUDE.md', '# L\n');
      assert.deepEqual(await found('**/CLAUDE.md', '!app'), ['CLAUDE.md reference/path', 'one\ntwo/CLAUDE.md']);
      assert.ok((await found()).includes('one\ntwo/CLAUDE.md'));
    });

    it('and says where a name leads nowhere', async function () {
      if (process.platform !== 'linux') this.skip();
      mkdirSync(Buffer.from(`${terminal.folder}/x\xff`, 'latin1'));
      const outcome = await lint();
      assert.match(outcome.stderr, /^x\uFFFD has a name that is no UTF-8, so nothing in it was linted\. Rename it\.$/m);
    });

    it('and refuses what names nothing, or two things', async () => {
      for (const [args, message] of [
        [[''], /^One of the paths is empty\. Usage/],
        [['!**'], /^Every file is left out, so there is nothing to lint\./],
        [['--json', '--format', 'sarif'], /^--json and --format sarif say different things\./],
        [['--max-warnings', '-1'], /^Option '--max-warnings' has no value, or one that begins with a dash\. Usage[^\n]*\n$/],
      ] as const) {
        const outcome = await lint(...args);
        assert.deepEqual([outcome.code, args[0] === '--json' || outcome.stdout === ''], [2, true], args.join(' '));
        assert.match(outcome.stderr, message);
      }
      assert.equal((await lint('--json', '--format', 'json')).code, 0);
    });

    it('and says which it cannot lint', async () => {
      for (const [name, message] of [
        ['README.md', /README\.md is no steering file/],
        ['gone/**/*.md', /gone\/\*\*\/\*\.md matches no steering file/],
        ['gone', /gone does not exist/],
      ] as const) {
        const outcome = await lint(name);
        assert.deepEqual([outcome.code, outcome.stdout], [2, '']);
        assert.match(outcome.stderr, message);
      }
      mkdirSync(terminal.path('empty'));
      assert.deepEqual(await lint('empty'), { code: 0, stdout: '', stderr: 'There is no steering file to lint here.\n' });
    });

    it('not in folders of projects that were brought along, unless they are named', async () => {
      write('vendor/other/AGENTS.md', dead);
      write('third_party/lib/CLAUDE.md', dead);
      assert.ok(!(await found()).some((line) => /vendor|third_party/.test(line)));
      assert.deepEqual(await found('vendor/other'), ['vendor/other/AGENTS.md reference/path']);
    });

    it('not in folders that git ignores, but a person’s own .claude', async () => {
      write('.gitignore', 'clones/\n.claude/\n');
      write('clones/x/CLAUDE.md', dead);
      write('.claude/rules/a.md', '# A\n');
      assert.deepEqual(await found('.'), ['.claude/rules/a.md', 'CLAUDE.md reference/path', 'app/CLAUDE.md', 'app/VOICE.md']);
      assert.deepEqual(await found('clones/x/CLAUDE.md'), ['clones/x/CLAUDE.md'], 'named, it is linted');
      assert.deepEqual(await found('clones'), ['clones/x/CLAUDE.md']);
    });

    it('once, however many names they have', async () => {
      symlinkSync('CLAUDE.md', terminal.path('AGENTS.md'));
      symlinkSync('..', terminal.path('app/round'));
      assert.deepEqual(await found(), ['CLAUDE.md reference/path', 'app/CLAUDE.md', 'app/VOICE.md']);
    });
  });

  describe('reads .haiku/lint.json', () => {
    it('for severities, what is ignored, and names of background documents', async () => {
      write('CLAUDE.md', dead);
      write('vendor/CLAUDE.md', dead);
      write('DESIGN.md', dead);
      configure({ rules: { 'reference/path': 'error' }, ignore: ['vendor'], background: ['DESIGN.md'] });
      assert.deepEqual(await found(), ['CLAUDE.md reference/path', 'DESIGN.md reference/path']);
      assert.deepEqual(await found('vendor/CLAUDE.md'), [], 'a commit hook names what is ignored too');
      assert.equal((await lint()).code, 1);
      configure({ rules: { 'reference/*': 'off' } });
      assert.deepEqual(await lint('CLAUDE.md'), { code: 0, stdout: '', stderr: '' });
    });

    it('and says what is wrong in it, and where', async () => {
      write('CLAUDE.md', dead);
      write('.haiku/lint.json', '{\n  "rules": { "reference/paht": "off" }\n}');
      const outcome = await lint();
      assert.deepEqual([outcome.code, outcome.stdout], [2, '']);
      assert.match(outcome.stderr, /^\.haiku\/lint\.json:2: There is no rule “reference\/paht”\. Did you mean “reference\/path”/);
    });

    it('for the launch budget', async () => {
      write('CLAUDE.md', `# P\n\n${'Words that every session loads.\n'.repeat(40)}`);
      configure({ launchBudget: 50 });
      assert.deepEqual(await found(), ['CLAUDE.md project/launch-tokens']);
      configure({ launchBudget: 5000 });
      assert.deepEqual(await found(), ['CLAUDE.md']);
    });
  });

  describe('reports', () => {
    beforeEach(() => write('CLAUDE.md', dead));

    it('nothing where there is nothing', async () => {
      write('CLAUDE.md', '# P\n\nPrices are whole cents.\n');
      assert.deepEqual(await lint(), { code: 0, stdout: '', stderr: '' });
    });

    it('in colours in a terminal, and as the environment says', async () => {
      assert.ok(!(await lint()).stdout.includes('\u001b'));
      terminal.isTerminal = true;
      assert.ok((await lint()).stdout.includes('\u001b[33mwarning\u001b[39m'));
      assert.ok(!(await lint('--format', 'github')).stdout.includes('\u001b'));
      const cases: [NodeJS.ProcessEnv, boolean, boolean][] = [
        [{}, true, true],
        [{}, false, false],
        [{ NO_COLOR: '1' }, true, false],
        [{ NO_COLOR: '' }, true, true],
        [{ FORCE_COLOR: '1' }, false, true],
        [{ FORCE_COLOR: '0' }, true, false],
        [{ FORCE_COLOR: '', NO_COLOR: '1' }, false, true],
        [{ TERM: 'dumb' }, true, false],
      ];
      for (const [env, isTerminal, wanted] of cases) assert.equal(wantsColours({ env, terminal: isTerminal }), wanted, JSON.stringify(env));
    });

    it('the pages of its rules in SARIF', async () => {
      const [run] = (
        jsonOf(await lint('--format', 'sarif')) as {
          runs: { tool: { driver: { semanticVersion: string; rules: { id: string; help?: { markdown: string } }[] } } }[];
        }
      ).runs;
      const rule = run?.tool.driver.rules.find(({ id }) => id === 'reference/path');
      assert.equal(rule?.help?.markdown, readFileSync('docs/rules/reference/path.md', 'utf8'));
      assert.ok(rule && !('helpUri' in rule), 'no address that leads somewhere on this machine alone');
      assert.equal(run?.tool.driver.semanticVersion, JSON.parse(readFileSync('package.json', 'utf8')).version);
    });

    it('only errors with --quiet, and counts warnings all the same', async () => {
      assert.deepEqual(await lint('--quiet'), { code: 0, stdout: '', stderr: '' });
      const outcome = await lint('--quiet', '--max-warnings', '0');
      assert.deepEqual([outcome.code, outcome.stdout], [1, '']);
      assert.match(outcome.stderr, /1 warning, at most 0 allowed/);
    });
  });

  describe('--fix', () => {
    it('does not write over what is saved meanwhile', async () => {
      write('a/CONTEXT.md', skewed);
      write('b/CONTEXT.md', skewed);
      const { files } = terminal;
      const saved = (name: string) => `${readFileSync(terminal.path(name), 'utf8')}\nSaved by a person.\n`;
      const late = new Set(['a/CONTEXT.md']);
      terminal.files = {
        ...files,
        read: async (path, most) => {
          const text = await files.read(path, most);
          // Between the first look at all files and the turn of the first one.
          if (path.endsWith('b/CONTEXT.md') && late.delete('a/CONTEXT.md')) write('a/CONTEXT.md', saved('a/CONTEXT.md'));
          return text;
        },
        write: async (path, text, over) => {
          // At the last moment.
          if (path.endsWith('b/CONTEXT.md')) write('b/CONTEXT.md', saved('b/CONTEXT.md'));
          await files.write(path, text, over);
        },
      };
      const outcome = await lint('--fix');
      assert.equal(read('a/CONTEXT.md'), `${mended}\nSaved by a person.\n`);
      assert.equal(read('b/CONTEXT.md'), `${skewed}\nSaved by a person.\n`);
      assert.match(outcome.stderr, /^b\/CONTEXT\.md has changed meanwhile\. Run it again\.$/m);
      assert.equal(outcome.code, 2);
    });

    it('mends what is safe, says what it did, and has nothing to do the second time', async () => {
      write('CONTEXT.md', skewed);
      write('CLAUDE.md', dead);
      assert.deepEqual(await lint('CONTEXT.md', '--fix'), { code: 0, stdout: '', stderr: 'Fixed 1 problem in 1 file:\n  CONTEXT.md: 1\n' });
      assert.equal(read('CONTEXT.md'), mended);
      assert.match((await lint('--fix')).stderr, /^There was nothing to fix\.\n$/);
      assert.equal(read('CLAUDE.md'), dead);
    });

    it('keeps the byte order mark, line ends and rights of a file', async () => {
      write('CONTEXT.md', `\uFEFF${skewed.replaceAll('\n', '\r\n')}`);
      chmodSync(terminal.path('CONTEXT.md'), 0o640);
      assert.match((await lint('--fix')).stderr, /Fixed 1 problem/);
      assert.equal(read('CONTEXT.md'), `\uFEFF${mended.replaceAll('\n', '\r\n')}`);
      assert.equal(statSync(terminal.path('CONTEXT.md')).mode & 0o777, 0o640);
    });

    it('writes through a link within the workspace and leaves it a link, but never through one that leads out', async () => {
      const outside = mkdtempSync(join(tmpdir(), 'haiku-first-outside-'));
      try {
        write('voices/own.md', skewed);
        symlinkSync('voices/own.md', terminal.path('CONTEXT.md'));
        writeFileSync(join(outside, 'CONTEXT.md'), skewed);
        mkdirSync(terminal.path('app'));
        symlinkSync(join(outside, 'CONTEXT.md'), terminal.path('app/CONTEXT.md'));
        const outcome = await lint('--fix');
        assert.equal(outcome.code, 1, 'what was not fixed is still there');
        assert.match(outcome.stderr, /app\/CONTEXT\.md is a link that leads out of the workspace, so it was not fixed/);
        assert.equal(read('voices/own.md'), mended);
        assert.ok(lstatSync(terminal.path('CONTEXT.md')).isSymbolicLink());
        assert.equal(readFileSync(join(outside, 'CONTEXT.md'), 'utf8'), skewed);
      } finally {
        rmSync(outside, { recursive: true, force: true });
      }
    });
  });

  describe('--stdin-filename', () => {
    it('lints what comes in as that file', async () => {
      terminal.input = dead;
      assert.deepEqual(await found('--stdin-filename', 'docs/CLAUDE.md'), ['docs/CLAUDE.md reference/path']);
      terminal.input = skewed;
      const outcome = await lint('--stdin-filename', 'CONTEXT.md');
      assert.deepEqual([outcome.code, existsSync(terminal.path('CONTEXT.md'))], [1, false]);
    });

    it('with --fix gives the mended text back as it came, and the report on stderr', async () => {
      terminal.input = `\uFEFF${skewed.replaceAll('\n', '\r\n')}`;
      const outcome = await lint('--stdin-filename', 'CONTEXT.md', '--fix');
      assert.equal(outcome.stdout, `\uFEFF${mended.replaceAll('\n', '\r\n')}`);
      assert.deepEqual([outcome.code, outcome.stderr], [0, 'Fixed 1 problem in 1 file:\n  CONTEXT.md: 1\n']);
      terminal.input = dead;
      const left = await lint('--stdin-filename', 'CLAUDE.md', '--fix');
      assert.equal(left.stdout, dead);
      assert.match(left.stderr, /reference\/path/);
    });

    it('refuses what it cannot do', async () => {
      terminal.input = Buffer.from([0xff, 0xfe, 0x00]);
      assert.deepEqual(await found('--stdin-filename', 'CLAUDE.md'), ['CLAUDE.md file/binary']);
      const outcome = await lint('--stdin-filename', 'CLAUDE.md', '--fix');
      assert.deepEqual([outcome.code, outcome.stdout], [2, '']);
      assert.match((await lint('--stdin-filename', 'README.md')).stderr, /no steering file/);
      assert.equal((await lint('--stdin-filename', 'CLAUDE.md', 'CONTEXT.md')).code, 2);
    });
  });

  describe('--baseline', () => {
    beforeEach(() => {
      configure({ rules: { 'reference/path': 'error' } });
      write('CLAUDE.md', dead);
      write('app/CLAUDE.md', dead);
    });

    it('is never written over another file', async () => {
      write('b.json', '[]');
      for (const update of [[], ['--update-baseline']]) {
        const outcome = await lint('--baseline', 'b.json', ...update);
        assert.equal(outcome.code, 2);
        assert.match(outcome.stderr, /^b\.json is no baseline: it has no “files”\. Name another file; or delete this one/);
      }
      assert.equal(read('b.json'), '[]');
    });

    it('fails for what is new, from whatever folder, and shrinks', async () => {
      assert.match((await lint('--baseline', 'known.json')).stderr, /known\.json does not exist.*--update-baseline/);
      const written = await lint('--baseline', 'known.json', '--update-baseline');
      assert.deepEqual([written.code, written.stdout], [0, '']);
      assert.match(written.stderr, /known\.json now holds 2 findings/);
      assert.deepEqual(JSON.parse(read('known.json')).files['app/CLAUDE.md'], [{ rule: 'reference/path', line: 'See `src/gone.ts`.', count: 1 }]);

      write('CLAUDE.md', `# A new title\n\nSome more text.\n${dead.slice(4)}`);
      assert.deepEqual(await lint('--baseline', 'known.json'), { code: 0, stdout: '', stderr: '2 findings of the baseline left out.\n' });

      write('CLAUDE.md', `${dead}\nAnd \`src/lost.ts\`.\n`);
      const outcome = await lint('--baseline', 'known.json');
      assert.equal(outcome.code, 1);
      assert.match(outcome.stdout, /5:\d+ .*src\/lost\.ts/);
      assert.ok(!outcome.stdout.includes('gone.ts'));

      write('CLAUDE.md', '# P\n');
      rmSync(terminal.path('app'), { recursive: true });
      const gone = await lint('--baseline', 'known.json');
      assert.equal(gone.code, 0);
      assert.match(gone.stderr, /2 findings of the baseline are gone/);
      await lint('--baseline', 'known.json', '--update-baseline');
      assert.deepEqual(JSON.parse(read('known.json')).files, {});
    });

    it('keeps what it knows of files that were not linted', async () => {
      await lint('--baseline', 'known.json', '--update-baseline');
      write('CLAUDE.md', '# P\n');
      await lint('CLAUDE.md', '--baseline', 'known.json', '--update-baseline');
      assert.deepEqual(Object.keys(JSON.parse(read('known.json')).files), ['app/CLAUDE.md']);
    });

    it('is refused where it is none, and --update-baseline without it', async () => {
      write('known.json', '{"files": []}');
      assert.match((await lint('--baseline', 'known.json')).stderr, /known\.json is no baseline/);
      assert.equal((await lint('--update-baseline')).code, 2);
    });
  });

  describe('--explain', () => {
    it('prints the page of a rule', async () => {
      const outcome = await lint('--explain', 'file/unused-ignore');
      assert.deepEqual([outcome.code, outcome.stdout], [0, readFileSync('docs/rules/file/unused-ignore.md', 'utf8')]);
      assert.equal((await lint('--explain', 'unused-ignore')).stdout, outcome.stdout);
    });

    it('names the nearest rules for one that does not exist, and all that share a name', async () => {
      const outcome = await lint('--explain', 'reference/paht');
      assert.deepEqual([outcome.code, outcome.stdout], [2, '']);
      assert.match(outcome.stderr, /no rule “reference\/paht”.*Did you mean reference\/path\?/);
      assert.match((await lint('--explain', 'empty')).stderr, /Several.*context\/empty.*voice\/empty/);
      assert.match((await lint('--explain', 'frobnication')).stderr, /no rule “frobnication”.*alone lists all rules/);
    });

    it('lists the rules of a kind, and all of them alone', async () => {
      const ofKind = await lint('--explain', 'reference/*');
      assert.equal(ofKind.code, 0);
      assert.match(ofKind.stdout, /^reference\/path +warning +\S/m);
      assert.ok(ofKind.stdout.split('\n').every((line) => !line || line.startsWith('reference/')));
      assert.equal((await lint('--explain', 'reference')).stdout, ofKind.stdout);
      const all = await lint('--explain');
      assert.ok(all.stdout.includes(ofKind.stdout) && all.stdout.includes('context/no-task'));
    });
  });

  describe('with what it cannot read', () => {
    it('lints the others, and ends with 2', async () => {
      write('CLAUDE.md', dead);
      write('app/CLAUDE.md', '# A\n');
      const { files } = terminal;
      const locked = toSlashes(terminal.path('app/CLAUDE.md'));
      terminal.files = {
        ...files,
        async read(path, maxBytes) {
          if (path === locked) throw new UserError(`${path} could not be read (EACCES).`, { path, todo: 'Check its permissions.', exitCode: 2 });
          return files.read(path, maxBytes);
        },
      };
      for (const options of [[], ['--fix']]) {
        const outcome = await lint(...options);
        assert.equal(outcome.code, 2);
        assert.match(outcome.stdout, /CLAUDE\.md\n.*reference\/path/);
        assert.match(outcome.stderr, /^app\/CLAUDE\.md could not be read \(EACCES\)\. Check its permissions\.$/m);
        assert.equal(outcome.stderr.split('EACCES').length, 2, 'once');
      }
    });

    it('says that a fix could not be written, and ends with 2', async () => {
      write('CONTEXT.md', skewed);
      const { files } = terminal;
      terminal.files = {
        ...files,
        async write(path) {
          throw new UserError(`${path} could not be written (ENOSPC).`, { path, todo: 'Make room.', exitCode: 2 });
        },
      };
      const outcome = await lint('--fix');
      assert.equal(outcome.code, 2);
      assert.match(outcome.stderr, /CONTEXT\.md could not be written \(ENOSPC\)\. Make room\./);
      assert.equal(read('CONTEXT.md'), skewed);
    });

    it('passes over links that lead in a circle or nowhere', async () => {
      symlinkSync('VOICE.md', terminal.path('CONTEXT.md'));
      symlinkSync('CONTEXT.md', terminal.path('VOICE.md'));
      symlinkSync('nowhere.md', terminal.path('AGENTS.md'));
      write('CLAUDE.md', '# P\n');
      assert.deepEqual(await found(), ['CLAUDE.md']);
      const outcome = await lint('VOICE.md');
      assert.equal(outcome.code, 2);
      assert.match(outcome.stderr, /VOICE\.md does not exist/);
    });

    it('finds something to say, or nothing, and never breaks', async () => {
      const inputs: [string, string | Buffer][] = [
        ['NUL', Buffer.from('# P\n\0\n')],
        ['UTF-16', Buffer.from('\uFEFF# P\n', 'utf16le')],
        ['Latin-1', Buffer.from('# Caf\u00e9\n', 'latin1')],
        ['only a BOM', '\uFEFF'],
        ['lone carriage returns', '# P\r\rSee `src/gone.ts`.\r'],
        ['mixed line ends', '# P\r\n\nSee `src/gone.ts`.\r\r\n- a\n'],
        ['deep nesting', `${'> '.repeat(5000)}x\n${'- '.repeat(5000)}x\n`],
        ['one long line', `# P\n\n${'word `a/b` '.repeat(20_000)}\n`],
        ['512 KB', `# P\n${'a'.repeat(600 * 1024)}`],
      ];
      for (const [name, text] of inputs) {
        for (const file of ['CLAUDE.md', 'CONTEXT.md', 'VOICE.md', 'PATTERNS.md']) {
          rmSync(terminal.path(file), { force: true });
          write(file, text);
        }
        const outcome = await lint('--format', 'json', '--fix');
        assert.ok([0, 1].includes(outcome.code), `${name}: ${outcome.code} ${outcome.stderr}`);
        assert.equal((jsonOf(outcome).files as unknown[]).length, 4, name);
        assert.doesNotMatch(outcome.stderr, /fault|\n\s+at /, name);
      }
    }).timeout(30_000);
  });

  it('goes on without a rule that fails, and says so', async () => {
    const rule: Rule = {
      id: 'project/wrong',
      severity: 'error',
      title: 'Wrong',
      kinds: ['project'],
      check() {
        throw new TypeError('oh no');
      },
    };
    (rules as Rule[]).push(rule);
    try {
      write('CLAUDE.md', dead);
      write('app/CLAUDE.md', dead);
      const outcome = await lint();
      assert.equal(outcome.code, 0);
      assert.match(outcome.stdout, /2 warnings/);
      assert.match(outcome.stderr, /^The rule project\/wrong failed on CLAUDE\.md and was left out \(oh no\).*please report it\.\n$/);
    } finally {
      (rules as Rule[]).pop();
    }
  });
});
