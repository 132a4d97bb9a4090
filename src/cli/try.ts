import { type Case, casesOf } from '../evaluate/cases';
import { type KeptStrategy, keptStrategies } from '../evaluate/keptStrategies';
import { evidenceOf, type TrialReport, tryStrategy } from '../evaluate/trial';
import { holdsHead, holdsRows, trialText } from '../evaluate/trialReport';
import { UserError } from '../ports';
import { indexOf } from '../stage/scope';
import type { Stage } from '../steering/contextTypes';
import { planTask } from '../steering/plan';
import { strategyPath, strategyText } from '../steering/strategy';
import { worthText } from '../strategy/worth';
import { worthOnRecord } from '../strategy/worthReading';
import { plural } from '../text';
import { oneFile, parseCommand, wholeNumber, wrongUsage } from './arguments';
import { type Commissioning, commissioning, commissionOptions, yesTo } from './commissioning';
import { jsonText } from './json';
import { absolutePath, type Surroundings, shownPath } from './surroundings';

/** How often each case is run on either side where nothing is said. */
const usualRuns = 1;

/** `haiku-first try`: a stage with and without its strategy on the same cases. Exit code 1 where the strategy does harm. */
export async function tryCommand(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('try', args, {
    ...commissionOptions,
    all: { type: 'boolean' },
    runs: { type: 'string' },
    cases: { type: 'string' },
    on: { type: 'string' },
    adopt: { type: 'boolean' },
  });
  const number = wholeNumber('try', '--stage', values.stage);
  if ((number === undefined) !== (values.all === true)) throw wrongUsage('try', 'Say --stage N, or --all for every stage with a strategy.');
  const runs = wholeNumber('try', '--runs', values.runs) ?? usualRuns;
  if (runs < 1) throw wrongUsage('try', '--runs is at least 1.');
  const own = await commissioning(around, 'try', oneFile('try', positionals), values);
  const plan = await planTask(own.task, around.files);
  const kept = await keptStrategies(around.files, plan);
  const chosen = number === undefined ? kept : kept.filter(({ planned }) => planned.index === indexOf(plan, number));
  if (!chosen.length) {
    const stage = number === undefined ? undefined : plan.stages[indexOf(plan, number)]?.stage;
    throw new UserError(stage ? `Stage ${number} “${stage.title}” has no strategy to try.` : 'No stage of this document has a strategy.', {
      path: stage ? strategyPath(own.task, stage) : own.task.document.path,
      todo: `Have one written: haiku-first author ${shownPath(around, own.task.document.path)} --stage ${number ?? 'N'}`,
      exitCode: 2,
    });
  }
  const done: { kept: KeptStrategy; report: TrialReport }[] = [];
  for (const each of chosen) {
    const cases = values.cases === undefined ? undefined : await givenCases(around, values.cases, each.planned.stage);
    const order = { stage: each.planned.stage.number, strategy: each.strategy.body, learntFrom: each.strategy.learntFrom, runs, model: values.on, cases };
    done.push({ kept: each, report: await tryStrategy(own.engine, own.person, own.task, order, own.options) });
  }
  const quiet = values.json ?? false;
  const decisions: (string | null)[] = [];
  for (const each of done) {
    // What is to be decided on is seen first.
    if (!quiet && values.on === undefined) {
      around.stdout(trialText(each.report));
      if (!own.engine.model.paid) around.stdout('These were recorded samples: nothing was paid.\n');
      const worth = await worthOnRecord(own.engine, own.task, each.kept.planned.stage);
      if (worth) around.stdout(`In your runs so far: ${worthText(worth)}\n`);
    }
    decisions.push(values.on === undefined ? await decide(around, own, each, { adopt: values.adopt ?? false, quiet }) : null);
  }
  if (values.json) around.stdout(jsonText({ trials: done.map(({ report }, i) => ({ ...trialJson(report), decision: decisions[i] })) }));
  else if (values.on !== undefined) around.stdout(holdsTable(done, values.on));
  return done.some(({ report }) => report.comparison.verdict === 'worse') ? 1 : 0;
}

async function givenCases(around: Surroundings, file: string, stage: Stage): Promise<Case[]> {
  const path = absolutePath(around, file);
  if (!/\.(?:jsonl|csv)$/i.test(path)) throw new UserError('Cases stand in a .jsonl or a .csv file.', { path, exitCode: 2 });
  return casesOf(path.replace(/\.csv$/i, '.csv'), await around.files.read(path, 16 * 1024 * 1024), stage);
}

/** Put the evidence into the strategy's file, and adopt it where that shows that it helps and the person says so. Never by itself. */
async function decide(
  around: Surroundings,
  { engine, task }: Commissioning,
  { kept, report }: { kept: KeptStrategy; report: TrialReport },
  { adopt, quiet }: { adopt: boolean; quiet: boolean },
): Promise<string | null> {
  const { verdict } = report.comparison;
  const path = shownPath(around, kept.path);
  const evidence = evidenceOf(report, kept.strategy.body, engine.clock.now().toISOString().slice(0, 10));
  const write = async (status: 'adopted' | 'rejected' | 'unproven') => {
    await around.files.write(kept.path, strategyText({ ...kept.strategy, status, evidence }), kept.text);
    return status;
  };
  if (verdict === 'better') {
    if (adopt || (await yesTo(around, `Adopt it? ${path} then says that it is proven.`))) return write('adopted');
    if (!adopt && !quiet) around.stderr(`Not adopted: add --adopt to have ${path} say that it is proven.\n`);
    return null;
  }
  if (adopt && !quiet)
    around.stderr(
      `Not adopted: ${verdict === 'worse' ? 'it does harm' : `the evidence shows nothing${report.left.learnt ? ` (${plural(report.left.learnt, 'case')} left out, as it was learnt from them)` : ''}`}.\n`,
    );
  if (verdict === 'worse' && (await yesTo(around, `Reject it? It is then kept in ${shownPath(around, task.haikuFolder)} to be read, and no longer used.`)))
    return write('rejected');
  return null;
}

function trialJson({ stage, model, runs, cases, left, comparison, with: own, without, usd, ms, known, run }: TrialReport) {
  return { run, stage: { number: stage.number, title: stage.title }, model, runs, cases, left, comparison, with: own, without, usd, ms, known };
}

/** Which strategies hold on another model. */
function holdsTable(done: readonly { kept: KeptStrategy; report: TrialReport }[], model: string): string {
  const rows = holdsRows(done);
  const head = holdsHead(model);
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)));
  return [head, ...rows]
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
