import { posix } from 'node:path';
import * as vscode from 'vscode';
import { formatTokens } from '../catalog/tokens';
import { usualLaunchBudget } from '../lint/rules/project/launchTokens';
import type { LaunchContext } from '../reference/launch';
import { kindOf } from '../steering/kinds';
import { isStrategyFile } from '../steering/strategy';
import { plural } from '../text';
import { toPath, toUri } from './convert';
import { commandIds } from './ids';
import type { LintConfigurations } from './lintConfiguration';
import type { EditorFacts } from './lintFacts';

/**
 * Beside a steering document: how many tokens every session loads that starts where it belongs, imports and unscoped rules included. In the status bar,
 * and under the braces that VS Code shows for a document's language. A click lists the files.
 */
export class LaunchStatus implements vscode.Disposable {
  private readonly bar = vscode.window.createStatusBarItem('launch', vscode.StatusBarAlignment.Right, 90);
  private readonly language: vscode.LanguageStatusItem;
  private readonly disposables: vscode.Disposable[];
  private generation = 0;

  constructor(
    private readonly facts: EditorFacts,
    private readonly configurations: LintConfigurations,
    steering: vscode.DocumentSelector,
  ) {
    this.language = vscode.languages.createLanguageStatusItem('haikuFirst.launch', steering);
    this.language.name = 'Haiku First: Tokens at Launch';
    this.bar.name = this.language.name;
    this.bar.command = commandIds.showLaunch;
    this.language.command = { command: commandIds.showLaunch, title: 'Show files' };
    this.disposables = [
      this.bar,
      this.language,
      vscode.window.onDidChangeActiveTextEditor(() => void this.show()),
      facts.onDidChangeLaunch(() => void this.show()),
    ];
    void this.show();
  }

  private async show(): Promise<void> {
    const generation = ++this.generation;
    const path = activeSteeringFile();
    const context = path === undefined ? undefined : await this.facts.launch(path);
    const budget = (path === undefined ? undefined : (await this.configurations.of(path)).launchBudget) ?? usualLaunchBudget;
    if (generation !== this.generation) return;
    if (!context?.pieces.length) {
      this.bar.hide();
      this.language.text = '$(book) Nothing is loaded at launch';
      this.language.detail = undefined;
      this.language.severity = vscode.LanguageStatusSeverity.Information;
      return;
    }
    const over = context.tokens > budget;
    const text = `$(book) ${formatTokens(context.tokens)} tokens at launch`;
    this.bar.text = text;
    this.bar.tooltip = tooltip(context, budget);
    this.bar.backgroundColor = over ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.bar.show();
    this.language.text = text;
    this.language.detail = `${plural(context.pieces.length, 'file')}, ${over ? 'over the' : 'within the'} budget of ${formatTokens(budget)}`;
    this.language.severity = over ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }
}

/** The files that are loaded, heaviest first; the one that is chosen is opened. */
export async function showLaunch(facts: EditorFacts): Promise<void> {
  const path = activeSteeringFile() ?? firstFolder();
  const context = path === undefined ? undefined : await facts.launch(path);
  if (!context?.pieces.length) {
    void vscode.window.showInformationMessage('Sessions that start here load no steering file: there is no CLAUDE.md.');
    return;
  }
  const picked = await vscode.window.showQuickPick(
    heaviestFirst(context).map((piece) => ({
      label: shown(piece.path),
      description: `${piece.tokens.toLocaleString('en')} tokens`,
      detail: piece.via === undefined ? piece.reason : `${piece.reason} by ${shown(piece.via)}`,
      path: piece.path,
    })),
    {
      title: `Every session loads about ${context.tokens.toLocaleString('en')} tokens`,
      placeHolder: 'Open a file',
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  if (picked) await vscode.window.showTextDocument(toUri(picked.path));
}

function tooltip(context: LaunchContext, budget: number): vscode.MarkdownString {
  const most = 12;
  const text = new vscode.MarkdownString(undefined, true);
  text.appendMarkdown(
    `Every session that starts here loads about **${context.tokens.toLocaleString('en')}** tokens; the budget is ${budget.toLocaleString('en')}`,
  );
  text.appendMarkdown('.\n\n| Tokens | | |\n|--:|:--|:--|\n');
  for (const { path, tokens, reason } of heaviestFirst(context).slice(0, most)) {
    const cell = (words: string) => new vscode.MarkdownString().appendText(words).value.replace(/\|/g, '\\|').replace(/\n/g, ' ');
    text.appendMarkdown(`| ${tokens.toLocaleString('en')} | &nbsp; ${cell(shown(path))} | &nbsp; ${cell(reason)} |\n`);
  }
  if (context.pieces.length > most) text.appendMarkdown(`\nand ${context.pieces.length - most} more.`);
  return text;
}

function heaviestFirst({ pieces }: LaunchContext): LaunchContext['pieces'] {
  return [...pieces].sort((a, b) => b.tokens - a.tokens);
}

function shown(path: string): string {
  return vscode.workspace.asRelativePath(toUri(path));
}

/** The active document, or while the cursor is in a panel, the one that shows, if it is a steering file. */
function activeSteeringFile(): string | undefined {
  const active = vscode.window.activeTextEditor?.document.uri;
  const uri = active?.scheme === 'file' ? active : vscode.window.visibleTextEditors.map(({ document }) => document.uri).find(({ scheme }) => scheme === 'file');
  // A strategy is sent by runs alone, and loaded by no session.
  return uri && kindOf(toPath(uri)) && !isStrategyFile(toPath(uri)) ? toPath(uri) : undefined;
}

function firstFolder(): string | undefined {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  return folder?.uri.scheme === 'file' ? posix.join(toPath(folder.uri), 'CLAUDE.md') : undefined;
}
