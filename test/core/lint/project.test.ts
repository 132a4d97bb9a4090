import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LintFacts } from '../../../src/lint/issue';
import { applyFixes, fixAll, lintText } from '../../../src/lint/linter';
import { MemoryFiles } from '../memoryFiles';

async function lint(text: string, more: Record<string, string> = {}, path = '/w/CLAUDE.md', facts: LintFacts = {}) {
  return lintText({ path, text, files: new MemoryFiles({ '/w/.git/HEAD': '', ...more }), facts });
}

/** `rule text` of each issue. */
async function found(text: string, more: Record<string, string> = {}, path?: string): Promise<string[]> {
  const lines = text.split('\n');
  return (await lint(text, more, path)).map(
    ({ rule, range: { start, end } }) => `${rule} ${(lines[start.line] as string).slice(start.character, end.character)}`,
  );
}

describe('rules for CLAUDE.md and kin', () => {
  it('find more than 200 lines, comments not counted', async () => {
    const long = `# P\n\n## Big\n${'- line\n'.repeat(220)}`;
    assert.match((await lint(long))[0]?.message ?? '', /222 lines.*“Big”/);
    assert.deepEqual(await lint(`# P\n<!--\n${'note\n'.repeat(220)}-->\n`), []);
    assert.deepEqual(await lint(long, {}, '/w/.claude/rules/x.md'), []);
    const code = (count: number) => `# P\n\n${'- line\n\n'.repeat(150)}\n\`\`\`\n${'code\n'.repeat(count)}\`\`\`\n`;
    assert.deepEqual(await lint(code(120)), []);
    assert.match((await lint(code(160)))[0]?.message ?? '', /313 lines/);
    assert.match((await lint(long, { '/w/.git/HEAD': '' }, '/w/web/CLAUDE.md'))[0]?.message ?? '', /for any work in its folder/);
  });

  it('find placeholders, filler and unreadable front matter', async () => {
    assert.deepEqual(await found('# [name the project: in a sentence]\n\nAlways write clean, readable code.\nFollow best practices for SQL in docs.\n'), [
      'project/placeholder [name the project: in a sentence]',
      'project/filler Always write clean, readable code.',
    ]);
    assert.deepEqual(
      (await lint('---js\nprocess.exit()\n---\n# P\n')).map(({ rule, severity }) => `${severity} ${rule}`),
      ['error project/front-matter'],
    );
  });

  it('find a file imported twice and take the second import out', async () => {
    const text = '# P\n\n@a.md\n\nMore: @b.md\n\n@./a.md\n';
    const issues = await lint(text, { '/w/a.md': '', '/w/b.md': '' });
    assert.deepEqual(
      issues.map(({ rule }) => rule),
      ['project/duplicate-import'],
    );
    assert.equal(fixAll(text, issues), '# P\n\n@a.md\n\nMore: @b.md\n\n');
  });

  it('compare launch tokens with their budget', async () => {
    const more = {
      '/w/a.md': 'word '.repeat(400),
      '/w/.claude/rules/b.md': 'word '.repeat(400),
      '/w/.claude/rules/c.md': `---\npaths: src/**\n---\n${'word '.repeat(4000)}`,
    };
    const budget = (launchBudget?: number) => lint('# P\n\n@a.md\n', more, undefined, launchBudget === undefined ? {} : { launchBudget });
    const [issue] = await budget(1500);
    assert.match(
      issue?.message ?? '',
      /^Every session loads about 1\.7k tokens from 3 files \(imports and unscoped rules included\), most of them from a\.md \d+, \.claude\/rules\/b\.md \d+ and CLAUDE\.md \d+; the budget is 1\.5k/,
    );
    assert.deepEqual(
      issue?.related?.map(({ path }) => path),
      ['/w/a.md', '/w/.claude/rules/b.md', '/w/CLAUDE.md'],
    );
    assert.deepEqual(await budget(1800), []);
    assert.deepEqual(await budget(), []);
  });

  it('have nothing to say of the essay, alone or beside a src folder', async () => {
    const text = readFileSync(join(__dirname, '../../fixtures/essay/CLAUDE.md'), 'utf8');
    assert.deepEqual(await lint(text), []);
    assert.deepEqual(await lint(text, { '/w/src/index.ts': '' }), []);
  });
});

describe('dead references', () => {
  it('find imports that lead nowhere, and what was meant', async () => {
    const text = '# P\n\nSee @docs/stlye.md and @docs/ok.md, @someone, @scope/pkg, @app.route, @~/mine.md.\n';
    const more = { '/w/docs/style.md': '', '/w/docs/ok.md': '' };
    assert.deepEqual(await found(text, more), ['reference/import @docs/stlye.md', 'project/accidental-import @someone']);
    const fix = (await lint(text, more))[0]?.fixes[0];
    assert.match(applyFixes(text, [fix?.edits ?? []]), /See @docs\/style\.md and/);
    assert.equal(fix?.safe, false);
  });

  it('find circles and chains of imports', async () => {
    const more = { '/w/a.md': '@b.md', '/w/b.md': '@c.md @CLAUDE.md', '/w/c.md': '@d.md', '/w/d.md': '@e.md', '/w/e.md': '' };
    assert.deepEqual(await found('@a.md\n', more), ['reference/import-cycle @a.md', 'reference/import-depth @a.md']);
    assert.deepEqual(await found('@a.md @c.md\n', { ...more, '/w/b.md': '@c.md' }), []);
    assert.deepEqual(await found('@b.md\n', { ...more, '/w/b.md': '@c.md' }), []);
  });

  it('find broken links, and let routes, hosts, anchors, ignored files and other repositories be', async () => {
    const text =
      '[a](docs/gone.md#x) [b](docs/ok.md) [c](https://x.y/z.md) [d](#top) [e](/quickstart.md) [f](out/x.md) [g](../../other/x.md) [h](url) [i](path/to/file.md) [j](./page)\n';
    assert.deepEqual(await found(text, { '/w/docs/ok.md': '', '/w/.gitignore': 'out/\n' }), ['reference/link docs/gone.md#x']);
    const fix = (await lint('[a](docs/moved.md#x)\n', { '/w/guide/moved.md': '' }))[0]?.fixes[0];
    assert.equal(fix?.edits[0]?.newText, 'guide/moved.md#x');
  });

  it('find dead paths that are surely paths of this repository', async () => {
    const more = { '/w/src/app.ts': '', '/w/packages/web/src/page/a.ts': '', '/w/.gitignore': 'src/generated/\n', '/w/packages/web/package.json': '{}' };
    const dead = ['src/gone.ts', './src/gone.ts', 'src/views/', 'src/gone.ts:12'];
    for (const path of dead) assert.deepEqual(await found(`Look at \`${path}\` first.\n`, more), [`reference/path ${path.replace(':12', '')}`], path);
    const fine = [
      'src/app.ts',
      'src/app.ts:3',
      'page/a.ts',
      'src/page/a.ts',
      'src/*.ts',
      'src/<name>.ts',
      'src/generated/x.ts',
      'lib/gone.ts',
      '@/src/x.ts',
      'src/x.Symbol',
      'and/or',
      'src/',
      '../src/gone.ts',
      'src/[id]/x.ts',
      'src/{a,b}.ts',
      'claude.ai/code',
      'https://x.y/src/z.ts',
    ];
    for (const path of fine) assert.deepEqual(await found(`Look at \`${path}\` first.\n`, more), [], path);
    assert.deepEqual(await found('Create `src/gone.ts` when you need it. Files such as `src/other.ts` are fine. We removed `src/old.ts`.\n', more), []);
    assert.deepEqual(await found('Look at `src/deep/b.ts`.\n', more, '/w/packages/web/CLAUDE.md'), ['reference/path src/deep/b.ts']);
    assert.deepEqual(await found('```\nsrc/gone.ts\n```\nand or/gone\n', more), []);
    assert.deepEqual(await found('Never edit src/gone.ts by hand.\n', more), ['reference/path src/gone.ts']);
  });

  it('find scripts that no package has', async () => {
    const more = {
      '/w/package.json': '{"scripts":{"build":"x","test:unit":"x"},"devDependencies":{"eslint":"1"}}',
      '/w/apps/a/package.json': '{"scripts":{"dev":"x"}}',
      '/w/broken/package.json': '{',
    };
    assert.deepEqual(
      await found(
        '`npm run biuld`, `pnpm run dev`, `npm run test:unit -- --watch`, `yarn run eslint`, `yarn run tsc`, `npm run <name>`.\n\n```sh\nyarn test:unti\nyarn run test:unti\n```\n',
        more,
      ),
      ['reference/script npm run biuld', 'reference/script yarn test:unti', 'reference/script yarn run test:unti'],
    );
    const text = 'Use `npm run biuld`.\n';
    assert.equal(applyFixes(text, [(await lint(text, more))[0]?.fixes[0]?.edits ?? []]), 'Use `npm run build`.\n');
    assert.deepEqual(await found(text), [], 'no package.json, no finding');
  });

  it('find targets that no makefile has, and say nothing where targets are computed', async () => {
    const makefile = 'CC := gcc\n.PHONY: lint\nbuild test: src\n\t@echo a: b\ninclude more.mk\n';
    const more = { '/w/Makefile': makefile, '/w/more.mk': 'deploy:\n', '/w/docs/x': '' };
    assert.deepEqual(await found('`make build`, `make tset`, `make lint deploy nothing`, `make docs`, `make`.\n', more), [
      'reference/target make tset',
      'reference/target nothing',
    ]);
    assert.deepEqual(await found('`make tset`\n', { '/w/Makefile': 'include $(wildcard *.mk)\n' }), []);
    assert.deepEqual(await found('`make tset`\n', { '/w/Makefile': '$(ALL): x\n' }), []);
    assert.deepEqual(await found('`make tset`\n', { '/w/Makefile': '%:\n\tgo $@\n' }), []);
    assert.deepEqual(await found('`make tset`\n', { '/w/Makefile': '$(OUT)/%.o $(shell ls a)/b.c: x\n' }), ['reference/target make tset']);
    assert.deepEqual(await found('`make tset`\n'), []);
  });
});
