import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Kept } from '../../../src/steering/kept';
import { MarkdownDocument, parseMarkdown, plainText } from '../../../src/steering/markdown';
import { readStages } from '../../../src/steering/stages';

const headings = (text: string) =>
  new MarkdownDocument(text).sections.filter((section) => section.depth > 0).map(({ depth, heading }) => `${depth} ${heading}`);

describe('cutting Markdown into sections', () => {
  it('finds headings as Markdown has them', () => {
    assert.deepEqual(headings('# A #\n\n##   B ##  \n\n#c\n\n### d#\n\n# #\n\nE\n=\n\nF\n---\n\n    # code\n\n####### seven\n'), [
      '1 A',
      '2 B',
      '3 d#',
      '1 ',
      '1 E',
      '2 F',
    ]);
    assert.deepEqual(headings('```\n# a\n```\n<!--\n# b\n-->\n# c `<!--`\n~~~\n# d'), ['1 c <!--']);
  });

  it('agrees with the parser on which lines are headings', () => {
    const line = fc.constantFrom('# A', '## B ##', '#c', 'text', '', '```', '~~~', '    code', '####### x', '# D #\t', '  ### E', '#\tF', '######', '# G # H');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join('\n\n');
        const parsed = parseMarkdown(text).children.flatMap((node) => (node.type === 'heading' ? [`${node.depth} ${plainText(node)}`] : []));
        assert.deepEqual(headings(text), parsed);
      }),
      { numRuns: 300 },
    );
  });

  it('covers the text without gaps, and comments are blanked out character for character', () => {
    const piece = fc.constantFrom('# A\n', '## B\r\n', 'text\n', '\n', '<!-- x -->', '<!--', '-->', '```\n', '`<!--`', '- a\n', '\r', 'word ');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const document = new MarkdownDocument(pieces.join(''));
        let at = 0;
        for (const section of document.sections) {
          assert.equal(section.from, at);
          at = section.to;
        }
        assert.equal(at, document.text.length);
        assert.equal(document.masked.length, document.text.length);
        const commented = (offset: number) => document.comments.some(({ from, to }) => from <= offset && offset < to);
        const fenced = (offset: number) => document.fences.some(({ from, to }) => from <= offset && offset < to);
        for (let offset = 0; offset < document.text.length; offset++) {
          assert.equal(document.isLiteral(offset), commented(offset) || fenced(offset));
          if (!commented(offset)) assert.equal(document.masked[offset], document.text[offset]);
        }
        assert.equal(document.without(document.comments, 0, document.text.length), [...document.text].filter((_, offset) => !commented(offset)).join(''));
      }),
      { numRuns: 300 },
    );
  });

  it('says where nothing can be added: in a fence or comment, and behind one that is never closed', () => {
    assert.equal(new MarkdownDocument('a\n<!--').swallows(6), true);
    assert.equal(new MarkdownDocument('a\n```\nb').swallows(7), true);
    assert.equal(new MarkdownDocument('a\n<!-- b -->').swallows(12), false);
    assert.equal(new MarkdownDocument('a\n<!-- b -->').swallows(2), false);
    assert.equal(new MarkdownDocument('a\n<!-- b -->').swallows(7), true);
  });
});

describe('what is kept of a text', () => {
  it('is made once while it is asked for, and gives way to what is', () => {
    const kept = new Kept<string>(2);
    const made: string[] = [];
    const make = (text: string) => {
      made.push(text);
      return text;
    };
    for (const text of ['a', 'a', 'b', 'c', 'a', 'd', 'e', 'a', 'b']) kept.of(text, make);
    assert.deepEqual(made, ['a', 'b', 'c', 'd', 'e', 'b']);
  });

  it('of a stage is the same as reading it anew, wherever it was moved to', () => {
    const stage = (number: number) =>
      `## Stage ${number}: Draft (Hiaku)\n\n- Input: notes, "a, b"\n- Task: Write.\n- Output: Text → out.md\n- Success: 100+ words, is kind\n- Checks:\n  - words: 3-5\n  - any of:\n    - json\n    - wrds: 3\n`;
    const read = (text: string) => {
      const problems: Parameters<typeof readStages>[1] = [];
      const document = new MarkdownDocument(text);
      return { stages: readStages(document, problems), problems, document };
    };
    fc.assert(
      fc.property(fc.nat(5), fc.nat(5), fc.nat(9999), (above, between, number) => {
        const text = `${'text\n'.repeat(above)}\n${stage(number)}${'\n'.repeat(between)}${stage(number)}`;
        const { stages, problems, document } = read(text);
        assert.equal(stages.length, 2);
        for (const { headingRange, titleRange, inputs, output, checks } of stages) {
          const at = (range: typeof headingRange) => text.slice(document.index.offsetAt(range.start), document.index.offsetAt(range.end));
          assert.equal(at(headingRange), `## Stage ${number}: Draft (Hiaku)`);
          assert.equal(at(titleRange), 'Draft');
          assert.deepEqual(
            inputs.map((input) => at(input.range)),
            ['notes', 'a, b'],
          );
          assert.equal(output && at(output.nameRange), 'Text');
          assert.match(at((checks[0] as (typeof checks)[0]).range), /words: 3-5/);
        }
        assert.equal(problems.length % 2, 0);
        stages[0]?.checks.pop();
        assert.equal(read(text).stages[0]?.checks.length, stages[1]?.checks.length);
      }),
      { numRuns: 50 },
    );
  });
});
