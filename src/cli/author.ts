import { formatTokens, formatUsd } from '../catalog/tokens';
import { UserError } from '../ports';
import { indexOf } from '../stage/scope';
import { planTask } from '../steering/plan';
import { strategyPath } from '../steering/strategy';
import { draftStrategy, keepStrategy, ownHand, replacesOwnText } from '../strategy/author';
import { worthText } from '../strategy/worth';
import { worthOnRecord } from '../strategy/worthReading';
import { oneFile, parseCommand, wholeNumber, wrongUsage } from './arguments';
import { type Commissioning, commissioning, commissionOptions, costText, yesTo } from './commissioning';
import { jsonText } from './json';
import { diffText } from './person';
import { type Surroundings, shownPath } from './surroundings';

/** `haiku-first author`: Opus writes how Haiku does a stage well. Kept after a yes, or with --yes, marked unproven. */
export async function author(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('author', args, commissionOptions);
  const number = wholeNumber('author', '--stage', values.stage);
  if (number === undefined) throw wrongUsage('author', '--stage says which one.');
  const own = await commissioning(around, 'author', oneFile('author', positionals), values);
  await refuseOwnText(around, own, number);
  const drafted = await draftStrategy(own.engine, own.person, own.task, number, own.options);
  const path = shownPath(around, drafted.path);
  const shown = drafted.current === undefined ? drafted.text : diffText(path, drafted.current, drafted.text);
  if (!values.json) around.stdout(`${shown.trimEnd()}\n`);
  // --yes is no yes to losing what a person wrote.
  const mayKeep = values.yes && !replacesOwnText(drafted);
  const kept = mayKeep || ((await yesTo(around, drafted.current === undefined ? `Keep it as ${path}?` : `Replace ${path}?`)) ?? false);
  const worth = drafted.current === undefined ? undefined : await worthOnRecord(own.engine, own.task, drafted.stage);
  if (kept) await keepStrategy(around.files, drafted);
  const { stage, strategy, tokens, run, usd } = drafted;
  if (values.json) {
    around.stdout(
      jsonText({
        run,
        stage: { number, title: stage.title },
        path,
        kept,
        status: strategy.status,
        for: strategy.targetModel,
        by: strategy.authorModel,
        tokens,
        strategy: strategy.body,
        usd,
      }),
    );
  } else {
    const each = (tokens * own.engine.catalog.entry(strategy.targetModel).prices.input) / 1e6;
    around.stderr(
      `${kept ? `Kept as ${path}, unproven: try it with haiku-first try ${shownPath(around, own.task.document.path)} --stage ${number}` : 'Not kept; asked again, it costs nothing'}. It adds ${formatTokens(tokens)} tokens (${formatUsd(each)} where nothing is cached) to each call of stage ${number}. ${worth ? `Of the one before it: ${worthText(worth)} ` : ''}Cost: ${costText(usd, own.engine.model)}.\n`,
    );
  }
  return 0;
}

/** Before anything is spent: with nobody there to see the difference, a strategy that a person wrote or edited is not replaced. */
async function refuseOwnText(around: Surroundings, { task }: Commissioning, number: number): Promise<void> {
  if (around.interactive) return;
  const plan = await planTask(task, around.files);
  const stage = plan.stages[indexOf(plan, number)]?.stage;
  const path = stage && strategyPath(task, stage);
  if (!path || !(await around.files.stat(path))) return;
  const current = await around.files.read(path);
  const done = ownHand({ path, current });
  if (!done) return;
  throw new UserError(`The strategy of stage ${number} was ${done} by somebody.`, {
    path,
    todo: 'Move or delete that file, or author in a terminal, where you are shown the difference and asked.',
    exitCode: 2,
  });
}
