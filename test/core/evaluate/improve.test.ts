import assert from 'node:assert/strict';
import { caseSetting } from '../../../src/evaluate/caseSetting';
import { type ImproveOrder, improveStrategy } from '../../../src/evaluate/improve';
import { caseHash } from '../../../src/evaluate/learntFrom';
import { tryStrategy } from '../../../src/evaluate/trial';
import type { ModelRequest, Usage } from '../../../src/ports';
import { Bench, type Reply } from '../stage/scripted';
import { document, harmfulStep, Simulation, type SimulationOptions, skills, tickets } from './simulation';

const joined = (blocks: readonly { text: string }[]) => blocks.map(({ text }) => text).join('\n\n');

function bench(options: SimulationOptions = {}, count = 24, names = '', text = document, usage?: Usage) {
  const simulation = new Simulation(options);
  const answer = ({ model, system, user, label, maxTokens }: ModelRequest): Reply => {
    if (label.purpose === 'judge') return JSON.stringify({ reason: 'So it is.', score: 5 });
    const said = simulation.answer({ model: label.tier === 'haiku' ? 'haiku' : model, system: joined(system), user: joined(user) });
    if (!usage) return said;
    const stopReason = usage.outputTokens > maxTokens ? 'max_tokens' : 'end_turn';
    return { text: said, stopReason, usage: { ...usage, outputTokens: Math.min(maxTokens, usage.outputTokens) } };
  };
  return new Bench(text, answer, {
    '/w/evals/context.jsonl': tickets(count)
      .map(({ id, Ticket }) => JSON.stringify({ id: `${names}${id}`, Ticket }))
      .join('\n'),
  });
}
const improve = async (made: Bench, order: Partial<ImproveOrder> = {}) =>
  improveStrategy(made.engine, made.person, await made.task(), { stage: 1, seed: '', maxCalls: 400, maxUsd: 5, ...order }, made.options());
const has = (text: string) => skills.filter(({ step }) => text.includes(step)).length;

describe('improving a strategy, on a simulation', () => {
  it('reaches the known optimum within its budget, one step at a time', async () => {
    const made = bench({ stepsAtOnce: 1 });
    const report = await improve(made);
    assert.equal(report.stopped, 'perfect');
    assert.deepEqual([has(report.best.text), report.best.passed, report.best.of], [5, report.split.choose.length, report.split.choose.length]);
    assert.ok(report.candidates.length >= 4);
    assert.deepEqual([report.judgedBy, report.comparison?.first.rate], ['held', 1]);
    assert.ok((report.comparison?.second.rate ?? 1) < 0.5);
    assert.equal(report.calls, made.model.calls.length);
    assert.ok(report.calls <= 400);
  });

  it('reaches it whatever is drawn, without the step that does harm, within the calls that are usual', async function () {
    this.timeout(60_000);
    // The names of the cases decide which are learnt from, and in which order.
    for (let draw = 0; draw < 8; draw++) {
      const made = bench({ stepsAtOnce: 1, harmfulEvery: 3 }, 24, `${draw}-`);
      const { best, stopped } = await improve(made, { maxCalls: 200, maxUsd: 1 });
      assert.deepEqual([stopped, has(best.text), best.text.includes(harmfulStep)], ['perfect', 5, false], `draw ${draw}`);
      assert.ok(made.model.calls.length <= 200);
    }
  });

  it('has learnt nothing from the cases that judge it', async () => {
    const made = bench();
    const { split } = await improve(made);
    const dear = made.model.calls.filter(({ label }) => label.purpose === 'improve').map(({ user }) => joined(user));
    assert.ok(dear.length);
    const byId = new Map(tickets(24).map(({ id, Ticket }) => [id, Ticket]));
    for (const id of [...split.choose, ...split.held]) for (const sent of dear) assert.ok(!sent.includes(byId.get(id) as string), id);
  });

  it('never passes its budget of calls', async () => {
    for (const maxCalls of [0, 5, 7, 20, 33, 50]) {
      const made = bench({ stepsAtOnce: 1 });
      const report = await improve(made, { maxCalls });
      assert.ok(made.model.calls.length <= maxCalls, `${made.model.calls.length} of ${maxCalls}`);
      assert.equal(report.stopped, 'budget');
    }
  });

  it('counts judges as the calls they are, and leaves none of them out of what it reports', async () => {
    const judged = document.replace(/- Checks:\n/, '- Checks:\n  - judge: is kind, >= 1/5\n  - judge: is true, >= 1/5\n');
    for (const maxCalls of [30, 100, 400]) {
      const made = bench({ stepsAtOnce: 2 }, 24, '', judged);
      const report = await improve(made, { maxCalls });
      assert.ok(made.model.calls.length <= maxCalls, `${made.model.calls.length} of ${maxCalls}`);
      assert.equal(report.calls, made.model.calls.length);
      assert.equal(report.stopped, maxCalls === 400 ? 'perfect' : 'budget');
    }
  });

  it('never passes its budget of money, the first look included, whatever the models cost', async () => {
    const dear = { inputTokens: 500, outputTokens: 2000, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const stops = new Set<string>();
    for (const maxUsd of [0.01, 0.3, 0.6, 1, 2, 40]) {
      const made = bench({ stepsAtOnce: 1 }, 24, '', `---\nmodels:\n  haiku: claude-opus-5-5\n---\n${document}`, dear);
      const report = await improve(made, { maxUsd });
      assert.ok(report.usd <= maxUsd, `${report.usd} of ${maxUsd}`);
      const booked = made.records().reduce((sum, record) => sum + (record.type === 'call' ? record.usd : 0), 0);
      assert.equal(report.usd.toFixed(6), booked.toFixed(6));
      stops.add(`${report.candidates.length > 1} ${report.stopped}`);
      assert.equal(made.records().at(-1)?.type, 'end');
    }
    assert.ok(stops.has('false budget') && stops.has('true budget'), [...stops].join());
  });

  it('keeps what it has found where a cap stops it', async () => {
    const made = bench({ stepsAtOnce: 1 }, 24, '', document, { inputTokens: 1000, outputTokens: 1000, cacheReadTokens: 0, cacheWriteTokens: 0 });
    made.settings = { ...made.settings, caps: [{ name: 'The cap of the run', usd: 0.12 }] };
    const report = await improve(made);
    assert.equal(report.stopped, 'budget');
    assert.ok(report.candidates.length >= 1 && report.usd <= 0.12);
    assert.ok(made.events.some((event) => event.type === 'note' && event.message.includes('The cap of the run')));
  });

  it('ordered again within the same budget, takes the same course and pays for nothing', async () => {
    for (const order of [{ maxCalls: 45 }, { maxUsd: 0.02 }, {}]) {
      const made = bench({ stepsAtOnce: 1 }, 24, '', document, { inputTokens: 1000, outputTokens: 1000, cacheReadTokens: 0, cacheWriteTokens: 0 });
      const first = await improve(made, order);
      const calls = made.model.calls.length;
      for (let again = 0; again < 2; again++) {
        const report = await improve(made, order);
        assert.deepEqual([report.calls, report.usd, report.best, made.model.calls.length], [0, 0, first.best, calls]);
      }
    }
  });

  it('begins nothing more once a call has failed, and ends on record after all that was under way', async () => {
    for (const fails of [1, 9]) {
      const made = bench();
      const simulation = new Simulation();
      let calls = 0;
      made.script(async ({ model, system, user }) => {
        if (++calls === fails) return new Error('The line is cut.');
        await new Promise((resolve) => setTimeout(resolve, 15));
        return simulation.answer({ model, system: joined(system), user: joined(user) });
      });
      await assert.rejects(improve(made), /The line is cut/);
      await new Promise((resolve) => setTimeout(resolve, 60));
      assert.ok(made.model.calls.length < fails + made.settings.concurrency, `${made.model.calls.length}`);
      const types = made.records().map(({ type }) => type);
      assert.equal(types.at(-1), 'end');
      assert.equal(types.filter((type) => type === 'call').length, types.filter((type) => type === 'call-started').length);
    }
  });

  it('compares the best with the beginning on the cases held back, and on no others', async () => {
    const made = bench();
    const { split, best, comparison } = await improve(made);
    const byId = new Map(tickets(24).map(({ id, Ticket }) => [id, Ticket]));
    const asked = (steps: number, id: string) =>
      made.model.calls.some(
        ({ label, system, user }) => label.purpose === 'trial' && joined(user).includes(`${byId.get(id)}`) && has(joined(system)) === steps,
      );
    assert.equal(comparison?.cases, split.held.length);
    for (const id of split.held) assert.ok(asked(has(best.text), id) && asked(0, id), id);
  });

  it('remembers the cases it has learnt from and chosen by, and no others, for whoever tries it later', async () => {
    const made = bench();
    const report = await improve(made);
    const { setting, cases } = await caseSetting(made.engine, made.person, await made.task(), 1);
    const hashes = (ids: readonly string[]) => cases.filter(({ id }) => ids.includes(id)).map((each) => caseHash(each, setting.plan));
    assert.ok(hashes(report.split.choose).every((hash) => report.learntFrom.includes(hash)));
    assert.ok(hashes(report.split.held).every((hash) => !report.learntFrom.includes(hash)));
    // With more cases they are split anew: what was learnt from is not held back then.
    made.files.texts.set(
      '/w/evals/context.jsonl',
      tickets(30)
        .map((each) => JSON.stringify(each))
        .join('\n'),
    );
    const again = await improve(made, { seed: report.best.text, learntFrom: report.learntFrom });
    const more = await caseSetting(made.engine, made.person, await made.task(), 1);
    const held = more.cases.filter(({ id }) => again.split.held.includes(id)).map((each) => caseHash(each, setting.plan));
    assert.ok(held.length && held.every((hash) => !report.learntFrom.includes(hash)));
    assert.ok(report.learntFrom.every((hash) => again.learntFrom.includes(hash)));
  });

  it('keeps no step that does harm', async () => {
    const report = await improve(bench({ stepsAtOnce: 1, harmfulEvery: 2 }));
    assert.ok(!report.best.text.includes(harmfulStep));
    assert.equal(has(report.best.text), 5);
  });

  it('puts every candidate on record with its score and cost', async () => {
    const made = bench({ stepsAtOnce: 2 });
    const report = await improve(made);
    const scored = made.records().flatMap((record) => (record.type === 'candidate' ? [record] : []));
    assert.deepEqual(
      scored.map(({ number, mean, passed }) => [number, mean, passed]),
      report.candidates.map(({ number, mean, passed }) => [number, mean, passed]),
    );
    assert.ok(scored.every(({ usd }, i) => usd > (scored[i - 1]?.usd ?? 0)));
    const last = scored.at(-1);
    assert.equal([...made.files.texts].find(([path]) => path.endsWith(`/${last?.output}`))?.[1].trim(), report.candidates.at(-1)?.text);
  });

  it('takes up where it was cut off and pays for nothing twice', async () => {
    const whole = bench({ stepsAtOnce: 1 });
    const wanted = await improve(whole);
    const made = bench({ stepsAtOnce: 1 });
    const { model } = made;
    let left = 25;
    const simulation = new Simulation({ stepsAtOnce: 1 });
    const answer = ({ model: id, system, user }: Parameters<typeof model.ask>[0]): Reply =>
      simulation.answer({ model: id, system: joined(system), user: joined(user) });
    made.script((request) => (left-- > 0 ? answer(request) : new Error('The line is cut.')));
    await assert.rejects(improve(made));
    made.script(answer);
    const report = await improve(made);
    assert.deepEqual(report.best, wanted.best);
    assert.equal(report.calls, wanted.calls - 25);
  });

  it('and a trial then shows what it is worth, on the other cases and by answers of its own', async () => {
    const made = bench();
    const { best, learntFrom, split } = await improve(made);
    const order = { stage: 1, learntFrom, runs: 1 };
    const report = await tryStrategy(made.engine, made.person, await made.task(), { ...order, strategy: best.text }, made.options());
    assert.deepEqual([report.comparison.first.rate, report.comparison.verdict, report.known], [1, 'better', 0]);
    assert.ok(report.cases.every(({ id }) => !split.choose.includes(id)));
    assert.equal(report.cases.length + report.left.learnt, 24);
    const harmful = await tryStrategy(made.engine, made.person, await made.task(), { ...order, strategy: `${best.text}\n- ${harmfulStep}` }, made.options());
    assert.ok(harmful.comparison.first.rate < 0.8);
  });
});
