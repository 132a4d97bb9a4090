import * as vscode from 'vscode';
import { playbookPath } from '../steering/playbook';
import { learnLessons } from '../strategy/learn';
import { plural } from '../text';
import { toUri, withoutLinks } from './convert';
import { costText, orderPerson } from './orderPerson';
import { deskStage, keptText, type StrategyDesk } from './strategyDesk';

/** Have Opus look back on a stage's attempts, and show what it learnt as a change of the playbook: kept only when the person keeps it. */
export async function learnFromRuns(desk: StrategyDesk, uri: vscode.Uri, number: number): Promise<void> {
  const at = await deskStage(desk, uri, number);
  await keptText(desk.files, playbookPath(at.task));
  const learnt = await desk.runs.order(uri, `Opus looks back on stage ${number}`, async ({ engine, person, task, options }) => {
    const asked = orderPerson(person, { what: `Have Opus learn from the runs of ${at.called}`, yes: 'Learn', dear: true });
    const made = await learnLessons(engine, asked, task, number, options);
    return { ...made, cost: costText(made.usd, engine.model.paid) };
  });
  const { lessons, refused, path, current, text, cost } = learnt;
  const counted = lessons.helpful.length + lessons.harmful.length;
  const left = refused.length ? ` Not taken: ${refused.join(' ')}` : '';
  if (text === (current ?? '') || lessons.add.length + counted === 0)
    return void vscode.window.showInformationMessage(withoutLinks(`Nothing new was learnt for ${cost}.${left}`));
  const counts = counted ? `, ${plural(counted, 'count')} changed` : '';
  await desk.proposals.propose({
    title: 'Playbook',
    name: 'playbook.md',
    current: current === undefined ? undefined : toUri(path),
    text,
    message: `Opus learnt ${plural(lessons.add.length, 'lesson')} from ${at.called}${counts}, for ${cost}.${left} Edit them as you like, then keep them.`,
    keep: async (edited) => {
      await desk.files.write(path, edited, current);
      await at.session.refresh();
    },
  });
}
