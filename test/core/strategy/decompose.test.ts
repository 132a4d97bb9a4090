import assert from 'node:assert/strict';
import type { ModelRequest } from '../../../src/ports';
import { readContext } from '../../../src/steering/context';
import { decomposeTask } from '../../../src/strategy/decompose';
import type { ProposedStage } from '../../../src/strategy/decomposition';
import { Bench, type Reply, refused } from '../stage/scripted';

const document = `# Answers to tickets

## Part 1: Specification (Required)

Answer each support ticket in \`tickets.md\` politely.

## Part 2: Constraints (Required)

- At most 120 words an answer

## Part 3: Success Criteria (Required)

- Every answer has 120 words max

## Part 4: Feedback Loop (Required)

- Failure: an answer that promises a refund
`;
const stage = (change: Partial<ProposedStage>): ProposedStage => ({
  title: 'List tickets',
  runner: 'Haiku',
  why: '',
  inputs: ['tickets.md'],
  task: 'List the subject of each ticket.',
  output: 'Ticket list',
  path: '',
  format: 'markdown',
  command: '',
  each: '',
  success: [],
  checks: ['items: >= 1'],
  ...change,
});
const good = [
  stage({}),
  stage({
    title: 'Answer',
    inputs: ['Ticket list'],
    each: 'Ticket in Ticket list',
    task: 'Answer this Ticket politely.',
    output: 'Answers',
    checks: ['words: <= 120'],
  }),
];
const answers = (...all: unknown[]) => {
  let at = 0;
  return (_: ModelRequest): Reply => {
    const answer = all[Math.min(at++, all.length - 1)];
    return typeof answer === 'string' ? answer : JSON.stringify({ stages: answer });
  };
};
const bench = (...all: unknown[]) => new Bench(document, answers(...all), { '/w/tickets.md': '# One\n\nLate.\n', '/w/CLAUDE.md': 'We sell lamps.\n' });
const decompose = async (made: Bench) => decomposeTask(made.engine, made.person, await made.task(), made.options());

describe('stages that the dear model plans', () => {
  it('come as an edit of the document, planned from its parts and what a stage would be shown', async () => {
    const made = bench(good);
    const { text, stages, findings, sentBack, usd } = await decompose(made);
    assert.deepEqual([stages.length, findings, sentBack], [2, [], false]);
    assert.ok(usd > 0);
    const read = readContext('/w/CONTEXT.md', text);
    assert.deepEqual(read.problems, []);
    assert.deepEqual(
      read.stages.map(({ title, runner }) => [title, runner.text]),
      [
        ['List tickets', 'Haiku'],
        ['Answer', 'Haiku'],
      ],
    );
    assert.equal(made.text('/w/CONTEXT.md'), document, 'nothing is changed before a person has agreed');
    const [question] = made.model.calls;
    const sent = question?.user.map((block) => block.text).join('') ?? '';
    assert.match(sent, /We sell lamps\./);
    assert.match(sent, /Answer each support ticket/);
    assert.match(question?.system[0]?.text ?? '', /- `words: 300-800`: Words of the prose/);
    assert.deepEqual([question?.model, question?.label.purpose], ['claude-opus-5-5', 'decompose']);
    assert.deepEqual(
      made.person.estimates.map(({ stages: [each] }) => [each?.title, each?.model]),
      [['Plan the stages', 'claude-opus-5-5']],
    );
  });

  it('are sent back once with what is wrong, and kept where they are mended', async () => {
    const made = bench([stage({ checks: ['about 120 words'] })], good);
    const { sentBack, findings } = await decompose(made);
    assert.deepEqual([sentBack, findings, made.model.calls.length], [true, [], 2]);
    assert.match(made.model.calls[1]?.user[0]?.text ?? '', /found to be wrong:\n- Line \d+: .*about 120 words/s);
  });

  it('are sent back where the answer is none, and refused where the second is wrong too', async () => {
    assert.equal((await decompose(bench('Sure!', good))).sentBack, true);
    const made = bench([stage({ checks: ['about 120 words'] })]);
    await assert.rejects(decompose(made), /still were after they had been sent back/);
    assert.deepEqual(
      made.records().map((record) => (record.type === 'end' ? record.status : record.type)),
      ['run', 'call-started', 'call', 'call-started', 'call', 'error'],
    );
  });

  it('are asked for anew, at a price that is agreed to, where what was answered is none', async () => {
    const cut: Reply = { text: '{"stages": [', stopReason: 'max_tokens' };
    for (const reply of [
      cut,
      { text: '', stopReason: 'refusal' },
      JSON.stringify({ stages: [] }),
      JSON.stringify({ stages: [stage({ checks: ['about 120 words'] })] }),
    ]) {
      const made = bench();
      made.script(() => reply);
      await assert.rejects(decompose(made));
      const model = made.script(answers(good));
      assert.equal((await decompose(made)).stages.length, 2);
      assert.deepEqual([model.calls.length, made.person.estimates.length], [1, 2]);
      // Once there is a good one it is not paid for again.
      assert.equal((await decompose(made)).stages.length, 2);
      assert.deepEqual([model.calls.length, made.person.estimates.length], [1, 2]);
    }
  });

  it('are for a document without stages and with something to plan from', async () => {
    const has = new Bench(`${document}\nStage 1: One (Haiku)\n- Task: x\n`, {});
    assert.match((await refused(decompose(has))).message, /has stages already/);
    assert.match((await refused(decompose(new Bench('# T\n\nText.\n', {})))).message, /none of the four parts/);
  });
});
