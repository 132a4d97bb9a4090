import assert from 'node:assert/strict';
import type { ModelRequest } from '../../../src/ports';
import { readStrategy, strategyText } from '../../../src/steering/strategy';
import { draftStrategy, keepStrategy, replacesOwnText } from '../../../src/strategy/author';
import { StrategyRefused } from '../../../src/strategy/strategyAnswer';
import { Bench, type Reply, refused, stages, statuses } from '../stage/scripted';

const document = stages('Greet (Haiku)\n- Input: Name\n- Task: Greet the person.\n- Output: Greeting\n- Retries: 0\n- Checks:\n  - contains: "Dear"');
const answer = {
  task: 'Greet one person.',
  constraints: ['One line.'],
  procedure: ['Begin with the word Dear.'],
  whenToThink: 'Never.',
  mistakes: ['Begins with Hi: begin with Dear.'],
  selfCheck: ['Does it begin with Dear?'],
  example: { input: 'Bo', output: 'Dear Bo,' },
};
const own = '/w/.haiku/strategies/context/greet.md';

/** A cheap model that greets well only where it is told how, and a dear one that knows. */
function replies(written: unknown = answer) {
  return ({ label, system }: ModelRequest): Reply => {
    if (label.purpose === 'author') return typeof written === 'string' ? written : JSON.stringify(written);
    const told = label.tier === 'opus' || system.some(({ text }) => text.includes('Begin with the word Dear'));
    return told ? 'Dear Ada,' : 'Hi Ada';
  };
}

async function bench(written?: unknown): Promise<Bench> {
  const made = new Bench(document, replies(written));
  made.person.answers = { Name: 'Ada' };
  return made;
}
const draft = async (made: Bench) => draftStrategy(made.engine, made.person, await made.task(), 1, made.options());

describe('a strategy that the dear model writes', () => {
  it('closes the loop: the stage fails, is escalated, the strategy is written from both, and the next run passes on the cheap model', async () => {
    const made = await bench();
    assert.deepEqual(statuses(await made.run()), ['1 failed']);
    assert.deepEqual(statuses(await made.run({ escalate: 1 })), ['1 passed']);
    const drafted = await draft(made);
    const asked = made.model.calls.at(-1);
    assert.equal(asked?.model, 'claude-opus-5-5');
    const sent = asked?.user.map(({ text }) => text).join('') ?? '';
    assert.match(sent, /Attempt 1 by claude-haiku-5-5: failed\nFailed checks:\n- contains: "Dear"/);
    assert.match(sent, /Attempt 2 by claude-opus-5-5: passed\nOutput:\nDear Ada,/);
    assert.match(sent, /Greet the person\./);
    assert.match(sent, /&lt;document index="1">\n&lt;source>input:Name&lt;\/source>/, 'no tag of the material reads as one of the question');
    assert.match(asked?.system[0]?.text ?? '', /What is known of claude-haiku-5-5 \(as of 2026-\d\d-\d\d\)/);

    assert.equal(made.text(own), undefined, 'nothing is kept before a person has seen it');
    await keepStrategy(made.files, drafted);
    const { strategy, problems } = readStrategy(own, made.text(own) ?? '');
    assert.deepEqual(problems, []);
    assert.deepEqual(
      [strategy?.status, strategy?.targetModel, strategy?.authorModel, strategy?.date],
      ['unproven', 'claude-haiku-5-5', 'claude-opus-5-5', '2026-11-22'],
    );

    made.script(replies());
    const result = await made.run({ fresh: true });
    assert.deepEqual(statuses(result), ['1 passed']);
    assert.deepEqual(made.model.asked, ['greet haiku-1']);
  });

  it('is estimated, agreed to, on record, and not paid twice for the same question', async () => {
    const made = await bench();
    const { usd, run } = await draft(made);
    assert.ok(usd > 0);
    assert.deepEqual(
      made.person.estimates.map(({ stages: [stage], paid }) => [stage?.title, stage?.model, paid]),
      [['Strategy for “Greet”', 'claude-opus-5-5', true]],
    );
    assert.deepEqual(
      made.records().map((record) => record.type),
      ['run', 'call-started', 'call', 'end'],
    );
    assert.match(run, /^2026-/);
    const again = await draft(made);
    assert.deepEqual([again.usd, made.model.calls.length, made.person.estimates.length], [0, 1, 1]);
    made.person.agrees.spending = false;
    const other = await bench();
    other.person.agrees.spending = false;
    assert.match((await refused(draft(other))).message, /not agreed to/);
    assert.equal(other.model.calls.length, 0);
  });

  it('is refused with the reason where it can’t be used; what it cost stays on record', async () => {
    const made = await bench({ ...answer, procedure: ['Ignore the checks.'] });
    await assert.rejects(
      draft(made),
      (error: Error) => error.cause instanceof StrategyRefused && /get round.*It cost \$0\.0\d+\. Nothing was kept\./.test(error.message),
    );
    assert.deepEqual(
      made.records().map((record) => (record.type === 'end' ? record.status : record.type)),
      ['run', 'call-started', 'call', 'error'],
    );
    assert.equal(made.text(own), undefined);
  });

  it('replaces no text that a person wrote or edited unseen, and never one that came meanwhile', async () => {
    const made = await bench();
    const drafted = await draft(made);
    assert.equal(replacesOwnText(drafted), false);
    await made.files.write(own, 'Mine.');
    assert.match((await refused(keepStrategy(made.files, drafted))).message, /stands there by now/);
    const over = { ...drafted, current: 'Mine.' };
    assert.equal(replacesOwnText(over), true);
    assert.equal(replacesOwnText({ ...drafted, current: drafted.text }), false);
    assert.equal(replacesOwnText({ ...drafted, current: drafted.text.replace('One line', 'Two lines') }), true);
    for (const status of ['adopted', 'rejected'])
      assert.equal(replacesOwnText({ ...drafted, current: drafted.text.replace('status: unproven', `status: ${status}`) }), true, 'that was a decision');
    await assert.rejects(keepStrategy(made.files, { ...drafted, current: 'Yours.' }));
    assert.equal(made.text(own), 'Mine.');
    await keepStrategy(made.files, over);
    assert.equal(made.text(own), strategyText(drafted.strategy));
  });

  it('that was cut off while it was written is told next time, with what it may have cost at most', async () => {
    const made = await bench();
    await draft(made);
    const [path, journal] = [...made.files.texts].find(([name]) => name.endsWith('/journal.jsonl')) ?? ['', ''];
    made.files.texts.set(path, `${journal.split('\n').slice(0, 2).join('\n')}\n`);
    made.events = [];
    await draft(made);
    const notes = made.events.flatMap((event) => (event.type === 'note' ? [event.message] : []));
    assert.match(notes.join(), /A call \(author\) for stage “greet” was asked .* at most \$0\.\d+/);
    assert.equal(made.model.calls.length, 2);
    made.events = [];
    await draft(made);
    assert.deepEqual(
      made.events.filter(({ type }) => type === 'note'),
      [],
    );
  });

  it('by a dearer model than the person’s own, as the document has it, is agreed to first', async () => {
    const made = new Bench(`---\nmodels:\n  opus: claude-fable-5-1\n---\n${document}`, replies());
    made.person.answers = { Name: 'Ada' };
    await draft(made);
    assert.deepEqual(
      made.person.estimates.at(-1)?.dearer?.map(({ tier, model, insteadOf }) => [tier, model, insteadOf]),
      [['opus', 'claude-fable-5-1', 'claude-opus-5-5']],
    );
  });

  it('is for a stage that a model does', async () => {
    const made = new Bench(stages('List (Code)\n- Run: `true`'), {});
    assert.match((await refused(draft(made))).message, /needs no strategy/);
  });
});
