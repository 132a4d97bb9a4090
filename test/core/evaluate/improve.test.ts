import assert from 'node:assert/strict';
import { type ImproveOrder, improveStrategy } from '../../../src/evaluate/improve';
import { tryStrategy } from '../../../src/evaluate/trial';
import { Bench, type Reply } from '../stage/scripted';
import { document, harmfulStep, Simulation, type SimulationOptions, skills, tickets } from './simulation';

const joined = (blocks: readonly { text: string }[]) => blocks.map(({ text }) => text).join('\n\n');

function bench(options: SimulationOptions = {}, count = 24) {
  const simulation = new Simulation(options);
  const made = new Bench(document, ({ model, system, user }): Reply => simulation.answer({ model, system: joined(system), user: joined(user) }), {
    '/w/evals/context.jsonl': tickets(count)
      .map((ticket) => JSON.stringify(ticket))
      .join('\n'),
  });
  return made;
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

  it('never passes its budget of money', async () => {
    for (const maxUsd of [0.0001, 0.01, 0.05]) {
      const made = bench({ stepsAtOnce: 1 });
      const report = await improve(made, { maxUsd });
      assert.ok(report.usd <= maxUsd, `${report.usd} of ${maxUsd}`);
    }
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

  it('and a trial then shows what it is worth', async () => {
    const made = bench();
    const { best } = await improve(made);
    const report = await tryStrategy(made.engine, made.person, await made.task(), { stage: 1, strategy: best.text, runs: 1 }, made.options());
    assert.deepEqual([report.comparison.first.rate, report.comparison.verdict], [1, 'better']);
    const harmful = await tryStrategy(
      made.engine,
      made.person,
      await made.task(),
      { stage: 1, strategy: `${best.text}\n- ${harmfulStep}`, runs: 1 },
      made.options(),
    );
    assert.ok(harmful.comparison.first.rate < 0.7);
  });
});
