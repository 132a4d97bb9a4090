import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { Issue } from '../lint/issue';
import { ignoreWithReason } from '../lint/remedies';
import { UserError } from '../ports';
import { kindOf } from '../steering/kinds';
import { isWithin } from '../steering/task';
import { plural } from '../text';
import { toPath, toTextEdit, toUri } from './convert';
import type { Diagnostics } from './diagnostics';
import { commandIds, fixCommandIds, settingIds } from './ids';
import { showLaunch } from './launchStatus';
import type { LintConfigurations } from './lintConfiguration';
import type { EditorFacts } from './lintFacts';
import type { LintWorld } from './lintWorld';
import { tell } from './log';
import type { RuleDocuments } from './ruleDocuments';

interface Parts {
  log: Parameters<typeof tell>[0];
  world: LintWorld;
  diagnostics: Diagnostics;
  configurations: LintConfigurations;
  documents: RuleDocuments;
  facts: EditorFacts;
}

/** The linter's commands: for the whole workspace, and behind quick fixes, whose arguments are the document and the problem. */
export function registerLintCommands(parts: Parts): vscode.Disposable[] {
  const { log, diagnostics, configurations, documents, facts } = parts;
  const on = <T extends unknown[]>(id: string, act: (...args: T) => Promise<unknown>) =>
    vscode.commands.registerCommand(id, async (...args: T) => {
      try {
        await act(...args);
      } catch (error) {
        void tell(log, error);
      }
    });
  return [
    on(commandIds.lintWorkspace, () => lintWorkspace(parts)),
    on(commandIds.showLaunch, () => showLaunch(facts)),
    on(fixCommandIds.ignoreWithReason, (uri: vscode.Uri, issue: Issue) => ignoreHere(diagnostics, uri, issue)),
    on(fixCommandIds.turnOffInProject, async (uri: vscode.Uri, issue: Issue) => {
      const saved = await configurations.turnOff(issue.rule, toPath(uri));
      vscode.window.setStatusBarMessage(`${issue.rule} is off in .haiku/lint.json${saved ? '' : ', once you save it'}`, 5000);
    }),
    on(fixCommandIds.turnOffInSettings, async (_uri: vscode.Uri, issue: Issue) => {
      const settings = vscode.workspace.getConfiguration();
      const mine = settings.inspect<Record<string, string>>(settingIds.lintRules)?.globalValue;
      await settings.update(settingIds.lintRules, { ...mine, [issue.rule]: 'off' }, vscode.ConfigurationTarget.Global);
      vscode.window.setStatusBarMessage(`${issue.rule} is off in your settings`, 5000);
    }),
    on(fixCommandIds.explain, (_uri: vscode.Uri, issue: Issue) => explain(documents, issue.rule)),
  ];
}

async function ignoreHere(diagnostics: Diagnostics, uri: vscode.Uri, issue: Issue): Promise<void> {
  const reason = await vscode.window.showInputBox({
    title: `Ignore ${issue.rule} Here`,
    prompt: 'Why? It is kept in the comment, for whoever reads it next; comments cost no tokens.',
  });
  if (reason === undefined) return;
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = ignoreWithReason(issue, reason, document.getText(), await diagnostics.fresh(document));
  if (!edit) throw new UserError(`There is no ${issue.rule} any more.`);
  const change = new vscode.WorkspaceEdit();
  change.set(uri, [toTextEdit(edit)]);
  await vscode.workspace.applyEdit(change);
}

async function explain(documents: RuleDocuments, rule: string): Promise<void> {
  const page = documents.of(rule);
  const known = new Set(await vscode.commands.getCommands(true));
  if (known.has('markdown.showPreviewToSide')) await vscode.commands.executeCommand('markdown.showPreviewToSide', page.with({ fragment: '' }));
  else await vscode.commands.executeCommand('vscode.open', page, vscode.ViewColumn.Beside);
}

/** Fill the Problems panel for all steering files of the workspace, and keep it so. */
async function lintWorkspace({ world, diagnostics, configurations }: Parts): Promise<void> {
  world.lookAgain();
  const uris = await steeringFiles(world, configurations);
  if (!uris.length) throw new UserError('There are no steering files in this workspace.', { todo: 'Make some with “Haiku First: Scaffold Steering Files”.' });
  const finished = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Linting steering files', cancellable: true },
    async (progress, token) => {
      await diagnostics.watch(uris, (done) => progress.report({ message: `${done} of ${uris.length}`, increment: 100 / uris.length }), token);
      return !token.isCancellationRequested;
    },
  );
  if (!finished) return;
  const { problems, files } = diagnostics.count;
  if (problems) await vscode.commands.executeCommand('workbench.actions.view.problems');
  void vscode.window.showInformationMessage(
    `${plural(uris.length, 'steering file')}: ${problems ? `${plural(problems, 'problem')} in ${plural(files, 'file')}` : 'no problems'}.`,
  );
}

async function steeringFiles(world: LintWorld, configurations: LintConfigurations): Promise<vscode.Uri[]> {
  const found: string[] = [];
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    if (uri.scheme !== 'file') continue;
    const folder = toPath(uri);
    const { workspace } = await world.view(posix.join(folder, 'CLAUDE.md'));
    const root = await workspace.root(folder);
    for (const relative of (await workspace.tree(root)).files) {
      const path = posix.join(root, relative);
      if (!isWithin(folder, path) || !/\.\w+$/.test(path)) continue;
      if (kindOf(path) || kindOf(path, (await configurations.of(path)).background)) found.push(path);
    }
  }
  return [...new Set(found)].sort().map(toUri);
}
