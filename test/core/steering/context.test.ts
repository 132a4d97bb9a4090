import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { readContext } from '../../../src/steering/context';
import { LineIndex } from '../../../src/text';

const essay = readFileSync(resolve(__dirname, '../../fixtures/essay/CONTEXT.md'), 'utf8');
const read = (text: string) => readContext('/w/CONTEXT.md', text);
const rules = (text: string) => read(text).problems.map((problem) => problem.rule);

describe('the headings of the parts', () => {
  const partsOf = (...headings: string[]) =>
    Object.fromEntries(
      Object.values(read(`# Task\n\n${headings.map((heading) => `## ${heading}\n\nText.\n`).join('\n')}`).parts).map((part) => [part.heading, part.name]),
    );
  const named: [string, string][] = [
    ['Part 1: Specification (Required)', 'specification'],
    ['What we want (Specification)', 'specification'],
    ['1. SPECIFICATION', 'specification'],
    ['**Specification**', 'specification'],
    ['📋 Specification:', 'specification'],
    ['1️⃣ Specification', 'specification'],
    ['Part One — Specification', 'specification'],
    ['Project specification', 'specification'],
    ['II. Constraints', 'constraints'],
    ['⛔ Our constraints', 'constraints'],
    ['Success Criteria & Tests', 'success criteria'],
    ['How we know it worked (success criteria)', 'success criteria'],
    ['3) Acceptance criteria', 'success criteria'],
    ['Part 4 - Feedback Loop [required]', 'feedback loop'],
    ['Iterating: the feedback loop', 'feedback loop'],
  ];
  for (const [heading, name] of named) it(`“${heading}” is the ${name}`, () => assert.deepEqual(Object.values(partsOf(heading)), [name]));

  for (const heading of [
    'Spec files to touch',
    'Stage 1: Feedback loop',
    'What the specification leaves open',
    'Unconstrained',
    'Loop',
    'Why pattern-based constraints',
    'No constraints',
  ]) {
    it(`“${heading}” is none`, () => assert.deepEqual(partsOf(heading), {}));
  }

  it('with the very name goes before one with more words, and a title or what stands within a part is none', () => {
    assert.deepEqual(partsOf('Technical constraints', 'Constraints'), { Constraints: 'constraints' });
    assert.deepEqual(Object.keys(read('# Payment specification\n\n## Success criteria\n\n- 3 links\n').parts), ['success criteria']);
    assert.deepEqual(Object.keys(read('# T\n\n## Specification\n\n### Technical constraints\n\n- None.\n').parts), ['specification']);
  });
});

describe("the essay's CONTEXT.md", () => {
  const document = read(essay);

  it('has its four parts', () => {
    assert.deepEqual(Object.keys(document.parts).sort(), ['constraints', 'feedback loop', 'specification', 'success criteria']);
    assert.equal(document.parts.specification?.heading, 'Part 1: Specification (Required)');
  });

  it('has four stages in paragraph lines, and no others from its cost lines', () => {
    assert.deepEqual(
      document.stages.map(({ number, title, runner, form }) => [number, title, runner.text, runner.tier, form]),
      [
        [1, 'Analysis', 'Haiku', 'haiku', 'paragraph'],
        [2, 'Context Preparation', 'Haiku', 'haiku', 'paragraph'],
        [3, 'Draft', 'Haiku', 'haiku', 'paragraph'],
        [4, 'Polish', 'Opus if needed', 'haiku', 'paragraph'],
      ],
    );
    assert.equal(document.stages[3]?.runner.escalation, 'opus');
  });

  it('reads the fields of each', () => {
    const [, second] = document.stages;
    assert.deepEqual(
      second?.inputs.map((name) => name.text),
      ['Outline', 'VOICE.md', 'related posts'],
    );
    assert.equal(second?.task, 'Gather relevant context, prior examples, citations needed');
    assert.equal(second?.output?.name, 'Reference document for stage 3');
  });

  it('turns what can be measured into checks and names the rest', () => {
    const texts = document.stages.map((stage) => stage.checks.map((check) => check.text));
    assert.deepEqual(texts[0], ['items: 5-7']);
    assert.deepEqual(texts[2], ['words: >= 3000']);
    // Part 3's criteria are the last stage's.
    assert.ok(texts[3]?.includes('words: >= 3000') && texts[3].includes('links resolve'));
    assert.ok(document.stages[3]?.uncovered.some((criterion) => criterion.text === 'Matches VOICE.md tone'));
  });

  it('reads its budgets and its own estimates', () => {
    assert.deepEqual(document.budget, { tokens: 50_000, minutes: 120 });
    assert.deepEqual(
      document.estimates?.stages.map(({ number, usd, minutes }) => [number, usd, minutes]),
      [
        [1, 0.002, 2],
        [2, 0.001, 3],
        [3, 0.004, 5],
        [4, 0.02, 3],
      ],
    );
    assert.deepEqual(document.estimates?.total, { usd: 0.03, minutes: 13 });
    assert.deepEqual(document.estimates?.oneShot, { usd: 0.05, minutes: 20 });
  });

  it('has no problems, whatever its line breaks', () => {
    assert.deepEqual(document.problems, []);
    const windows = read(essay.replace(/\n/g, '\r\n'));
    assert.deepEqual(
      windows.stages.map((stage) => [stage.title, stage.task, stage.output?.name]),
      document.stages.map((stage) => [stage.title, stage.task, stage.output?.name]),
    );
  });
});

describe('stages', () => {
  it('are read the same as headings and as paragraph lines', () => {
    const fields =
      '- Input: VOICE.md, `notes/a b.md`\n- Task: Write it\n- Success: 300-500 words\n- Output: Draft → out/draft.md as markdown\n- Checks:\n  - excludes: hype, leverage\n  - any of:\n    - json\n    - yaml\n- Retries: 2\n';
    const [heading] = read(`### Stage 1: Draft (Haiku, high effort)\n\n${fields}`).stages;
    const [paragraph] = read(`Stage 1: Draft (Haiku, high effort)\n${fields}`).stages;
    for (const stage of [heading, paragraph]) {
      assert.equal(stage?.title, 'Draft');
      assert.equal(stage?.runner.effort, 'high');
      assert.deepEqual(
        stage?.inputs.map((name) => [name.text, name.quoted]),
        [
          ['VOICE.md', false],
          ['notes/a b.md', true],
        ],
      );
      assert.deepEqual([stage?.output?.name, stage?.output?.path, stage?.output?.format], ['Draft', 'out/draft.md', 'markdown']);
      assert.deepEqual(
        stage?.checks.map((check) => check.rule.kind),
        ['excludes', 'atLeast', 'count'],
      );
      assert.equal(stage?.retries, 2);
    }
  });

  it('end where the next begins, even without a blank line', () => {
    const { stages } = read('Stage 1: A (Haiku)\n- Task: one\n- Output: first\nStage 2: B (Haiku)\n- Task: two\n');
    assert.deepEqual(
      stages.map((stage) => [stage.title, stage.task, stage.output?.name]),
      [
        ['A', 'one', 'first'],
        ['B', 'two', undefined],
      ],
    );
  });

  it('are none in code, in comments, or without fields', () => {
    assert.equal(read('```\nStage 1: A (Haiku)\n- Task: x\n```\n').stages.length, 0);
    assert.equal(read('<!--\nStage 1: A (Haiku)\n- Task: x\n-->\n').stages.length, 0);
    assert.equal(read('Stage 1: A (Haiku)\nsome prose\n- Core argument\n- Evidence\n').stages.length, 0);
  });

  it('keep their fields around a comment', () => {
    const [stage] = read(
      'Stage 1: A (Haiku)\n- Task: x\n<!-- haiku-first-ignore context/asked-input -->\n- Input: topic\n- Output: y → out/y.md <!-- why -->\n',
    ).stages;
    assert.deepEqual([stage?.inputs.map((name) => name.text), stage?.output?.path], [['topic'], 'out/y.md']);
  });

  it('take a value as its whole item, and one code span as its content', () => {
    const [stage] = read('Stage 1: A (Code)\n- Run: `npm run x -- --all`\n- Task: First\n\n  ```sql\n  select 1\n  ```\n  then that\n').stages;
    assert.equal(stage?.run, 'npm run x -- --all');
    assert.equal(stage?.task, 'First\n\n```sql\nselect 1\n```\nthen that');
  });

  it('say when the parenthesis of a runner is not closed', () => {
    const { stages, problems } = read('Stage 1: Draft (Haiku\n- Task: x\n');
    assert.deepEqual([stages[0]?.title, problems.map((problem) => problem.rule)], ['Draft', ['context/unknown-runner']]);
  });

  it('say what is wrong, where it stands', () => {
    const text = 'Stage 1: A (Hiaku)\n- Taks: x\n- Checks:\n  - wrods: 3\n- Variants: many\n';
    assert.deepEqual(rules(text).sort(), ['context/bad-value', 'context/unknown-field', 'context/unknown-runner', 'context/unparsable-check']);
    const index = new LineIndex(text);
    const runner = read(text).problems.find((problem) => problem.rule === 'context/unknown-runner');
    assert.equal(runner && text.slice(index.offsetAt(runner.range.start), index.offsetAt(runner.range.end)), 'Hiaku');
  });
});

describe('front matter', () => {
  it('declares inputs, models and a budget', () => {
    const document = read('---\ninputs:\n  topic: Queues\nmodels:\n  haiku: my-model\nbudget:\n  tokens: 20k\n  usd: 0.5\n  time: 2 hours\n---\n# T\n');
    assert.equal(document.inputs.get('topic'), 'Queues');
    assert.deepEqual([document.models, document.budget], [{ haiku: 'my-model' }, { tokens: 20_000, usd: 0.5, minutes: 120 }]);
  });

  it('is never evaluated, and says so', () => {
    const key = 'haikuFirstEvaluated';
    const document = read(`---js\n{ x: (globalThis.${key} = true) }\n---\nStage 1: A (Haiku)\n- Task: x\n`);
    assert.equal(Reflect.get(globalThis, key), undefined);
    assert.deepEqual([document.problems.map((problem) => problem.rule), document.stages.length], [['context/front-matter'], 1]);
    for (const language of ['json', 'coffee', 'toml', 'constructor', '__proto__'])
      assert.deepEqual(rules(`---${language}\n{"a": 1}\n---\n# T\n`), ['context/front-matter']);
  });

  it('that is no YAML is a problem with its line', () => {
    const [problem] = read('---\na: [1\nb: 2\n---\n# T\n').problems;
    assert.deepEqual([problem?.rule, problem?.range.start.line], ['context/front-matter', 2]);
  });

  it('that would break its parser is a problem', () => {
    const bomb = `a: &a [1]\n${Array.from(
      { length: 9 },
      (_, i) =>
        `b${i}: &b${i} [${Array(9)
          .fill(i ? `*b${i - 1}` : '*a')
          .join(', ')}]`,
    ).join('\n')}`;
    for (const yaml of [`a: ${'['.repeat(50_000)}`, bomb, `a: ${'x'.repeat(70_000)}`])
      assert.deepEqual(rules(`---\n${yaml}\n---\n# T\n`), ['context/front-matter']);
  });

  it('is none where a document begins with a thematic break', () => {
    assert.deepEqual(rules('---\n\n# Title\n\ntext\n\n---\n\nmore\n'), []);
  });
});

describe('a document that nests without end', () => {
  it('is read all the same', () => {
    for (const text of [`${'>'.repeat(10_000)} x`, Array.from({ length: 700 }, (_, i) => `${'  '.repeat(i)}- x`).join('\n'), '- '.repeat(5000)]) {
      assert.deepEqual(
        read(`Stage 1: A (Haiku)\n- Task: t\n\n## S\n\n${text}\n`).stages.map((stage) => stage.task),
        ['t'],
      );
    }
  });
});

describe('any text at all', () => {
  const pieces = fc.constantFrom(
    '---\n',
    '# H\n',
    'Stage 1: A (Haiku)\n',
    'Stage 2: B (Code)\n',
    '- Task: x\n',
    '- Checks:\n',
    '  - words: 3\n',
    '<!--',
    '-->',
    '```\n',
    '\n',
    '\r\n',
    '- Input: a, "b, c',
    '`',
    '(',
    ')',
    '→',
    '  ',
    'ä😀',
    '- Each: X in Y\n',
    '## Part 3: Success Criteria\n',
    '\u0000',
  );
  it('is read without failing, and every place lies in the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
          fc.string({ unit: 'binary', maxLength: 200 }),
        ),
        (text) => {
          const document = read(text);
          const lines = new LineIndex(text).lineCount;
          const ranges = [
            ...document.problems.map((problem) => problem.range),
            ...document.stages.flatMap((stage) => [
              stage.range,
              stage.titleRange,
              stage.runner.range,
              ...stage.fields.map((field) => field.valueRange),
              ...stage.checks.map((check) => check.range),
            ]),
          ];
          for (const { start, end } of ranges) {
            assert.ok(start.line >= 0 && end.line < lines, 'within the text');
            assert.ok(start.line < end.line || (start.line === end.line && start.character <= end.character), 'start before end');
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('the criteria of part 3', () => {
  const criteria = (...lines: string[]) => {
    const stage = read(`# T\n\n## Success criteria\n\n${lines.map((line) => `- ${line}\n`).join('')}\nStage 1: A (Haiku)\n- Task: Do a.\n`).stages[0];
    return [stage?.checks.map(({ text }) => text), stage?.uncovered.map(({ text }) => text)];
  };

  it('keep the label where it says what is counted or what the names are', () => {
    assert.deepEqual(criteria('Word count: 500-800'), [['words: 500-800'], []]);
    assert.deepEqual(criteria('Columns: number, date, customer'), [[], ['Columns: number, date, customer']]);
    assert.deepEqual(criteria('Sections: Summary, Impact'), [['Sections: Summary, Impact'], []]);
    assert.deepEqual(criteria('Length: 300 words max, one link'), [['words: <= 300'], ['one link']]);
    assert.deepEqual(criteria('Quality bar: Matches VOICE.md tone'), [[], ['Matches VOICE.md tone']]);
  });
});
