import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fittedFix } from '../../../src/lint/fixes';
import { ignoreHere } from '../../../src/lint/ignores';
import type { Issue, LintFacts } from '../../../src/lint/issue';
import { lintText, type RuleSettings } from '../../../src/lint/linter';
import { readFrontMatter } from '../../../src/steering/frontMatter';
import { MarkdownDocument } from '../../../src/steering/markdown';
import { applyEdits, LineIndex } from '../../../src/text';
import { MemoryFiles } from '../memoryFiles';

const workspace = { '/w/.git/HEAD': '', '/w/package.json': '{"scripts":{"build":"x"}}', '/w/src/a.ts': '', '/w/Makefile': 'all:\n' };

function lint(text: string, path = '/w/CLAUDE.md', settings: RuleSettings = {}, facts: LintFacts = {}): Promise<Issue[]> {
  return lintText({ path, text, files: new MemoryFiles(workspace), settings, facts });
}

/** `line rule` of each issue, lines from 1. */
async function found(...args: Parameters<typeof lint>): Promise<string[]> {
  return (await lint(...args)).map(({ rule, range }) => `${range.start.line + 1} ${rule}`);
}

/** Put together here, so that no scanner takes this file for a leak. */
const token = `ghp_${'qZ8rT2mK5vB9'.repeat(3)}`;
const dead = 'See `src/gone.ts`.';

describe('ignore comments', () => {
  it('cover several rules, with a reason or without', async () => {
    const both = `${dead} Run \`npm run biuld\`.`;
    assert.deepEqual(await found(`<!-- haiku-first-ignore reference/path, reference/script -->\n${both}\n`), []);
    assert.deepEqual(await found(`<!-- haiku-first-ignore reference/path,reference/script both come with the next release -->\n${both}\n`), []);
    assert.deepEqual(await found(`<!-- haiku-first-ignore reference/path reference/script is another matter -->\n${both}\n`), ['2 reference/script']);
  });

  it('say so where they name no rule', async () => {
    assert.deepEqual(await found(`<!-- haiku-first-ignore -->\n${dead}\n`), ['1 file/unknown-rule', '2 reference/path']);
    assert.deepEqual(await found(`<!-- haiku-first-ignore-file -->\n\n<!-- haiku-first-ignore as it is old -->\ntext\n`), [
      '1 file/unknown-rule',
      '3 file/unknown-rule',
    ]);
    assert.deepEqual(await found('Write `<!-- haiku-first-ignore -->` above it. <!-- haiku-first-ignored is no such comment -->\n'), []);
  });

  it('cover all rules of a kind', async () => {
    assert.deepEqual(await found(`<!-- haiku-first-ignore reference/* generated -->\n${dead} Run \`npm run biuld\`.\n${dead}\n`), ['3 reference/path']);
    assert.deepEqual(await found(`<!-- haiku-first-ignore-file reference/* -->\n\n${dead}\n`), []);
    assert.deepEqual(await found(`<!-- haiku-first-ignore voice/* -->\n${dead}\n`), ['2 reference/path']);
  });

  it('cover all of the fenced code they stand before', async () => {
    const fenced = '```bash\nnpm run build\nnpm run biuld\n```\n';
    assert.deepEqual(await found(`# P\n\n${fenced}`), ['5 reference/script']);
    assert.deepEqual(await found(`# P\n\n<!-- haiku-first-ignore reference/script -->\n${fenced}\nThen \`npm run biuld\`.\n`), ['9 reference/script']);
  });

  it('do nothing in fenced code, where a model would read them', async () => {
    assert.deepEqual(await found(`\`\`\`md\n<!-- haiku-first-ignore-file reference/path -->\n\`\`\`\n${dead}\n`), ['4 reference/path']);
  });

  const places: [string, string][] = [
    ['a paragraph', `# P\n\n${dead}\n`],
    ['the middle of a paragraph', `# P\n\nSome text\n${dead}\nand more of it.\n`],
    ['a list', `- a\n- ${dead}\n- c\n`],
    ['a numbered list', `1. a\n2. ${dead}\n`],
    ['a line that goes on in a list', `- a\n  ${dead}\n- b\n`],
    ['a table', `| a | b |\n|---|---|\n| c | ${dead} |\n| d | e |\n`],
    ['the header of a table', `| a | ${dead} |\n|---|---|\n| c | d |\n`],
    ['a quote', `> a\n> ${dead}\n`],
    ['a heading', `# P\n\n## ${dead}\n\ntext\n`],
    ['fenced code', '# P\n\n```bash\nnpm run build\nnpm run biuld\n```\n'],
    ['fenced code in a list', '- Run\n\n  ```bash\n  npm run biuld\n  ```\n- more\n'],
    ['a line that ends in blanks', `- ${dead}  \n  more\n`],
    ['a line that ends in a hard break', `Some text\nand ${dead}\\\nand more of it.\n`],
    ['the first line of a code span', `Some text, \`npm run biuld and\nmore\` of it.\n`],
    ['the middle of a code span', `Some text\nand \`some\n${token} and\nmore\` of it.\n`],
    ['a line behind a code span', `- Some \`code\n  more\` of it. ${dead}\n- b\n`],
    ['indented code', `# P\n\nText.\n\n    a\n\n    ${token}\n\nText.\n`],
    ['a comment of several lines', `Text.\n\n<!--\nkey:\n${token}\n-->\n\nText.\n`],
    ['a comment that begins in a line', `Text <!--\nkey:\n${token}\n-->\n\nText.\n`],
    ['the last line, unended', `# P\n\n${dead}`],
    ['a document with CRLF', `# P\r\n\r\n${dead}\r\n`],
    ['front matter', '---\npaths: [src/**\n---\n# P\n\ntext\n'],
    ['front matter that is all there is', '---\npaths: [src/**\n---'],
  ];
  for (const [where, text] of places) {
    it(`can be written for an issue in ${where}, and break nothing`, async () => {
      const [issue, ...others] = await lint(text);
      assert.ok(issue, 'there is an issue');
      const ignored = applyEdits(text, [ignoreHere(new MarkdownDocument(text), issue)]);
      assert.deepEqual(
        (await lint(ignored)).map(({ rule }) => rule),
        others.map(({ rule }) => rule),
        ignored,
      );
      if (text.includes('\r\n')) assert.equal(/[^\r]\n/.test(ignored), false, 'line ends are kept');
      const blocks = (document: string) => {
        const markdown = new MarkdownDocument(document, readFrontMatter(document).bodyFrom);
        return markdown.blocks(markdown.bodyFrom, document.length).nodes.map((node) => node.type);
      };
      assert.deepEqual(blocks(ignored), blocks(text), ignored);
    });
  }
});

describe('ignore comments that are wrong', () => {
  it('name no rule: the nearest is offered', async () => {
    const text = `<!-- haiku-first-ignore reference/paht -->\n${dead}\n`;
    const [issue] = await lint(text);
    assert.equal(issue?.rule, 'file/unknown-rule');
    assert.match(issue?.message ?? '', /Did you mean reference\/path/);
    assert.deepEqual(await found(applyEdits(text, issue?.fixes[0]?.edits ?? [])), []);
    assert.deepEqual(await found(`<!-- haiku-first-ignore nothing/* -->\ntext\n`), ['1 file/unknown-rule']);
  });

  it('ignore nothing: they are taken out, and what else stands there stays', async () => {
    const cases = [
      ['# P\n\n<!-- haiku-first-ignore project/filler we mean it -->\ntext\n', '# P\n\ntext\n'],
      ['# P\r\n\r\n<!-- haiku-first-ignore project/filler -->\r\ntext\r\n', '# P\r\n\r\ntext\r\n'],
      ['- text <!-- haiku-first-ignore project/filler -->\n- b\n', '- text\n- b\n'],
      [`<!-- haiku-first-ignore project/filler, reference/path why -->\n${dead}\n`, `<!-- haiku-first-ignore reference/path why -->\n${dead}\n`],
      [`<!-- haiku-first-ignore reference/path, project/filler why -->\n${dead}\n`, `<!-- haiku-first-ignore reference/path why -->\n${dead}\n`],
      ['text\n\n<!-- haiku-first-ignore project/filler -->', 'text\n\n'],
    ] as const;
    for (const [text, wanted] of cases) {
      const [issue, ...others] = await lint(text);
      assert.equal(issue?.rule, 'file/unused-ignore', text);
      assert.deepEqual(others, []);
      assert.equal(applyEdits(text, issue.fixes[0]?.edits ?? []), wanted);
      assert.equal(issue.fixes[0]?.safe, false, 'a reason someone wrote is not thrown away unseen');
      assert.deepEqual(await found(wanted), []);
    }
  });

  it('are let be where their silence says nothing', async () => {
    assert.deepEqual(await found('<!-- haiku-first-ignore reference/path made by the build -->\n`src/a.ts`\n'), [], 'what is there differs by machine');
    assert.deepEqual(await found('<!-- haiku-first-ignore project/filler -->\ntext\n', '/w/CLAUDE.md', { 'project/filler': 'off' }), [], 'the rule is off');
    assert.deepEqual(await found('<!-- haiku-first-ignore project/* -->\ntext\n'), [], 'a whole kind');
    const task = '# T\n\n<!-- haiku-first-ignore-file context/over-budget -->\n';
    const unused = (facts: LintFacts) =>
      lint(task, '/w/CONTEXT.md', {}, facts).then((issues) => issues.filter(({ rule }) => rule === 'file/unused-ignore').length);
    assert.equal(await unused({}), 0, 'the rule lacked a fact');
    assert.equal(await unused({ estimate: () => ({ inputTokens: 1, outputTokens: 1, usd: 0 }) }), 1);
  });

  it('stand too low for a whole file', async () => {
    const [issue] = await lint(`# P\n\ntext\n\n<!-- haiku-first-ignore-file reference/path -->\n${dead}\n`);
    assert.match(issue?.message ?? '', /only at the top/);
    assert.equal(issue?.range.start.line, 4);
  });

  it('can be ignored themselves', async () => {
    assert.deepEqual(await found('<!-- haiku-first-ignore file/unused-ignore, project/filler kept on purpose -->\ntext\n'), []);
  });

  it('offer edits that can be made, whatever stands around them', async () => {
    const bits = fc.constantFrom(
      '<!-- haiku-first-ignore ',
      '<!-- haiku-first-ignore-file ',
      'project/filler',
      'project/*',
      'x/y',
      ', ',
      ' ',
      ' why',
      '-->',
      '\n',
      '\r\n',
      '- ',
      '`',
      '# P\n',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bits, { maxLength: 25 }), async (parts) => {
        const text = parts.join('');
        const index = new LineIndex(text);
        for (const issue of await lint(text)) for (const fix of issue.fixes) assert.deepEqual(fittedFix(index, fix), fix);
      }),
      { numRuns: 300 },
    );
  });
});
