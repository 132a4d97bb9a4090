import * as vscode from 'vscode';
import { formatTokens } from '../catalog/tokens';
import { type Files, UserError } from '../ports';
import { readStrategy } from '../steering/strategy';
import { draftStrategy, keepStrategy, replacesOwnText } from '../strategy/author';
import { toPath, toUri, withoutLinks } from './convert';
import { commandIds } from './ids';
import { costText, orderPerson } from './orderPerson';
import { type DeskStage, deskStage, keptText, type StrategyDesk, shownName } from './strategyDesk';

const [runAgain, tryIt] = ['Run the Stage Again', 'Try Strategy'];

/** Have Opus write a strategy for a stage, after a yes to its price, and show it beside what stands there: kept only when the person keeps it. */
export async function authorStrategy(desk: StrategyDesk, uri: vscode.Uri, number: number): Promise<void> {
  const at = await deskStage(desk, uri, number);
  await keptText(desk.files, at.path);
  const drafted = await desk.runs.order(uri, `Opus writes a strategy for stage ${number}`, async ({ engine, person, task, options, report }) => {
    let characters = 0;
    const asked = orderPerson(person, { what: `Have Opus write a strategy for ${at.called}`, yes: 'Write It', dear: true });
    const made = await draftStrategy(engine, asked, task, number, {
      ...options,
      onEvent(event) {
        if (event.type !== 'text') return options.onEvent?.(event);
        characters += event.text.length;
        report(`${characters} characters`);
      },
    });
    return { ...made, cost: costText(made.usd, engine.model.paid) };
  });
  const { cost, tokens, strategy } = drafted;
  const replaced = replacesOwnText(drafted) ? ' It would replace one that somebody wrote or edited.' : '';
  const message = `${strategy.authorModel} wrote a strategy for ${at.called} for ${cost}: ${formatTokens(tokens)} tokens more in each of its calls.${replaced} Edit it as you like, then keep it.`;
  if (await proposeStrategy(desk, at, { ...drafted, message })) void offerNext(at);
}

/** Show a strategy that was written, and keep it as the person left it. Returns whether it was kept. */
export async function proposeStrategy(
  { files, proposals }: StrategyDesk,
  { session, stage, path }: DeskStage,
  { text, current, message }: { text: string; current?: string; message: string },
): Promise<boolean> {
  const decision = await proposals.propose({
    title: `Strategy of stage ${stage.number}`,
    name: `${stage.slug}.md`,
    current: current === undefined ? undefined : toUri(path),
    text,
    message,
    keep: (edited) => keepEdited(files, { path, stage: stage.slug, text: edited, current }),
  });
  if (decision === 'discarded') return false;
  await session.refresh();
  return true;
}

/** @throws UserError for what is no strategy of the stage any more, or where something else stands there by now */
async function keepEdited(files: Files, { path, stage, text, current }: { path: string; stage: string; text: string; current?: string }): Promise<void> {
  const { strategy, problems } = readStrategy(path, text);
  if (strategy?.stage !== stage) {
    const why = strategy ? `its front matter says that it is for the stage “${strategy.stage}”.` : (problems[0]?.message ?? 'it is empty.');
    throw new UserError(`It can’t be kept like this: ${why}`, { todo: 'Mend it in the draft, then keep it.' });
  }
  await keepStrategy(files, { path, text, current });
}

async function offerNext({ path, stage, session }: DeskStage): Promise<void> {
  const task = toPath(session.uri);
  const message = `Kept as ${shownName(path)}, unproven: nobody has shown yet that it helps.`;
  const chosen = await vscode.window.showInformationMessage(withoutLinks(message), runAgain, tryIt);
  if (chosen === runAgain) await vscode.commands.executeCommand(commandIds.runStage, task, stage.number);
  else if (chosen === tryIt) await vscode.commands.executeCommand(commandIds.tryStrategy, task, stage.number);
}
