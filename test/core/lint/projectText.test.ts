import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LintFacts } from '../../../src/lint/issue';
import { fixAll, lintText } from '../../../src/lint/linter';
import { MemoryFiles } from '../memoryFiles';

async function lint(text: string, more: Record<string, string> = {}, path = '/w/CLAUDE.md', facts: LintFacts = {}) {
  return lintText({ path, text, files: new MemoryFiles({ '/w/.git/HEAD': '', [path]: text, ...more }), facts });
}

/** `rule text` of each issue of one rule, or of the kind project/ and file/. */
async function found(text: string, more: Record<string, string> = {}, path?: string, facts?: LintFacts): Promise<string[]> {
  const lines = text.split('\n');
  return (await lint(text, more, path, facts))
    .filter(({ rule }) => /^(?:project|file)\//.test(rule))
    .map(
      ({ rule, range: { start, end } }) =>
        `${rule.replace(/^\w+\//, '')} ${(lines[start.line] as string).slice(start.character, start.line === end.line ? end.character : undefined)}`,
    );
}

const said = 'Always store prices as whole cents, never as floats.';

describe('what project files say', () => {
  it('twice is found in one file, and in files that are loaded together', async () => {
    assert.deepEqual(await found(`# P\n\n- ${said}\n- **${said}**\n`), [`repeated-instruction **${said}**`]);
    const [issue] = await lint(`# P\n\n${said}\n`, { '/w/.claude/rules/money.md': `# Money\n\n${said}\n` }, '/w/.claude/rules/z.md');
    assert.match(issue?.message ?? '', /in \.claude\/rules\/money\.md, which is loaded together/);
    assert.deepEqual(issue?.related?.[0], {
      path: '/w/.claude/rules/money.md',
      range: { start: { line: 2, character: 0 }, end: { line: 2, character: said.length } },
      message: 'It is said here first.',
    });
    assert.deepEqual(await found(`@style.md\n\n${said}\n`, { '/w/style.md': `${said}\n` }), [`repeated-instruction ${said}`]);
  });

  it('twice is fine in files that are not, in code, in tables, in headings, and where it leads to code', async () => {
    assert.deepEqual(await found(`${said}\n`, { '/w/AGENTS.md': `${said}\nSee CLAUDE.md.\n` }), []);
    assert.deepEqual(await found(`${said}\n`, { '/w/style.md': `${said}\n` }), []);
    assert.deepEqual(await found(`${said}\n\n\`\`\`\n${said}\n\`\`\`\n\n| ${said} |\n\n## ${said}\n`), []);
    assert.deepEqual(await found(`${said}\n\n## B\n\n${said}\n\`\`\`\nx\n\`\`\`\n`), []);
    assert.deepEqual(await found('Run the tests.\n\nRun the tests.\n'), []);
    assert.deepEqual(await found(`${said}\n\n<!-- begin:ctx -->\n\n${said}\n\n<!-- end:ctx -->\n`), []);
    assert.deepEqual(await found(`${said}\n\n<!-- ctx -->\n\n${said}\n\n<!-- /ctx -->\n`), []);
  });

  it('in a block that was copied is one finding', async () => {
    const block = `- ${said}\n- Never round an amount before it is shown to anyone.\n- You must name the currency wherever an amount is shown.\n`;
    const issues = (await lint(`# A\n\n${block}\n# B\n\n${block}`)).filter(({ rule }) => rule === 'project/repeated-instruction');
    assert.equal(issues.length, 1);
    assert.match(issues[0]?.message ?? '', /and the 2 after it stand in line 3/);
  });

  it('contradicts itself only word for word and without condition', async () => {
    assert.deepEqual(await found('- Use default exports.\n- Never use default exports.\n'), ['contradiction Never use default exports.']);
    assert.deepEqual(await found('- Never use default exports.\n', { '/w/.claude/rules/a.md': 'Always use default exports.\n' }, '/w/.claude/rules/b.md'), [
      'contradiction Never use default exports.',
    ]);
    for (const text of [
      '- Use default exports.\n- Never use default exports in libraries.\n',
      '- Use mocks.\n- Never use mocks unless the network is involved.\n',
      '## Good\n\n- Use default exports.\n\n## Bad\n\n- Never use default exports.\n',
      '- Use `any`.\n- Do not run it.\n',
    ])
      assert.deepEqual(await found(text), [], text);
  });

  it('names two tools for one job, or a command of one that is ruled out', async () => {
    assert.deepEqual(await found('- Use pnpm.\n- Use npm for dependencies.\n'), ['rival-tools Use npm for dependencies.']);
    assert.deepEqual(await found('- Use tabs.\n- Use 2 spaces for indentation.\n'), ['rival-tools Use 2 spaces for indentation.']);
    assert.deepEqual(await found('Use pnpm, not npm or yarn.\n\nRun `npm install` first.\n\n```sh\nyarn add x\npnpm add x\n```\n'), [
      'rival-tools npm install',
      'rival-tools yarn add',
    ]);
    assert.deepEqual(await found('Use pnpm.\n\nUse pnpm, not npm.\n\n`npm ci`\n'), ['rival-tools npm ci']);
    const [once, ...more] = (await lint('Use pnpm, not npm.\n\n```sh\nnpm ci\nnpm test\nnpm run x\n```\n')).filter(
      ({ rule }) => rule === 'project/rival-tools',
    );
    assert.equal(more.length, 0, 'one finding for each tool');
    assert.match(once?.message ?? '', /^`npm ci` is a command of npm, .* rules out, as in 2 more places: write it for pnpm\.$/);
    assert.deepEqual(
      once?.related?.map(({ range }) => range.start.line),
      [0, 4, 5],
    );
    for (const text of [
      'Use pnpm, not npm.\n\nDo not run `npm install`.\n',
      'Use pnpm, not npm.\n\n```sh\n# wrong\nnpm install\n```\n',
      'Use pnpm, not npm.\n\nRelease with `npm publish`.\n',
      '## P\n\n### Web\n\nUse pnpm.\n\n### Server\n\nUse yarn.\n',
      'Use pnpm.\n\nUse npm when you publish.\n',
      'Use pnpm.\n\nUse pnpm for dependencies.\n',
      'Use pnpm.\n\nRun `npm install` in the example.\n',
    ])
      assert.deepEqual(await found(text), [], text);
  });

  it('is a wish or filler only where it says nothing else', async () => {
    assert.deepEqual(await found('- Handle errors gracefully.\n- Be helpful.\n'), ['unverifiable Handle errors gracefully.', 'filler Be helpful.']);
    assert.deepEqual(await found('Handle errors gracefully. A failed payment keeps its basket.\n\nLong comments are less likely to be helpful.\n'), []);
  });

  it('cries out too often', async () => {
    const loud = (count: number, of: number) => Array.from({ length: of }, (_, i) => `- ${i < count ? 'NEVER do' : 'Do'} thing ${i}.\n`).join('');
    assert.deepEqual(await found(loud(8, 20)), ['overused-emphasis NEVER']);
    assert.deepEqual(await found(loud(20, 150)), ['overused-emphasis NEVER']);
    assert.deepEqual(await found(loud(7, 10)), []);
    assert.deepEqual(await found(loud(19, 150)), []);
  });
});

describe('what project files load', () => {
  it('is asked for by name in vain', async () => {
    const more = { '/w/AGENTS.md': 'Do it.\n', '/w/docs/a.md': '' };
    for (const text of ['See AGENTS.md\n', 'Read [the rules](AGENTS.md).\n', '# P\n\nAlways read `AGENTS.md` before starting any work.\n'])
      assert.match((await found(text, more)).join(), /^bare-pointer (?:AGENTS\.md|\[the rules\]\(AGENTS\.md\)|`AGENTS\.md`)$/, text);
    const long = `# P\n\n${'Prices are whole cents. '.repeat(20)}\n\n`;
    for (const text of [
      '@AGENTS.md\n\nRead AGENTS.md first.\n',
      `${long}See AGENTS.md.\n`,
      'Read docs/a.md when you change the checkout.\n',
      'For details see docs/a.md.\n',
      'Read docs/gone.md first.\n',
      'Before changing the database, read docs/a.md.\n',
    ])
      assert.deepEqual(await found(text, { '/w/docs/a.md': '', '/w/AGENTS.md': 'See CLAUDE.md.' }), [], text);
    assert.deepEqual(await found('Read docs/a.md first.\n', more, '/w/AGENTS.md'), []);
  });

  it('is not an AGENTS.md that says more', async () => {
    const agents = { '/w/AGENTS.md': '# A\n\nPrices are whole cents. Dates are days.\n' };
    assert.deepEqual(await found('# P\n\nRun `make`.\n', agents), ['shadowed-agents # P']);
    assert.deepEqual(await found('# P\n\nRun `make`.\n', agents, undefined, { agentsFile: 'always' }), []);
    assert.deepEqual(await found('# P\n\n@AGENTS.md\n', agents), []);
    assert.deepEqual(await found('# P\n\nRun `make`. See AGENTS.md for money and dates.\n'.repeat(9), agents), []);
    assert.deepEqual(await found('# P\n\nPrices are whole cents. Dates are days.\n', agents), []);
    assert.deepEqual(await found('# P\n', { '/w/AGENTS.md': '# A\n\nEverything is said in CLAUDE.md, the file beside this one.\n' }), []);
  });

  it('is scoped by patterns that can match and do', async () => {
    const rule = (paths: string) => `---\npaths: ${paths}\n---\n\n# R\n`;
    const more = { '/w/web/src/a.ts': '', '/w/api/b.py': '', '/w/.gitignore': 'tmp/\n' };
    const of = (paths: string) => found(rule(paths), more, '/w/.claude/rules/r.md');
    for (const fine of [
      '"web/**"',
      '"**/*.{ts,tsx}"',
      '"web/src/*.ts, api/**"',
      '["api/*.py"]',
      '"tmp/**"',
      '"dist/**"',
      '"*.ts"',
      '"/web/"',
      '"!web/x"',
      '"src/*.ts"',
    ])
      assert.deepEqual(await of(fine), fine === '"src/*.ts"' ? ['unmatched-paths src/*.ts'] : [], fine);
    for (const broken of ['web/{a,b/**', 'web/[ab', 'web\\src\\a.ts', '../web/**', '~/web/**', 'a{1..40}{1..40}'])
      assert.deepEqual(await of(`'${broken}'`), [`invalid-paths ${broken}`], broken);
    const [issue] = await lint(rule('"wbe/**"'), more, '/w/.claude/rules/r.md');
    assert.equal(issue?.fixes[0]?.edits[0]?.newText, 'web/**');
    assert.equal((await lint(rule('"src/**"'), more, '/w/.claude/rules/r.md'))[0]?.fixes[0]?.edits[0]?.newText, 'web/src/**');
  });

  it('is imported once, and a file that another import loads is there already', async () => {
    const more = { '/w/a.md': '@b.md', '/w/b.md': '' };
    const text = '@a.md\n\n@b.md\n';
    assert.deepEqual(await found(text, more), ['duplicate-import @b.md']);
    assert.equal(fixAll(text, await lint(text, more)), text, 'that is for a person to decide');
  });

  it('is scoped by patterns with or without quotes', async () => {
    const text = '---\npaths: **/*.ts\n---\n# P\n';
    const more = { '/w/src/a.ts': '' };
    const [issue, ...others] = await lint(text, more, '/w/.claude/rules/r.md');
    assert.deepEqual([issue?.rule, issue?.severity, others], ['project/front-matter', 'warning', []]);
    const mended = fixAll(text, issue ? [issue] : []);
    assert.equal(mended, text.replace('**/*.ts', '"**/*.ts"'));
    assert.deepEqual(await lint(mended, more, '/w/.claude/rules/r.md'), []);
  });

  it('is taken out only where nothing leads up to it, and leaves no gap', async () => {
    const more = { '/w/a.md': '' };
    const fixed = async (text: string) => fixAll(text, await lint(text, more));
    assert.equal(await fixed('@a.md\n\nText.\n\n@a.md\n\nMore.\n'), '@a.md\n\nText.\n\nMore.\n');
    assert.equal(await fixed('- @a.md\n- @a.md\n- Text.\n'), '- @a.md\n- Text.\n');
    assert.equal(await fixed('@a.md\n\nFor beginners:\n- @a.md\n- @a.md'), '@a.md\n\nFor beginners:\n- @a.md');
    for (const kept of ['@a.md\n\n- For beginners:\n  - @a.md\n', '@a.md\n\nAlso read:\n\n@./a.md\n\n## More\n', '@a.md\n\n@./a.md\n---\n\nText.\n'])
      assert.equal(await fixed(kept), kept);
  });

  it('is no code, indented or between backticks that do not pair', async () => {
    const none = async (text: string) => assert.deepEqual(await found(text), [], text);
    await none('Run:\n\n    @indented/code here\n\n    @more/code\n\nText.\n');
    await none('# P\n\tx\n\n\t@tabbed/code\n');
    await none('Quote ` or `@x/one` and @y/two.\n');
    assert.deepEqual(await found('- Item:\n\n    @in/list\n'), ['accidental-import @in/list']);
    assert.deepEqual(await found('Text\n    @goes/on\n'), ['accidental-import @goes/on']);
  });

  it('is a document even where its ending was left out', async () => {
    const [issue, ...others] = await lint('See @docs/style.\n', { '/w/docs/style.md': '' });
    assert.deepEqual([issue?.rule, issue?.fixes[0]?.edits[0]?.newText, others], ['reference/import', '@docs/style.md', []]);
  });

  it('is no package, handle or folder, and its fix puts it in backticks once', async () => {
    const text = '# @my/title\n\nTypes of @types/node, written by @alice; see @docs.\n';
    const issues = await lint(text, { '/w/docs/a.md': '' });
    assert.deepEqual(
      issues.map(({ rule }) => rule),
      ['project/accidental-import'],
    );
    const mended = fixAll(text, issues);
    assert.equal(mended, '# @my/title\n\nTypes of `@types/node`, written by `@alice`; see `@docs`.\n');
    assert.deepEqual(await lint(mended, { '/w/docs/a.md': '' }), []);
  });

  it('holds no secret, and no message says one', async () => {
    const secret = `ghp_${'qZ8rT2mK5vB9'.repeat(3)}`;
    for (const path of ['/w/CLAUDE.md', '/w/VOICE.md', '/w/CONTEXT.md', '/w/ARCHITECTURE.md']) {
      const issues = await lint(`# P\n\nUse ${secret}.\n`, {}, path);
      const issue = issues.find(({ rule }) => rule === 'file/secret');
      assert.deepEqual(issue?.range, { start: { line: 2, character: 4 }, end: { line: 2, character: 4 + secret.length } });
      assert.equal(issue?.severity, 'error');
      assert.ok(!JSON.stringify(issues).includes(secret));
    }
  });

  it('never makes a rule fail, whatever stands there', async () => {
    const word = fc.constantFrom(
      '@a.md',
      '@x',
      '`',
      '**',
      'Use pnpm',
      'not npm',
      '.',
      '\n',
      '\n- ',
      '\n\n',
      '# ',
      '| ',
      '```\n',
      '<!--',
      '-->',
      'Always read b.md first',
      'NEVER',
      '---\n',
      'paths: "{"\n',
      '[your x]',
      '\u0000',
      '\uFEFF',
      'é',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 40 }), fc.constantFrom('/w/CLAUDE.md', '/w/.claude/rules/a.md', '/w/AGENTS.md'), async (words, path) => {
        const text = words.join(' ');
        const issues = await lint(text, { '/w/a.md': text, '/w/b.md': '' }, path);
        const mended = fixAll(text, issues);
        assert.equal(
          fixAll(
            mended,
            (await lint(mended, { '/w/a.md': text, '/w/b.md': '' }, path)).filter(({ rule }) => rule === 'project/accidental-import'),
          ),
          mended,
        );
      }),
      { numRuns: 150 },
    );
  });
});
