import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyFixes } from '../../../src/lint/linter';
import { readContext } from '../../../src/steering/context';
import { issuesOf, lintContext, parts, textsOf } from './contextSubject';

const stage = (runner: string, task: string, rest = '') => `${parts}Stage 1: A (${runner})\n- Task: ${task}\n${rest}`;

describe('the tier of a stage', () => {
  const code = [
    'Check whether the message contains the word "refund".',
    'Sort the list by date.',
    'Validate the JSON against the schema. Answer with the errors, one per line.',
    'Look up the customer by email address.',
    'Calculate the total of all amounts.',
    'Remove duplicate lines.',
    'Convert the CSV to JSON.',
    'Count the words of each section.',
    'Replace every `foo` with `bar`.',
    'Merge the two CSV files.',
    'Trim whitespace and normalize line breaks.',
    'Check that each line of the plan has a lock time and that none is over 2 seconds. Count the lines.',
    'Verify that no row has a value below 0.',
    'Check that every entry is unique.',
    'Check that each value of a button is at most 12 characters.',
  ];
  for (const task of code) {
    it(`needs no model to: ${task}`, async () => {
      assert.deepEqual(await textsOf('context/wrong-tier', stage('Haiku', task)), ['Haiku']);
      const issue = (await issuesOf('context/wrong-tier', stage('Opus', task)))[0];
      assert.match(issue?.message ?? '', /Code stage/);
      assert.deepEqual(await textsOf('context/wrong-tier', stage('Code', task, '- Run: x\n')), []);
    });
  }

  const cheap = [
    'Extract all dates from the text.',
    'Classify the ticket as billing, technical or account.',
    'Summarize the thread in five bullets.',
    'Format the notes as a table.',
  ];
  for (const task of cheap) {
    it(`needs Haiku to: ${task}`, async () => {
      assert.deepEqual(await textsOf('context/wrong-tier', stage('Opus, high effort', task)), ['Opus, high effort']);
      assert.deepEqual(await textsOf('context/wrong-tier', stage('Haiku', task)), []);
    });
  }

  const hard = [
    'Check whether the message asks for a refund.',
    'Check that each line mentions at most 1 product.',
    'Check that every entry is clear and under 20 words.',
    'Check that no claim has less than 2 sources.',
    'Extract the dates. Count the words.',
    'Sort the arguments by strength.',
    'Sum up the history of the customer.',
    'Summarize why the project failed.',
    'Extract the argument. Then refute it.',
    'Validate the idea with three customers.',
    'Look up how other teams solved this.',
    'Order the sections so that a newcomer can follow.',
    'Count on nothing; draft a plan.',
    'Write the release notes.',
    'Merge the two drafts into one.',
    'Convert the outline into a blog post.',
    'Tag the reviewers in the pull request.',
    'List the cases that show the feature works.',
    'Say "check whether it contains the word x" to the reader.',
  ];
  for (const task of hard) {
    it(`is left alone: ${task}`, async () => assert.deepEqual(await textsOf('context/wrong-tier', stage('Opus', task)), []));
  }

  it('is changed by the fix, keeping effort and everything else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('Opus', 'opus', 'Opus, high effort', 'Sonnet', 'Sonnet, max'),
        fc.constantFrom('Stage 1: A', '## Stage 1: A', '**Stage 1: A**', 'Stage 1 — A (b)'),
        fc.constantFrom('\n', '\r\n'),
        async (runner, heading, eol) => {
          const line = heading.endsWith('**') ? `${heading.slice(0, -2)} (${runner})**` : `${heading} (${runner})`;
          const source = `${parts}${line}\n${heading.startsWith('#') ? '\n' : ''}- Task: Extract all dates.\n- Output: Dates\n`.replace(/\n/g, eol);
          const issue = (await issuesOf('context/wrong-tier', source))[0];
          assert.ok(issue, line);
          for (const fix of issue.fixes) {
            const fixed = applyFixes(source, [fix.edits]);
            const after = readContext('/w/CONTEXT.md', fixed);
            assert.deepEqual(
              [after.stages[0]?.runner.tier, after.stages[0]?.title, after.problems],
              ['haiku', readContext('/w/CONTEXT.md', source).stages[0]?.title, []],
            );
            assert.equal(after.stages[0]?.runner.effort, readContext('/w/CONTEXT.md', source).stages[0]?.runner.effort);
            assert.deepEqual(await issuesOf('context/wrong-tier', fixed), []);
            assert.equal(fixed.replace(/\([^()]*\)(?=\*{0,2}\r?\n)/, ''), source.replace(/\([^()]*\)(?=\*{0,2}\r?\n)/, ''));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('several tasks in one stage', () => {
  const several = [
    'Gather sources on the topic, then write the post.',
    'Summarize the ticket. Then translate the summary into German.',
    'Extract the claims, classify each claim and write a reply.',
    'Classify the ticket and then draft a reply.',
    'Outline the post; afterwards, write each section.',
    'Write the answer and translate it into the language of the customer and give it a subject line.',
    'Write migration.sql and rollback.sql',
    'Create `src/a.ts`, `src/a.test.ts` and `docs/a.md` from the plan.',
  ];
  for (const task of several) it(`is found: ${task}`, async () => assert.equal((await issuesOf('context/several-tasks', stage('Haiku', task))).length, 1));

  const one = [
    'Write the post from the outline. Then come the headings "Do this first" and "New".',
    'Write the draft, then review it for typos.',
    'List the facts, then those that are missing.',
    'Summarize the ticket and keep the order.',
    'Write the text:\n  1. Gather the facts.\n  2. Then write each section.\n  3. Finally translate the title.',
    'Explain the phrase "summarize it, then write the reply".',
    'Read the report and then list the risks.',
    'Write out.md from a.json and b.json.',
    'Write up.sql and down.sql as two code blocks of one document.',
    'Write README.md.',
    'Gather relevant context, prior examples, citations needed',
    'Compare the reply with each line of the constraints. Answer with one line.',
  ];
  for (const task of one) it(`is not: ${task.split('\n')[0]}`, async () => assert.deepEqual(await textsOf('context/several-tasks', stage('Haiku', task)), []));

  for (const eol of ['\n', '\r\n']) {
    it(`is split in two stages, the first for the second (${eol === '\n' ? 'LF' : 'CRLF'})`, async () => {
      const source =
        `${parts}Stage 1: Reply (Opus if needed)\n- Input: Blog topic\n- Task: Classify the ticket, then draft a reply.\n- Output: Answer\n- Success: 60 words max\n\nStage 2: Send (Haiku)\n- Input: stage 1, Answer\n- Task: Write the mail.\n- Success: 90 words max\n`.replace(
          /\n/g,
          eol,
        );
      const issue = (await issuesOf('context/several-tasks', source))[0];
      assert.equal(issue?.fixes[0]?.safe, false);
      const fixed = applyFixes(source, [issue?.fixes[0]?.edits ?? []]);
      const { stages, problems } = readContext('/w/CONTEXT.md', fixed);
      assert.deepEqual(problems, []);
      assert.deepEqual(
        stages.map(({ number, title, task, runner }) => [number, title, task, runner.text]),
        [
          [3, 'Classify the ticket', 'Classify the ticket.', 'Haiku'],
          [1, 'Reply', 'Draft a reply.', 'Opus if needed'],
          [2, 'Send', 'Write the mail.', 'Haiku'],
        ],
      );
      const left = await lintContext(fixed);
      assert.deepEqual(
        left.filter(({ severity }) => severity !== 'info'),
        [],
        fixed,
      );
    });
  }
});

describe('an escalation', () => {
  it('that no check can trigger is found, and given a judge where there is a criterion', async () => {
    const bare = stage('Opus if needed', 'Refine it.').replace('300 words max', 'Calm');
    assert.deepEqual(await textsOf('context/unreachable-escalation', bare), ['Opus if needed']);
    const fix = (await issuesOf('context/unreachable-escalation', bare))[0]?.fixes[0];
    assert.match(fix?.title ?? '', /Calm/);
    assert.deepEqual(await textsOf('context/unreachable-escalation', applyFixes(bare, [fix?.edits ?? []])), []);
    assert.deepEqual(await textsOf('context/unreachable-escalation', `${bare}- Checks:\n  - should words: <= 30\n`), ['Opus if needed']);
    assert.deepEqual(await textsOf('context/unreachable-escalation', `${bare}- Checks:\n  - words: <= 30\n`), []);
    assert.deepEqual(await textsOf('context/unreachable-escalation', stage('Opus if needed', 'Refine it.')), [], 'part 3 says 300 words max');
  });

  it('for a condition that no check can see is found, and one of a failure, of the output or of a person is not', async () => {
    const text = (line: string) => stage('Haiku', 'Write it.', '- Output: Migration\n').replace('Fails when it is dull.', line);
    const at = (line: string) => textsOf('context/unreachable-escalation', text(line));
    assert.deepEqual(await at('- When to escalate: the table has triggers or partitions'), ['the table has triggers or partitions']);
    assert.deepEqual(await at('- Escalate to Opus if the customer is a lawyer.'), ['the customer is a lawyer.']);
    assert.deepEqual(await at('**When to escalate to Opus:** legal questions'), ['legal questions']);
    for (const line of [
      '- Escalate to Opus when: the reply fails a check twice',
      '- When to escalate to Opus: If you need deep maths',
      '- Escalate when it is dull',
      '- Escalate if the score is below 4',
      '- Escalate to legal if a lawyer writes',
      '- When to escalate: the migration has holes',
      '- Escalate to a person when the customer is angry',
    ])
      assert.deepEqual(await at(line), [], line);
  });

  it('that the feedback loop promises needs a check somewhere', async () => {
    const text = stage('Haiku', 'Write it.').replace('Fails when it is dull.', '- Escalate to Opus when it is dull.').replace('300 words max', 'Calm');
    assert.deepEqual(await textsOf('context/unreachable-escalation', text), ['- Escalate to Opus when it is dull.']);
    assert.deepEqual(await textsOf('context/unreachable-escalation', `${text}- Checks:\n  - json\n`), []);
    assert.deepEqual(await textsOf('context/unreachable-escalation', text.replace(/- Escalate.*/, '[Say when to escalate to Opus.]')), [], 'a placeholder');
  });
});

describe('fields and outputs of stages', () => {
  it('are found where they do nothing', async () => {
    assert.deepEqual(
      await textsOf('context/useless-field', stage('Code', 'x', '- Run: ls\n- Variants: 3\n- Retries: 2\n')),
      ['- Variants: 3', '- Retries: 2'].map((text) => text),
    );
    const text = stage('Haiku', 'Count.', '- Run: wc\n');
    assert.deepEqual(await textsOf('context/useless-field', text), ['- Run: wc']);
    const fixed = applyFixes(text, [(await issuesOf('context/useless-field', text))[0]?.fixes[0]?.edits ?? []]);
    assert.equal(readContext('/w/CONTEXT.md', fixed).stages[0]?.runner.tier, 'code');
    const bare = `${parts}Stage 1: A\n- Task: x\n- Run: wc\n`;
    assert.match(applyFixes(bare, [(await issuesOf('context/useless-field', bare))[0]?.fixes[0]?.edits ?? []]), /Stage 1: A \(Code\)\n/);
  });

  it('are found where variants have nothing to be compared by', async () => {
    const text = `${parts.replace('300 words max', 'Calm')}Stage 1: A (Haiku)\n- Task: x\n- Variants: 3\n`;
    assert.deepEqual(await textsOf('context/variants-without-checks', text), ['- Variants: 3']);
    assert.deepEqual(await textsOf('context/variants-without-checks', `${text}- Checks:\n  - json\n`), []);
    assert.deepEqual(await textsOf('context/variants-without-checks', text.replace('3', '1')), []);
  });

  it('are found where two stages write one output, or one writes over what another reads', async () => {
    const two = (first: string, second: string, input = 'x.md') =>
      `${parts}Stage 1: A (Haiku)\n- Input: ${input}\n- Task: x\n- Output: ${first}\n\nStage 2: B (Haiku)\n- Task: y\n- Output: ${second}\n`;
    const files = { 'x.md': 'x', 'VOICE.md': '# V\n' };
    assert.deepEqual(await textsOf('context/duplicate-output', two('Draft → a.md', 'Final → ./a.md'), files), ['./a.md']);
    assert.deepEqual(await textsOf('context/duplicate-output', two('Draft', 'draft'), files), ['draft']);
    assert.deepEqual(await textsOf('context/duplicate-output', two('Draft → a.md', 'Final → b.md'), files), []);
    assert.deepEqual(await textsOf('context/overwritten-source', two('Draft', 'Final → x.md'), files), ['x.md']);
    assert.deepEqual(await textsOf('context/overwritten-source', two('Draft → x.md', 'Final'), files), [], 'its own input is rewritten on purpose');
    assert.deepEqual(await textsOf('context/overwritten-source', two('Draft → VOICE.md', 'Final → CONTEXT.md'), files), ['VOICE.md', 'CONTEXT.md']);
    assert.deepEqual(await textsOf('context/overwritten-source', two('Draft → ARCHITECTURE.md', 'Final'), files), [], 'a document a task may be about');
  });

  it('say when a stage has nothing that could fail', async () => {
    const text = `${parts}Stage 1: A (Haiku)\n- Task: x\n\nStage 2: B (Haiku)\n- Task: y\n`;
    assert.deepEqual(await textsOf('context/unchecked-stage', text), ['A'], 'part 3 belongs to the last');
  });
});

describe('an input that is named twice', () => {
  const text = (input: string) =>
    `${parts}Stage 1: A (Haiku)\n- Task: Do a.\n- Output: Facts\n- Success: 9 words max\n\nStage 2: B (Haiku)\n- Input: ${input}\n- Task: Do b.\n`;
  it('is found, and taken out', async () => {
    const source = text('Facts, ticket, facts');
    assert.deepEqual(await textsOf('context/duplicate-input', source), ['facts']);
    const fixed = applyFixes(
      source,
      (await issuesOf('context/duplicate-input', source)).map(({ fixes }) => fixes[0]?.edits ?? []),
    );
    assert.match(fixed, /^- Input: Facts, ticket\n/m);
    assert.deepEqual(await textsOf('context/duplicate-input', fixed), []);
  });
  it('is not, where the names differ, and has no fix where more than a comma stands between', async () => {
    assert.deepEqual(await textsOf('context/duplicate-input', text('Facts, VOICE.md, VOICE.md#cadence')), []);
    const lines = await issuesOf('context/duplicate-input', text('\n  - Facts\n  - `Facts`'));
    assert.deepEqual(
      lines.map(({ fixes }) => fixes),
      [[]],
    );
  });
});

describe('vague words', () => {
  const at = (task: string) => textsOf('context/vague-instruction', stage('Haiku', task));
  it('are found where a decision is left open', async () => {
    assert.deepEqual(await at('Shorten where appropriate; list names, dates, etc'), ['where appropriate', 'etc']);
    assert.deepEqual(await at('Is the answer appropriate? Give it an appropriate tone.'), ['appropriate', 'appropriate tone']);
    assert.deepEqual(await at('Make it better and handle errors properly.'), ['Make it better', 'properly']);
  });
  it('are left alone where they are forbidden, measured, quoted or technical', async () => {
    for (const task of [
      'Never end a list with etc.',
      'Cut as needed to stay under 300 words.',
      'Emit properly nested tags.',
      'Write what is appropriate for readers of 6 to 8.',
      'Choose the appropriate label from the list.',
      'Quote `as needed` from the log.',
      'Do not paraphrase as you see fit.',
    ])
      assert.deepEqual(await at(task), [], task);
  });
});

it('the rules for CONTEXT.md never throw, and their fixes never overlap', async () => {
  const line = fc.constantFrom(
    'Stage 1: A (Opus)',
    'Stage 2: B (Opus if needed)',
    '## Stage 3: C',
    '- Task: Extract it, then write the post.',
    '- Task:',
    '- Success: about 300 words, reads like you',
    '- Checks:',
    '  - words: >= 0',
    '  - matches: /x*/',
    '  - schema: s.json',
    '- Output: A → VOICE.md',
    '- Output: A',
    '- Variants: 3',
    '- Run: x',
    '- Input: A, VOICE.md',
    '# T',
    '## Success criteria',
    '- tests pass',
    '```',
    '<!--',
    '-->',
    '---',
    '',
    '  - contains: "a"',
    '  - excludes: a',
    '  - voice: VOICE.md',
    '1. Task: x',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 9, arbitrary: line }, fc.string({ maxLength: 12 })), { maxLength: 25 }),
      fc.constantFrom('\n', '\r\n'),
      async (lines, eol) => {
        const text = lines.join(eol);
        const issues = await lintContext(text, { 'VOICE.md': '# V\n\n## Avoid\n\na\n', 's.json': '{"type":"strin"}' });
        for (const fix of issues.flatMap(({ fixes }) => fixes)) applyFixes(text, [fix.edits]);
      },
    ),
    { numRuns: 150 },
  );
});
