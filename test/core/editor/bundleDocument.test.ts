import assert from 'node:assert/strict';
import { assembleBundle } from '../../../src/bundle/bundle';
import { estimateTokens } from '../../../src/catalog/tokens';
import { bundleDocument, comparedDocument, type Mark, queryDocument } from '../../../src/editor/bundleDocument';
import { type BundleRow, bundleRows } from '../../../src/editor/bundleRows';
import { askedOf, keptOfRun } from '../../../src/editor/keptOfRun';
import { changesInWords, pieceChanges } from '../../../src/editor/pieceChanges';
import { percent, tokenBar } from '../../../src/editor/tokenBar';
import { planTask } from '../../../src/steering/plan';
import { loadTask } from '../../../src/steering/task';
import { MemoryFiles } from '../memoryFiles';

const context = (fields: string) => `# Task

## Stage 1: Outline (Haiku)

- Output: Outline

## Stage 2: Draft (Haiku)

${fields}
- Task: Write the draft about harbours.
`;

const files = {
  '/w/.git/HEAD': 'ref: refs/heads/main\n',
  '/w/CLAUDE.md': '# Rules\n\nBe brief.\n',
  '/w/notes.md': '# Notes\n\n## Harbours\n\nDeep.\n\n## Hills\n\nHigh.\n',
  '/w/task/own.md': '# Own\n\nOurs.\n',
  '/w/ARCHITECTURE.md': '# Architecture\n\n## Harbours\n\nHow the harbours are built.\n\n## Draft\n\nHow the draft of ships is measured.\n',
};

async function rowsOf(fields: string, more: Record<string, string> = {}) {
  const memory = new MemoryFiles({ ...files, ...more, '/w/task/CONTEXT.md': context(fields) });
  const plan = await planTask(await loadTask('/w/task/CONTEXT.md', memory), memory);
  const bundle = await assembleBundle(plan, 1, {
    files: memory,
    countTokens: (text) => estimateTokens(text),
    outputs: () => undefined,
    answers: new Map(),
    windowTokens: 200_000,
  });
  return { rows: bundleRows(plan, 1, bundle), bundle };
}

const row = (rows: readonly BundleRow[], source: string, heading: string | null = null) => {
  const found = rows.find((each) => each.source === source && each.heading === heading);
  assert.ok(found, `There is no row of ${source}: ${rows.map((each) => each.source).join(', ')}`);
  return found;
};
const offers = ({ offers: all }: BundleRow) => all.map(({ action, name }) => `${action} ${name}`);

describe('what can be done about a row of a bundle', () => {
  it('pins or leaves out what nobody named, by its path from the document', async () => {
    const { rows } = await rowsOf('- Input: Outline');
    assert.deepEqual(offers(row(rows, 'CLAUDE.md')), ['pin ../CLAUDE.md', 'leaveOut ../CLAUDE.md']);
    assert.deepEqual(offers(row(rows, 'ARCHITECTURE.md', 'Harbours')), ['pin ../ARCHITECTURE.md#Harbours', 'leaveOut ../ARCHITECTURE.md#Harbours']);
  });

  it('unpins what Context names, and leaves out a file that a pattern brought in', async () => {
    const { rows } = await rowsOf('- Input: Outline\n- Context: own.md, ../*.md');
    assert.deepEqual(offers(row(rows, 'task/own.md')), ['unpin own.md']);
    assert.deepEqual(offers(row(rows, 'notes.md')), ['unpin ../*.md', 'leaveOut ../notes.md']);
  });

  it('knows that Input names it', async () => {
    const { rows } = await rowsOf('- Input: Outline, ../notes.md#Hills');
    const hills = row(rows, 'notes.md', 'Hills');
    assert.deepEqual(offers(hills), ['leaveOut ../notes.md#Hills']);
    assert.equal(hills.offers[0]?.contradicts?.text, '../notes.md#Hills');
    assert.deepEqual(row(rows, 'Outline').offers, []);
  });

  it('takes back what was left out, whatever name did it', async () => {
    const { rows } = await rowsOf('- Input: Outline\n- Context: not CLAUDE.md, not ../ARCHITECTURE.md#Harbours');
    assert.deepEqual(offers(row(rows, 'CLAUDE.md')), ['takeBack CLAUDE.md']);
    assert.deepEqual(offers(row(rows, 'ARCHITECTURE.md', 'Harbours')), ['takeBack ../ARCHITECTURE.md#Harbours']);
  });

  it('offers nothing that would not be read back: a file whose name begins a section', async () => {
    const { rows } = await rowsOf('- Input: Outline\n- Context: *.md', { '/w/task/a#b.md': 'x' });
    assert.deepEqual(offers(row(rows, 'task/a#b.md')), []);
  });
});

describe('a bundle as a document', () => {
  const marked = (text: string, { line, from, to }: Mark) => text.split('\n')[line]?.slice(from, to);

  async function documentOf(fields: string, more?: Record<string, string>) {
    const { rows, bundle } = await rowsOf(fields, more);
    return {
      ...bundleDocument({ title: '2: Draft', bundle, rows, prompt: { system: 'Do it.', user: 'Now.' }, inputTokens: 900, model: 'some-model', sent: true }),
      rows,
      bundle,
    };
  }

  it('says how full it is, lists every row, and marks what leads to its lines', async () => {
    const { text, marks, rows } = await documentOf('- Input: Outline, ../notes.md#Hills\n- Context: not CLAUDE.md');
    assert.match(text, /^# Bundle of stage 2: Draft\n\n▰▱{9} \d+ of 60k tokens \(<1%\), estimated\n/);
    assert.match(text, /^\| +\d+ \| +\d+% \| leave out +\| `notes\.md#Hills` \(lines 7-9\) +\| named in Input \|$/m);
    assert.match(text, /## Left out\n\n\| Tokens \|[\s\S]*\| +\d+ \| take back +\| `CLAUDE\.md` +\| left out by Context: not … \|/);
    assert.match(text, /## Not there yet\n\n[\s\S]*\| `Outline` \|/);
    const open = marks.flatMap((mark) => ('path' in mark.target ? [`${marked(text, mark)} → ${mark.target.path}:${mark.target.lines}`] : []));
    assert.ok(open.includes('`notes.md#Hills` → /w/notes.md:7,9'), open.join('\n'));
    assert.equal(open.length, rows.length);
    const acts = marks.flatMap((mark) => ('row' in mark.target ? [`${marked(text, mark)} ${mark.target.action}`] : []));
    assert.deepEqual([...new Set(acts)].sort(), ['leave out leaveOut', 'pin pin', 'take back takeBack']);
  });

  it('has columns that stand in line', async () => {
    const { text } = await documentOf('- Input: Outline, ../notes.md, own.md');
    const [table = ''] = text.split('## ').filter((part) => part.includes('| Tokens'));
    const lines = table.split('\n').filter((line) => line.startsWith('|') && !line.includes('--'));
    assert.equal(lines.length, 6);
    const ends = lines.map((line) => [...line.matchAll(/\|/g)].map(({ index }) => index).slice(0, -1));
    for (const each of ends) assert.deepEqual(each, ends[0], table);
  });

  it('makes no link, element or column of what a file is called or says', async () => {
    const hostile = ['[free](command:workbench.action.quit).md', 'a`b` <img src=x>.md', 'a|b.md', '![x][y].md'];
    const heading = '[gift](command:evil) https://evil.example <a href="x">';
    const { text } = await documentOf(`- Input: Outline, ./*.md`, {
      ...Object.fromEntries(hostile.map((name) => [`/w/task/${name}`, 'x'])),
      '/w/ARCHITECTURE.md': `# A\n\n## Harbours ${heading}\n\nHow harbours are built.\n`,
    });
    const tables = (text.split('## What is sent')[0] as string).split('\n').filter((line) => line.startsWith('|'));
    for (const name of ['free', 'a`b`', 'a\\|b.md', 'x'])
      assert.ok(
        tables.some((line) => line.includes(name)),
        name,
      );
    for (const line of tables) {
      const outside = line.replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');
      assert.doesNotMatch(outside, /\]\(|\]\[|<|command:/, line);
      assert.doesNotMatch(line, /:\/\//, line);
    }
    const counts = tables.filter((line) => line.includes('named in Input')).map((line) => line.replace(/\\\|/g, '').split('|').length);
    assert.deepEqual([...new Set(counts)], [7]);
  });

  it('shows what is sent in a fence that it cannot close', async () => {
    const { rows, bundle } = await rowsOf('- Input: Outline');
    const user = 'a\n````\n[x](command:evil)\n```markdown\nend';
    const { text } = bundleDocument({ title: '2: Draft', bundle, rows, prompt: { system: 's', user }, inputTokens: 1, model: 'm', sent: true });
    assert.ok(text.endsWith(`## What is sent: user\n\n\`\`\`\`\`markdown\n${user}\n\`\`\`\`\`\n`), text);
  });

  it('tells what another stage reads from the cache', async () => {
    const { rows, bundle } = await rowsOf('- Input: Outline');
    const view = { title: '2: Draft', bundle, rows, prompt: { system: 's', user: 'u' }, inputTokens: 1, model: 'm', sent: true };
    assert.match(bundleDocument({ ...view, reused: { tokens: 1200, with: 3 } }).text, /first 1\.2k are those of stage 3/);
    assert.doesNotMatch(bundleDocument(view).text, /stage 3/);
  });

  it('says for which item it is shown, or that nothing is sent', async () => {
    const { rows, bundle } = await rowsOf('- Input: Outline');
    const view = { title: '2: Draft', bundle, rows, prompt: { system: 's', user: 'u' }, inputTokens: 1, model: 'm', sent: true };
    const item = { name: 'Question', value: '[x](command:evil)\nhow?', number: 1, of: 7 };
    assert.match(bundleDocument({ ...view, each: 'Question in List', item }).text, /^- Shown for Question 1 of 7: `\[x\]\(command:evil\) how\?`$/m);
    assert.match(bundleDocument({ ...view, each: 'Question in List' }).text, /list is not known yet/);
    const code = bundleDocument({ ...view, sent: false, model: 'code' }).text;
    assert.match(code, /Nothing of it is sent/);
    assert.doesNotMatch(code, /What is sent/);
  });

  it('names the places of secrets, and leads there', async () => {
    const { rows, bundle } = await rowsOf('- Input: Outline');
    const secrets = [{ source: 'notes.md', path: '/w/notes.md', line: 7, kind: 'an AWS access key', hash: 'h' }];
    const document = bundleDocument({
      title: '2',
      bundle: { ...bundle, secrets },
      rows,
      prompt: { system: 's', user: 'u' },
      inputTokens: 1,
      model: 'm',
      sent: true,
    });
    assert.match(document.text, /not sent as it is[\s\S]*^- `notes\.md`, line 7: an AWS access key$/m);
    const mark = document.marks.find((each) => marked(document.text, each) === '`notes.md`, line 7');
    assert.deepEqual(mark?.target, { path: '/w/notes.md', lines: [7, 7] });
  });
});

describe('documents that are compared', () => {
  it('have the same line for the same piece, whatever else is in', async () => {
    const lines = async (fields: string) => {
      const { rows, bundle } = await rowsOf(fields);
      const view = { title: '2: Draft', bundle, rows, prompt: { system: 's', user: 'u' }, inputTokens: 1, model: 'm', sent: true };
      return comparedDocument(view)
        .text.split('\n')
        .filter((line) => line.startsWith('- `'));
    };
    const one = await lines('- Input: Outline');
    const other = await lines('- Input: Outline, ../notes.md\n- Context: not CLAUDE.md');
    assert.deepEqual(
      one.filter((line) => !other.includes(line)).map((line) => line.split(':')[0]),
      ['- `CLAUDE.md`'],
    );
    assert.equal(other.filter((line) => line.startsWith('- `CLAUDE.md`')).length, 1, 'Among what is left out.');
  });

  it('tell what a run keeps, in fences, and what there was not', () => {
    const text = keptOfRun('Stage 2: [x](command:evil)', {
      when: 'as it is now',
      model: 'm',
      fingerprint: '',
      answers: new Map([['topic', '```\nships']]),
      outputs: [
        { title: 'Stage 1: Outline', text: undefined },
        { title: 'Stage 0: Notes', text: 'a\n' },
      ],
    });
    assert.match(text, /^# Stage 2: \[x\] \(command:evil\), as it is now\n/);
    assert.ok(text.includes('## Answer: topic\n\n````\n```\nships\n````\n'), text);
    assert.ok(text.includes('## Stage 1: Outline\n\nNothing.\n\n## Stage 0: Notes\n\n```\na\n```\n'), text);
  });

  it('tell the pieces that were sent where a run kept them, and which came, went and changed', () => {
    const piece = (source: string, text: string | undefined, lines: [number, number] | null = null) => ({
      ...{ source, heading: null, lines, outline: false, tokens: 1, reason: 'named in Input', whole: !lines, stable: false },
      ...(text === undefined ? {} : { text }),
    });
    const then = [piece('a.md', 'A'), piece('b.ts', 'B', [10, 40]), piece('c.md', 'C'), piece('gone.md', 'G'), piece('lost.md', undefined)];
    const now = [piece('a.md', 'A2'), piece('b.ts', 'B', [12, 42]), piece('c.md', 'C'), piece('new.md', 'N'), piece('lost.md', 'L')];
    const changes = pieceChanges(then, now);
    assert.deepEqual(changes, { added: ['new.md'], gone: ['gone.md'], changed: ['a.md', 'lost.md'], same: 2 });
    const renumbered = pieceChanges(
      [piece('stage:1 Outline', 'O'), piece('stage:2 Draft', 'D')],
      [piece('stage:2 Outline', 'O'), piece('stage:3 Draft', 'D2')],
    );
    assert.deepEqual(renumbered, { added: [], gone: [], changed: ['stage:3 Draft'], same: 1 });
    const side = {
      when: 'as it is now',
      model: 'm',
      fingerprint: 'f',
      answers: new Map(),
      outputs: [],
      pieces: now,
      changes: changesInWords(changes),
      asked: 'Do it.',
    };
    const text = keptOfRun('Stage 2: x', side);
    assert.ok(text.includes('- Pieces, against the last run: 1 added (new.md), 1 gone (gone.md), 2 changed (a.md, lost.md), 2 as they were\n'), text);
    assert.ok(text.includes('## 5 pieces\n\n- a.md: named in Input\n- b.ts:12-42: named in Input\n'), text);
    assert.ok(text.includes('## Piece: b.ts:12-42\n\n```\nB\n```\n') && text.includes('## What is asked\n\n```\nDo it.\n```\n'), text);
    assert.ok(keptOfRun('Stage 2: x', { ...side, pieces: then }).includes('## Piece: lost.md\n\nIts text is not kept any more.\n'));
    assert.equal(askedOf({ system: '<documents>\na\n</documents>\n\nBe brief.', user: 'Do it.' }), 'Be brief.\n\nDo it.');
  });
});

describe('what fits a query, as a document', () => {
  it('says so where nothing fits, or not even the best part', () => {
    const nothing = { query: 'zz', budget: 100, tokens: 0, text: '' };
    assert.match(queryDocument(nothing, []).text, /No file fits these words/);
    assert.match(queryDocument({ ...nothing, least: 900 }, []).text, /The best part alone takes 900 of 100 tokens/);
  });
});

describe('the bar of a budget', () => {
  it('is empty only for nothing and full only for all of it', () => {
    assert.deepEqual(
      [0, 1, 30, 99, 100, 120].map((tokens) => tokenBar(tokens, 100)),
      ['▱▱▱▱▱', '▰▱▱▱▱', '▰▰▱▱▱', '▰▰▰▰▱', '▰▰▰▰▰', '▰▰▰▰▰'],
    );
    assert.equal(tokenBar(0, 0), '▱▱▱▱▱');
    assert.equal(tokenBar(5, 0), '▰▰▰▰▰');
    assert.deepEqual([percent(0, 10), percent(1, 1000), percent(999, 1000), percent(10, 10)], ['0%', '<1%', '99%', '100%']);
  });
});
