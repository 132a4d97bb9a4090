import { casesOf } from '../evaluate/cases';
import { improveStrategy, usualBudget } from '../evaluate/improve';
import { leftText, percent, verdictText } from '../evaluate/trialReport';
import { UserError } from '../ports';
import { indexOf } from '../stage/scope';
import { planTask } from '../steering/plan';
import { bodyHash, readStrategy, type Strategy, stageHash, strategyPath, strategyText } from '../steering/strategy';
import { keepStrategy, ownHand, replacesOwnText, writtenBy } from '../strategy/author';
import { plural } from '../text';
import { amountOfMoney, oneFile, parseCommand, wholeNumber, wrongUsage } from './arguments';
import { commissioning, commissionOptions, costText, yesTo } from './commissioning';
import { jsonText } from './json';
import { diffText } from './person';
import { absolutePath, type Surroundings, shownPath } from './surroundings';

const stopped = {
  perfect: 'every case passes',
  'no improvement': 'nothing improved any more',
  budget: 'the budget does not allow another look',
  'nothing to learn from': 'there are too few cases',
} as const;

/** `haiku-first improve`: a strategy rewritten from what fails, on cases, within a budget. */
export async function improve(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('improve', args, {
    ...commissionOptions,
    calls: { type: 'string' },
    minibatch: { type: 'string' },
    patience: { type: 'string' },
    cases: { type: 'string' },
  });
  const number = wholeNumber('improve', '--stage', values.stage);
  if (number === undefined) throw wrongUsage('improve', '--stage says which one.');
  const own = await commissioning(around, 'improve', oneFile('improve', positionals), values);
  const { task, engine, person, options } = own;
  const plan = await planTask(task, around.files);
  const { stage } = plan.stages[indexOf(plan, number)] as (typeof plan.stages)[number];
  const path = strategyPath(task, stage);
  const current = (await around.files.stat(path)) ? await around.files.read(path) : undefined;
  const known = current === undefined ? undefined : readStrategy(path, current);
  if (known && !known.strategy)
    throw new UserError(`The strategy can’t be read: ${known.problems[0]?.message}`, { path, line: known.problems[0]?.range.start.line, exitCode: 2 });
  const done = ownHand({ path, current });
  if (!around.interactive && values.yes && done)
    throw new UserError(`The strategy of stage ${number} was ${done} by somebody.`, {
      path,
      todo: 'Improve it in a terminal, where you are shown the difference and asked.',
      exitCode: 2,
    });
  const cases =
    values.cases === undefined ? undefined : casesOf(values.cases, await around.files.read(absolutePath(around, values.cases), 16 * 1024 * 1024), stage);
  const report = await improveStrategy(
    engine,
    person,
    task,
    {
      stage: number,
      seed: known?.strategy?.body ?? '',
      maxCalls: wholeNumber('improve', '--calls', values.calls) ?? usualBudget.calls,
      maxUsd: amountOfMoney('improve', '--max-cost', values['max-cost']) ?? usualBudget.usd,
      minibatch: wholeNumber('improve', '--minibatch', values.minibatch) || undefined,
      patience: wholeNumber('improve', '--patience', values.patience) || undefined,
      cases,
      learntFrom: known?.strategy?.learntFrom,
    },
    options,
  );
  const { best, candidates, split, comparison, judgedBy, calls, usd } = report;
  const better = best.number !== 1;
  const strategy: Strategy = {
    stage: stage.slug,
    targetModel: report.model,
    authorModel: writtenBy(engine, engine.catalog.modelFor('opus', task.document.models)),
    date: engine.clock.now().toISOString().slice(0, 10),
    stageHash: stageHash(stage),
    status: 'unproven',
    learntFrom: report.learntFrom,
    writtenHash: bodyHash(best.text),
    body: best.text,
  };
  const text = strategyText(strategy);
  const shown = shownPath(around, path);
  if (!values.json) {
    for (const { number: at, parent, mean, passed, of } of candidates)
      around.stdout(
        `${at === best.number ? '*' : ' '} ${at}${parent === undefined ? '' : ` from ${parent}`}: ${passed} of ${of} cases pass, ${percent(mean)} of their checks\n`,
      );
    if (better) around.stdout(`${current === undefined ? text.trimEnd() : diffText(shown, current, text).trimEnd()}\n`);
    around.stderr(
      `It stopped as ${stopped[report.stopped]}: ${plural(calls, 'call')}, ${costText(usd, engine.model)}; ${plural(split.learn.length, 'case')} to learn from, ${split.choose.length} to choose by, ${split.held.length} held back.\n`,
    );
    for (const line of leftText({ learnt: 0, twins: report.twins.length, unsettled: 0 })) around.stderr(`${line}\n`);
    if (comparison)
      around.stderr(
        `${verdictText(comparison, 'The best against what it began with')}${judgedBy === 'chosen' ? ' Measured on the cases it was chosen by, which flatters it.' : ''}\n`,
      );
  }
  const kept = better && ((values.yes && !replacesOwnText({ path, current })) || ((await yesTo(around, `Keep the best as ${shown}, unproven?`)) ?? false));
  if (kept) await keepStrategy(around.files, { path, text, current });
  if (values.json)
    around.stdout(
      jsonText({
        run: report.run,
        stage: { number, title: stage.title },
        model: report.model,
        stopped: report.stopped,
        best: best.number,
        candidates,
        split,
        twins: report.twins,
        comparison: comparison ?? null,
        judgedBy: judgedBy ?? null,
        kept,
        path: shown,
        calls,
        usd,
      }),
    );
  else if (!better) around.stderr('Nothing better than what it began with was found.\n');
  else
    around.stderr(
      kept
        ? `Kept as ${shown}, unproven: try it with haiku-first try.\n`
        : 'Not kept. It is on record: ordered again within the same budget, it takes the same course and pays only for what it had not come to.\n',
    );
  return 0;
}
