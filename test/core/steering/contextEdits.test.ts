import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readContext } from '../../../src/steering/context';
import { listInContext, setBudget, unlistFromContext } from '../../../src/steering/contextEdits';
import { applyEdits, type TextEdit } from '../../../src/text';

const path = '/w/CONTEXT.md';

/** A document whose second stage has these fields. */
function documentOf(fields: string, end = '\n'): string {
  const lines = `# Task\n\n## Stage 1: Outline (Haiku)\n\n- Input: notes.md\n- Output: Outline\n\n## Stage 2: Draft (Haiku)\n\n${fields}\n\n## Stage 3: Polish (Opus)\n\n- Input: Draft\n- Context: VOICE.md\n- Budget: 6k\n`;
  return lines.replaceAll('\n', end);
}

const fieldsOf = (text: string) => text.split(/## Stage 2: .*\n\n/)[1]?.split('\n\n## Stage 3')[0];
const applied = (text: string, edits: TextEdit[] | undefined) => {
  assert.ok(edits, 'There is no way to write it.');
  return applyEdits(text, edits);
};
const included = (fields: string, name: string) => {
  const text = documentOf(fields);
  return fieldsOf(applied(text, listInContext(readContext(path, text), 1, 'include', name)));
};
const excluded = (fields: string, name: string) => {
  const text = documentOf(fields);
  return fieldsOf(applied(text, listInContext(readContext(path, text), 1, 'exclude', name)));
};
const taken = (fields: string, listed: 'include' | 'exclude', name: string) => {
  const text = documentOf(fields);
  return fieldsOf(applied(text, unlistFromContext(readContext(path, text), 1, listed, name)));
};
const budgeted = (fields: string, tokens: number | undefined) => {
  const text = documentOf(fields);
  return fieldsOf(applied(text, setBudget(readContext(path, text), 1, tokens)));
};

describe('changes of a stage’s Context', () => {
  it('add a name behind the others', () => {
    assert.equal(included('- Input: Outline\n- Context: a.md\n- Task: Write.', 'b.md'), '- Input: Outline\n- Context: a.md, b.md\n- Task: Write.');
    assert.equal(excluded('- Context: a.md', 'b.md#Part two'), '- Context: a.md, not b.md#Part two');
  });

  it('make the field where there is none, behind Input, written as its neighbours are', () => {
    assert.equal(included('- Input: Outline\n- Task: Write.', 'b.md'), '- Input: Outline\n- Context: b.md\n- Task: Write.');
    assert.equal(included('* **Input:** Outline\n\n* **Task:** Write.', 'b.md'), '* **Input:** Outline\n\n* **Context:** b.md\n\n* **Task:** Write.');
    assert.equal(included('1. Input: Outline\n2. Task: Write.', 'b.md'), '1. Input: Outline\n2. Context: b.md\n2. Task: Write.');
    assert.equal(included('- Task: Write.\n- Checks:\n  - words: 5', 'b.md'), '- Task: Write.\n- Checks:\n  - words: 5\n- Context: b.md');
    assert.equal(included('Some prose.', 'b.md'), '- Context: b.md\n\nSome prose.');
  });

  it('keep to a nested list, to code spans and to a field that stands empty', () => {
    assert.equal(included('- Context:\n  - a.md\n  - not c.md', 'b.md'), '- Context:\n  - a.md\n  - not c.md\n  - b.md');
    assert.equal(included('- Context: `a.md`', 'b.md'), '- Context: `a.md`, `b.md`');
    assert.equal(excluded('- Context: `a.md`', 'b.md'), '- Context: `a.md`, not `b.md`');
    assert.equal(included('- Context:\n- Task: Write.', 'b.md'), '- Context: b.md\n- Task: Write.');
    assert.equal(included('- Context: <!-- what else? -->', 'b.md'), '- Context: b.md <!-- what else? -->');
  });

  it('quote what would be read as something else', () => {
    assert.equal(included('- Context: a.md', 'my notes.md'), '- Context: a.md, "my notes.md"');
    assert.equal(included('- Context: a.md', 'a,b.md'), '- Context: a.md, "a,b.md"');
    assert.equal(excluded('- Context: a.md', 'a,b.md'), '- Context: a.md, not `a,b.md`');
  });

  it('turn a name into its opposite', () => {
    assert.equal(excluded('- Context: a.md, b.md', 'a.md'), '- Context: b.md, not a.md');
    assert.equal(included('- Context: not a.md', 'a.md'), '- Context: a.md');
  });

  it('take a name off with its comma or its line, and the field with its last name', () => {
    assert.equal(taken('- Context: a.md, b.md, not c.md', 'include', 'a.md'), '- Context: b.md, not c.md');
    assert.equal(taken('- Context: a.md, b.md, not c.md', 'exclude', 'c.md'), '- Context: a.md, b.md');
    assert.equal(taken('- Context: `a.md`, "b c.md"', 'include', 'a.md'), '- Context: "b c.md"');
    assert.equal(taken('- Context:\n  - a.md\n  - b.md\n- Task: Write.', 'include', 'b.md'), '- Context:\n  - a.md\n- Task: Write.');
    assert.equal(taken('- Context:\n  - a.md\n  - b.md', 'include', 'a.md'), '- Context:\n  - b.md');
    assert.equal(taken('- Input: Outline\n- Context: a.md\n- Note: mine\n- Task: Write.', 'include', 'a.md'), '- Input: Outline\n- Note: mine\n- Task: Write.');
    assert.equal(taken('- Input: Outline\n\n- Context:\n  - a.md\n\n- Task: Write.', 'include', 'a.md'), '- Input: Outline\n\n- Task: Write.');
    assert.equal(taken('- Context: a.md <!-- as it is short -->, b.md', 'include', 'b.md'), '- Context: a.md <!-- as it is short -->');
  });

  it('say when a name can’t be written', () => {
    const document = readContext(path, documentOf('- Input: Outline'));
    assert.equal(listInContext(document, 1, 'include', 'a\nb.md'), undefined);
    assert.equal(listInContext(document, 1, 'include', 'not this.md'), undefined);
    assert.equal(listInContext(document, 7, 'include', 'a.md'), undefined);
  });
});

describe('changes of a stage’s Budget', () => {
  it('set, change and drop the field', () => {
    assert.equal(budgeted('- Input: Outline\n- Context: a.md\n- Task: Write.', 8000), '- Input: Outline\n- Context: a.md\n- Budget: 8000\n- Task: Write.');
    assert.equal(budgeted('- Task: Write.\n- Budget: 6,000 tokens', 8000), '- Task: Write.\n- Budget: 8000');
    assert.equal(budgeted('- Budget: 6k <!-- for now -->\n- Task: Write.', 8000), '- Budget: 8k <!-- for now -->\n- Task: Write.');
    assert.equal(budgeted('- Budget: plenty', 8000), '- Budget: 8000');
    assert.equal(budgeted('- Budget: 6k\n- Task: Write.', undefined), '- Task: Write.');
  });

  it('refuse what is no budget', () => {
    const document = readContext(path, documentOf('- Input: Outline'));
    for (const tokens of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) assert.equal(setBudget(document, 1, tokens), undefined);
    assert.deepEqual(setBudget(document, 1, undefined), []);
  });
});

const name = fc.oneof(
  fc.constantFrom(
    'a.md',
    'docs/b.md',
    'docs/**',
    'docs/my notes.md',
    'c.md#Part two',
    'src/a.ts:10-40',
    'it’s.md',
    'a,b.md',
    'Stage 1',
    '[x](command:y).md',
    '`odd`.md',
    '"q".md',
  ),
  fc
    .string({ minLength: 1, maxLength: 12 })
    .map((text) => text.trim())
    .filter((text) => text !== ''),
);
const style = fc.constantFrom('plain', 'code', 'quoted', 'nested', 'wrapped');
const spelled = fc.constantFrom('a.md', 'docs/b.md', 'not docs/**', 'c.md#Part two', 'not d.md', 'Outline');

function contextField(names: readonly string[], how: string): string {
  if (!names.length) return '';
  const written = names.map((each) =>
    how === 'code' ? each.replace(/^(not )?(.*)$/, '$1`$2`') : how === 'quoted' && !each.startsWith('not ') ? `"${each}"` : each,
  );
  if (how === 'nested') return `- Context:\n${written.map((each) => `  - ${each}`).join('\n')}`;
  return `- Context: ${written.join(how === 'wrapped' ? ',\n  ' : ', ')}`;
}

const documents = fc
  .record({
    names: fc.uniqueArray(spelled, { maxLength: 4 }),
    how: style,
    before: fc.constantFrom('', '- Input: Outline\n', '- Task: Write it.\n- Note: of one’s own\n'),
    after: fc.constantFrom('', '\n- Task: Write it\n  in two lines.', '\n- Checks:\n  - words: 5-9\n- Budget: 5k', '\n\n- Output: Draft'),
    end: fc.constantFrom('\n', '\r\n'),
  })
  .map(({ names, how, before, after, end }) => documentOf(`${before}${contextField(names, how)}${after}`, end));

const namesOf = (text: string, at = 1) => {
  const { context } = readContext(path, text).stages[at] as ReturnType<typeof readContext>['stages'][number];
  return { include: context.include.map(({ text: each }) => each), exclude: context.exclude.map(({ text: each }) => each) };
};
/** All lines that say something, but those of the fields that change, which stand between the fields of these documents. */
const others = (text: string) =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/(?:^|\n)- (?:Context|Budget):.*(?:\n {2}.*)*/g, '')
    .split('\n')
    .filter((line) => line.trim());

describe('changes of a stage, whatever it says', () => {
  const run = (check: (text: string, name: string, listed: 'include' | 'exclude') => void) =>
    fc.assert(fc.property(documents, name, fc.constantFrom('include' as const, 'exclude' as const), check), { numRuns: 200 });

  it('are read back as what was asked, and touch nothing else', () => {
    run((text, each, listed) => {
      const edits = listInContext(readContext(path, text), 1, listed, each);
      if (!edits) return;
      const after = applyEdits(text, edits);
      const was = namesOf(text);
      const opposite = listed === 'include' ? 'exclude' : 'include';
      assert.deepEqual(namesOf(after)[listed], was[listed].includes(each) ? was[listed] : [...was[listed], each]);
      assert.deepEqual(
        namesOf(after)[opposite],
        was[opposite].filter((other) => other !== each),
      );
      assert.deepEqual(others(after), others(text));
      for (const at of [0, 2]) assert.deepEqual(namesOf(after, at), namesOf(text, at));
      assert.equal(/\r\n/.test(text) ? /[^\r]\n/.test(after) : /\r/.test(after.replaceAll(each, '')), false, 'The line ends are kept.');
    });
  });

  it('change nothing the second time', () => {
    run((text, each, listed) => {
      const edits = listInContext(readContext(path, text), 1, listed, each);
      if (edits) assert.deepEqual(listInContext(readContext(path, applyEdits(text, edits)), 1, listed, each), []);
    });
  });

  it('are undone to the same names by taking the name off', () => {
    run((text, each, listed) => {
      const { include, exclude } = namesOf(text);
      if (include.includes(each) || exclude.includes(each)) return;
      const edits = listInContext(readContext(path, text), 1, listed, each);
      if (!edits) return;
      const with_ = applyEdits(text, edits);
      const without = applied(with_, unlistFromContext(readContext(path, with_), 1, listed, each));
      assert.deepEqual(namesOf(without), { include, exclude });
      assert.deepEqual(others(without), others(text));
    });
  });

  it('set any budget, and drop it again', () => {
    fc.assert(
      fc.property(documents, fc.integer({ min: 0, max: 2_000_000 }), (text, tokens) => {
        const after = applied(text, setBudget(readContext(path, text), 1, tokens));
        const stages = readContext(path, after).stages;
        assert.deepEqual(
          stages.map(({ budget }) => budget),
          [undefined, tokens, 6000],
        );
        assert.deepEqual(namesOf(after), namesOf(text));
        assert.deepEqual(others(after), others(text));
        const dropped = applied(after, setBudget(readContext(path, after), 1, undefined));
        assert.equal(readContext(path, dropped).stages[1]?.budget, undefined);
        assert.deepEqual(others(dropped), others(text));
      }),
      { numRuns: 100 },
    );
  });
});
