import assert from 'node:assert/strict';
import { caseSetting } from '../../../src/evaluate/caseSetting';
import { caseHash } from '../../../src/evaluate/learntFrom';
import { evidenceOf, type TrialOrder, trialPrices, tryStrategy } from '../../../src/evaluate/trial';
import { trialText } from '../../../src/evaluate/trialReport';
import type { ModelRequest } from '../../../src/ports';
import { Bench, type Reply, refused, stages } from '../stage/scripted';

const document = stages('Greet (Haiku)\n- Input: Name\n- Task: Greet the person.\n- Output: Greeting\n- Checks:\n  - contains: "Dear"');
const good = 'Begin with the word Dear.';

/** Greets well where it is told how, and Ada always; badly wherever it is told to shout. */
function replies({ user, system }: ModelRequest): Reply {
  const told = system.map(({ text }) => text).join('');
  const name = /Ada|Bo\d*/.exec(user.map(({ text }) => text).join(''))?.[0] ?? '?';
  if (told.includes('Shout')) return `HEY ${name}`;
  return told.includes(good) || name === 'Ada' ? `Dear ${name},` : `Hi ${name}`;
}

const lines = (count: number) => ['{"id":"ada","Name":"Ada"}', ...Array.from({ length: count }, (_, i) => `{"id":"bo${i}","Name":"Bo${i}"}`)].join('\n');

function bench(count = 7): Bench {
  return new Bench(document, replies, { '/w/evals/context.jsonl': lines(count) });
}
const trial = async (made: Bench, order: Partial<TrialOrder> = {}) =>
  tryStrategy(made.engine, made.person, await made.task(), { stage: 1, strategy: good, runs: 1, ...order }, made.options());

describe('a trial of a strategy', () => {
  it('runs each case with and without it, and says whether it helps', async () => {
    const made = bench();
    const report = await trial(made, { runs: 2 });
    assert.equal(made.model.calls.length, 8 * 2 * 2);
    assert.deepEqual(report.cases.slice(0, 2), [
      { id: 'ada', with: 2, without: 2 },
      { id: 'bo0', with: 2, without: 0 },
    ]);
    const { comparison } = report;
    assert.deepEqual([comparison.first.rate, comparison.second.rate, comparison.better, comparison.worse, comparison.verdict], [1, 0.125, 7, 0, 'better']);
    assert.equal(comparison.p.toFixed(6), (2 * 0.5 ** 7).toFixed(6));
    assert.ok(report.usd > 0 && report.with.usd > 0 && report.with.errors === 0);
    assert.deepEqual(
      made.person.estimates.map(({ stages: [stage] }) => [stage?.title, stage?.model]),
      [['Trial: 8 cases, 2 × with and without', 'claude-haiku-5-5']],
    );
    const evidence = evidenceOf(report, good, '2026-11-22');
    assert.deepEqual([evidence.cases, evidence.runs, evidence.withStrategy, evidence.withoutStrategy, evidence.verdict], [8, 2, 1, 0.125, 'better']);
  });

  it('rejects one that does harm', async () => {
    const { comparison } = await trial(bench(), { strategy: 'Shout.' });
    assert.deepEqual([comparison.better, comparison.worse], [0, 1]);
    const many = new Bench(document, replies, { '/w/evals/context.csv': `Name\n${Array.from({ length: 8 }, (_, i) => `Ada${i}`).join('\n')}\n` });
    assert.equal((await trial(many, { strategy: 'Shout.' })).comparison.verdict, 'worse');
  });

  it('says when the cases are too few to claim anything', async () => {
    const { comparison } = await trial(bench(2));
    assert.equal(comparison.verdict, 'undecided');
    assert.match(comparison.tooFew ?? '', /3 cases are too few/);
  });

  it('does not pay again for what is on record, and asks nobody where nothing is left to pay', async () => {
    const made = bench();
    const first = await trial(made);
    const again = await trial(made);
    assert.deepEqual([made.model.calls.length, made.person.estimates.length], [16, 1]);
    assert.deepEqual([again.usd, again.known], [0, 16]);
    assert.deepEqual(again.comparison, first.comparison);
    const more = await trial(made, { runs: 2 });
    assert.equal(made.model.calls.length, 32);
    assert.equal(more.known, 16);
  });

  it('takes the inputs of earlier runs as cases, each set once', async () => {
    const made = new Bench(document, replies);
    for (const Name of ['Ada', 'Bo1', 'Ada']) {
      await made.run({ inputs: new Map([['name', Name]]), fresh: true });
    }
    const { cases } = await trial(made);
    assert.equal(cases.length, 2);
    assert.match(cases[0]?.id ?? '', /^run 2026-/);
  });

  it('takes the items of a list as cases', async () => {
    const made = new Bench(
      stages('Greet (Haiku)\n- Input: Names\n- Each: Name in Names\n- Task: Greet Name.\n- Output: Greeting\n- Checks:\n  - contains: "Dear"'),
      replies,
    );
    await made.run({ inputs: new Map([['names', '- Ada\n- Bo1\n']]) });
    const { cases } = await trial(made);
    assert.deepEqual(
      cases.map((each) => each.id),
      ['item 1', 'item 2'],
    );
  });

  it('leaves what the stage has made as it is', async () => {
    const made = bench();
    await made.run({ inputs: new Map([['name', 'Ada']]) });
    await trial(made);
    const before = made.model.calls.length;
    const result = await made.run();
    assert.deepEqual([result.stages[0]?.status, made.model.calls.length], ['cached', before]);
  });

  it('is refused, before anything is sent, without checks, cases, consent, or an input', async () => {
    const none = new Bench(document, replies);
    assert.match((await refused(trial(none))).message, /no cases.*evals\/context\.jsonl/s);
    const unchecked = new Bench(stages('Greet (Haiku)\n- Input: Name\n- Task: Greet.\n- Output: Greeting'), replies);
    assert.match((await refused(trial(unchecked))).message, /no checks/);
    const two = new Bench(document.replace('Input: Name', 'Input: Name, Mood'), replies, { '/w/evals/context.jsonl': lines(1) });
    assert.match((await refused(trial(two))).message, /The case “ada” can’t be run: .*“Mood”/);
    const unwilling = bench();
    unwilling.person.agrees.spending = false;
    await refused(trial(unwilling));
    for (const each of [none, unchecked, two, unwilling]) assert.equal(each.model.calls.length, 0);
  });

  it('goes on where it was cut off', async () => {
    const made = bench();
    let calls = 0;
    made.script((request) => (++calls > 5 ? new Error('The line is cut.') : replies(request)));
    await assert.rejects(trial(made));
    made.script(replies);
    await trial(made);
    assert.ok(made.model.calls.length <= 16 - 1, `${made.model.calls.length}`);
    assert.ok(made.model.calls.length >= 16 - 5);
  });

  it('counts a case once, whatever it is called and whether it spells out what the document says anyway', async () => {
    const twins = Array.from({ length: 8 }, (_, i) => JSON.stringify({ id: `t${i}`, Name: 'Bo' })).join('\n');
    const made = new Bench(document, replies, { '/w/evals/context.jsonl': twins });
    const report = await trial(made);
    assert.deepEqual([report.comparison.cases, report.comparison.verdict, report.left.twins, made.model.calls.length], [1, 'undecided', 7, 2]);
    assert.match(trialText(report), /Left out, as another case asks the same: 7 cases\./);
    const toned = new Bench(`---\ninputs:\n  Tone: warm\n---\n${document.replace('Input: Name', 'Input: Name, Tone')}`, replies, {
      '/w/evals/context.jsonl': ['Bo1', 'Bo2', 'Bo3'].flatMap((Name) => [JSON.stringify({ Name }), JSON.stringify({ Name, Tone: 'warm' })]).join('\n'),
    });
    const { comparison, left } = await trial(toned);
    assert.deepEqual([comparison.cases, left.twins], [3, 3]);
  });

  it('leaves out the cases that the strategy was learnt from, however they are spaced, and says so', async () => {
    const made = bench(9);
    const { plan } = (await caseSetting(made.engine, made.person, await made.task(), 1)).setting;
    const learntFrom = ['Bo1', ' Bo2\n'].map((name) => caseHash({ id: 'any', values: new Map([['name', name]]) }, plan));
    const report = await trial(made, { learntFrom });
    assert.deepEqual(
      report.cases.map(({ id }) => id),
      ['ada', ...[0, 3, 4, 5, 6, 7, 8].map((i) => `bo${i}`)],
    );
    assert.equal(report.left.learnt, 2);
    assert.match(trialText(report), /Left out, as the strategy was learnt from them: 2 cases\./);
    assert.deepEqual(await trialPrices(made.engine, await made.task(), { stage: 1, learntFrom }, [1]).then(({ cases }) => cases), 8);
    const all = ['Ada', ...Array.from({ length: 9 }, (_, i) => `Bo${i}`)].map((name) => caseHash({ id: '', values: new Map([['name', name]]) }, plan));
    const before = made.model.calls.length;
    assert.match((await refused(trial(made, { learntFrom: all }))).message, /learnt from all of its 10 cases/);
    assert.equal(made.model.calls.length, before);
  });

  it('claims nothing of cases whose checks could not run', async () => {
    const judged = document.replace('  - contains: "Dear"', '  - judge: Is it kind? >= 4/5');
    for (const broken of [true, false]) {
      // What is not told how is judged by a judge that answers no JSON, or by one that finds it bad.
      const answer = (request: ModelRequest): Reply => {
        if (request.label.purpose !== 'judge') return replies(request);
        const kind = request.user
          .map(({ text }) => text)
          .join('')
          .includes('Dear');
        return kind || !broken ? JSON.stringify({ reason: 'So it is.', score: kind ? 5 : 1 }) : 'I can’t say.';
      };
      const made = new Bench(judged, answer, { '/w/evals/context.jsonl': lines(9) });
      const report = await trial(made);
      assert.deepEqual(
        [report.comparison.verdict, report.comparison.cases, report.left.unsettled, report.without.errors],
        broken ? ['undecided', 1, 9, 9] : ['better', 10, 0, 0],
      );
      // The judges that gave no verdict are asked again, and their price is agreed to; the others are not.
      const before = made.model.calls.length;
      await trial(made);
      assert.deepEqual([made.person.estimates.length, made.model.calls.length - before], broken ? [2, 9] : [1, 0]);
    }
  });

  it('begins nothing more once a call has failed, and ends on record after all that was under way', async () => {
    const made = bench(11);
    let calls = 0;
    made.script(async (request) => {
      if (++calls === 1) return new Error('The line is cut.');
      await new Promise((resolve) => setTimeout(resolve, 20));
      return replies(request);
    });
    await assert.rejects(trial(made));
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.ok(made.model.calls.length <= made.settings.concurrency, `${made.model.calls.length}`);
    assert.deepEqual([made.records().at(-1)?.type, made.records().filter(({ type }) => type === 'call').length], ['end', made.model.calls.length]);
  });

  it('stops where a cap cuts an answer off, and asks that one again once there is room', async () => {
    const made = bench(2);
    const answer = (request: ModelRequest): Reply => {
      const text = replies(request);
      return request.maxTokens < 8000 && typeof text === 'string' ? { text: text.slice(0, 4), stopReason: 'max_tokens' } : text;
    };
    made.script(answer);
    made.settings = { ...made.settings, concurrency: 1, caps: [{ name: 'The cap', usd: 0.003 }] };
    await assert.rejects(trial(made), /cut off, as a cap left too little room/);
    made.script(answer);
    made.settings = { ...made.settings, caps: [] };
    const report = await trial(made);
    assert.deepEqual(report.cases, [
      { id: 'ada', with: 1, without: 1 },
      { id: 'bo0', with: 1, without: 0 },
      { id: 'bo1', with: 1, without: 0 },
    ]);
  });

  it('draws anew where the effort is another', async () => {
    const made = new Bench(document.replace('(Haiku)', '(Haiku, low)'), replies, { '/w/evals/context.jsonl': lines(2) });
    await trial(made);
    made.files.texts.set('/w/CONTEXT.md', document.replace('(Haiku)', '(Haiku, high)'));
    await trial(made);
    assert.deepEqual(
      made.model.calls.map(({ effort }) => effort),
      [...Array(6).fill('low'), ...Array(6).fill('high')],
    );
  });
});
