import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ImproveOrder, improveStrategy } from '../../src/evaluate/improve';
import { type PairedComparison, wilson } from '../../src/evaluate/statistics';
import { tryStrategy } from '../../src/evaluate/trial';
import { rateText } from '../../src/evaluate/trialReport';
import { readStrategy } from '../../src/steering/strategy';
import { Terminal } from '../core/cli/terminal';
import { document, harmfulStep, Simulation, type SimulationOptions, skills, tickets } from '../core/evaluate/simulation';
import { startMockServer } from '../core/model/mockServer';
import { Bench } from '../core/stage/scripted';
import { table } from './table';

const cases = 24;
const courses = 20;
/** As `improve` has them where nothing is said. */
const [usualCalls, usualUsd] = [200, 1];

const caveat = `A simulation, no model: a cheap one that follows explicit procedures and fails without them, a dear one that knows the ${skills.length} steps. It shows that the loop closes, and nothing about real models.`;

/** The loop from failure to proof on the simulation: what it does to pass rate and escalations, and whether improvement finds the known optimum. */
export async function strategiesBench(): Promise<string> {
  const seesAll = await theLoop('the dear model sees all that the attempts show', {});
  const seesTwo = await theLoop('it sees two at once, and harms in each third', { stepsAtOnce: 2, harmfulEvery: 3 });
  return [caveat, seesAll, seesTwo, await theCourses(), await theBudgets(), await theHarm()].join('\n\n');
}

/** Over the command line, the SDK and HTTP. */
async function theLoop(title: string, options: SimulationOptions): Promise<string> {
  const simulation = new Simulation(options);
  const server = await startMockServer(({ body, system, user }) => ({ text: simulation.answer({ model: String(body.model), system, user }), pieceSize: 4000 }));
  const terminal = new Terminal();
  terminal.env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-bench' };
  try {
    writeFileSync(join(terminal.folder, 'CONTEXT.md'), document);
    mkdirSync(join(terminal.folder, 'evals'));
    writeFileSync(join(terminal.folder, 'evals', 'context.jsonl'), jsonLines(tickets(cases)));
    const command = async (...args: string[]) => {
      const { code, stdout, stderr } = await terminal.run(...args);
      if (code !== 0) throw new Error(`haiku-first ${args.join(' ')} ended with ${code}: ${stderr}`);
      return stdout;
    };
    const own = () => readStrategy('answer.md', readFileSync(join(terminal.folder, '.haiku/strategies/context/answer.md'), 'utf8')).strategy?.body ?? '';
    const rows: string[][] = [[`${cases} tickets; ${title}`, 'passed on Haiku', '95% interval', 'escalations a run', 'steps']];
    const row = async (what: string, text: string) => {
      const escalated = await escalations(terminal);
      const rate = wilson(cases - escalated, cases);
      const [share, interval] = rateText(rate).split(' ');
      rows.push([what, share ?? '', interval ?? '', (escalated / cases).toFixed(2), `${stepsIn(text)} of ${skills.length}`]);
    };
    await row('without a strategy', '');
    await command('author', 'CONTEXT.md', '--stage', '1', '--yes');
    await row('after author', own());
    const improved = JSON.parse(await command('improve', 'CONTEXT.md', '--stage', '1', '--yes', '--json')) as { calls: number; comparison?: PairedComparison };
    await row('after improve', own());
    const { trials } = JSON.parse(await command('try', 'CONTEXT.md', '--stage', '1', '--yes', '--adopt', '--json')) as {
      trials: { comparison: PairedComparison; left: { learnt: number }; decision: string | null }[];
    };
    const held = improved.comparison ? `, on ${improved.comparison.cases} cases held back: ${evidence(improved.comparison)}` : '';
    const tried = trials
      .map(
        ({ comparison, left, decision }) =>
          `on the ${comparison.cases} cases that improve did not look at (${left.learnt} left out): ${evidence(comparison)}, ${decision ?? 'not adopted'}`,
      )
      .join();
    return `${table(rows)}\nimprove took ${improved.calls} calls${held}.\ntry --adopt, against no strategy, ${tried}.`;
  } finally {
    await server.stop();
    terminal.remove();
  }
}

function evidence({ first, second, better, worse, p, verdict }: PairedComparison): string {
  return `${rateText(first)} against ${rateText(second)}, ${better} better, ${worse} worse, exact p = ${p.toPrecision(2)}, ${verdict}`;
}

/** Runs the stage on each ticket and escalates what fails. */
async function escalations(terminal: Terminal): Promise<number> {
  let count = 0;
  for (const { Ticket } of tickets(cases)) {
    const { code, stderr } = await terminal.run('run', 'CONTEXT.md', '--yes', '--input', `Ticket=${Ticket}`);
    if (code === 0) continue;
    if (code !== 1) throw new Error(stderr);
    count++;
    const escalated = await terminal.run('escalate', 'CONTEXT.md', '--stage', '1', '--yes');
    if (escalated.code !== 0) throw new Error(escalated.stderr);
  }
  return count;
}

/** From nothing, by other draws each time: the names of the cases decide which are learnt from, and in which order. */
async function theCourses(): Promise<string> {
  const rows: string[][] = [
    [`improve from nothing, ${courses} draws, ${usualCalls} calls at most`, 'at the optimum', 'calls: least', 'median', 'most', 'candidates', 'with harm'],
  ];
  for (const [name, options] of [
    ['all missing steps seen at once', {}],
    ['one step at once', { stepsAtOnce: 1 }],
    ['one at once, each third strategy harmful', { stepsAtOnce: 1, harmfulEvery: 3 }],
  ] as const) {
    const ends = [];
    for (let course = 0; course < courses; course++) ends.push(await improvement(options, course, { maxCalls: usualCalls }));
    const calls = ends.map((end) => end.calls).sort((a, b) => a - b);
    const candidates = ends.map((end) => end.candidates).sort((a, b) => a - b);
    const best = ends.filter(({ text }) => stepsIn(text) === skills.length && !text.includes(harmfulStep));
    rows.push([
      name,
      `${best.length} of ${courses}`,
      String(calls[0]),
      String(calls[Math.floor(courses / 2)]),
      String(calls.at(-1)),
      `${candidates[0]}–${candidates.at(-1)}`,
      String(ends.filter(({ text }) => text.includes(harmfulStep)).length),
    ]);
  }
  return table(rows);
}

/** The budget is a limit, not an aim. */
async function theBudgets(): Promise<string> {
  const rows: string[][] = [['budget of calls, one step at once', 'most calls made', 'past it', 'at the optimum']];
  for (const maxCalls of [10, 25, 50, 100]) {
    const ends = [];
    for (let course = 0; course < courses; course++) ends.push(await improvement({ stepsAtOnce: 1 }, course, { maxCalls }));
    rows.push([
      String(maxCalls),
      String(Math.max(...ends.map(({ calls }) => calls))),
      `${ends.filter(({ calls }) => calls > maxCalls).length} of ${courses}`,
      `${ends.filter(({ text }) => stepsIn(text) === skills.length).length} of ${courses}`,
    ]);
  }
  return table(rows);
}

async function improvement(options: SimulationOptions, course: number, order: Pick<ImproveOrder, 'maxCalls'>) {
  const bench = scripted(
    document,
    options,
    tickets(cases).map(({ id, Ticket }) => ({ id: `${course}-${id}`, Ticket })),
  );
  const report = await improveStrategy(bench.engine, bench.person, await bench.task(), { stage: 1, seed: '', maxUsd: usualUsd, ...order }, bench.options());
  return { calls: bench.model.calls.length, candidates: report.candidates.length, text: report.best.text };
}

/** A strategy that spoils what passes without it. */
async function theHarm(): Promise<string> {
  const rows: string[][] = [['a harmful strategy, tried', 'with', 'without', 'better', 'worse', 'exact p', 'verdict']];
  const easy = document.replace(/- Checks:[\s\S]*$/, '- Checks:\n  - excludes: sorry\n');
  for (const count of [4, 8, cases]) {
    const bench = scripted(easy, {}, tickets(count));
    const order = { stage: 1, strategy: `## Procedure\n\n1. ${harmfulStep}`, runs: 1 };
    const { comparison } = await tryStrategy(bench.engine, bench.person, await bench.task(), order, bench.options());
    rows.push([
      `on ${count} cases`,
      rateText(comparison.first),
      rateText(comparison.second),
      String(comparison.better),
      String(comparison.worse),
      comparison.p.toPrecision(2),
      comparison.verdict,
    ]);
  }
  return table(rows);
}

/** The stage in memory, without HTTP. */
function scripted(text: string, options: SimulationOptions, of: readonly { id: string; Ticket: string }[]): Bench {
  const simulation = new Simulation(options);
  const joined = (blocks: readonly { text: string }[]) => blocks.map((block) => block.text).join('\n\n');
  return new Bench(text, ({ model, system, user }) => simulation.answer({ model, system: joined(system), user: joined(user) }), {
    '/w/evals/context.jsonl': jsonLines(of),
  });
}

const jsonLines = (of: readonly object[]) => of.map((each) => JSON.stringify(each)).join('\n');
const stepsIn = (text: string) => skills.filter(({ step }) => text.includes(step)).length;
