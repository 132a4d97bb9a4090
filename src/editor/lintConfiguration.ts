import { posix } from 'node:path';
import * as vscode from 'vscode';
import { type AgentsFileUse, Configurations, configurationPath, effectiveRules, type LintConfiguration } from '../lint/configuration';
import { newConfiguration, ruleEdit } from '../lint/configurationEdit';
import type { RuleSettings } from '../lint/linter';
import { UserError } from '../ports';
import { workspaceOf } from '../steering/task';
import { toPath, toRange, toTextEdit, toUri } from './convert';
import { settingIds } from './ids';
import type { LintWorld } from './lintWorld';
import { backgroundFiles, launchBudget, lintSettings } from './settings';

/** How one document is linted: the project's file and, over it, the person's settings. */
export interface DocumentConfiguration {
  rules: RuleSettings;
  /** Names that count as background documents besides the known ones. */
  background: string[];
  launchBudget?: number;
  agentsFile?: AgentsFileUse;
  /** The project leaves this document out. */
  ignored: boolean;
}

/** Follows every `.haiku/lint.json`: what it says of documents, and as diagnostics, what is wrong in it. */
export class LintConfigurations implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('haiku-first settings');
  private readonly changed = new vscode.EventEmitter<void>();
  /** Documents may have to be linted anew. */
  readonly onDidChange = this.changed.event;
  private readonly disposables: vscode.Disposable[];
  private kept: Configurations;
  private readonly shown = new WeakSet<LintConfiguration>();

  constructor(private readonly world: LintWorld) {
    this.kept = new Configurations(world.files);
    this.disposables = [
      this.collection,
      this.changed,
      world.onDidChange((changes) => {
        // A folder that comes or goes may hold one, and is told of alone.
        const touched = changes.filter(({ path, how }) => path.endsWith(`/${configurationPath}`) || (how !== 'changed' && !/[^/]\.\w+$/.test(path)));
        if (touched.length) this.forget();
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('haikuFirst.lint') || change.affectsConfiguration(settingIds.background)) this.forget();
      }),
      vscode.workspace.onDidOpenTextDocument((document) => this.showOpen(document)),
    ];
    for (const document of vscode.workspace.textDocuments) this.showOpen(document);
  }

  async of(path: string): Promise<DocumentConfiguration> {
    const uri = toUri(path);
    const project = await this.kept.of(path);
    this.show(project);
    const budget = launchBudget(uri) ?? project.launchBudget;
    return {
      rules: effectiveRules(project, lintSettings(uri)),
      background: [...project.background, ...backgroundFiles(uri)],
      ...(budget === undefined ? {} : { launchBudget: budget }),
      ...(project.agentsFile === undefined ? {} : { agentsFile: project.agentsFile }),
      ignored: project.ignores(path),
    };
  }

  /**
   * Turn a rule off for everybody who works on the project: in the nearest `.haiku/lint.json`, made where there is none. One that holds what a person has
   * not saved yet is left for them to save. @returns whether it is saved. @throws UserError
   */
  async turnOff(rule: string, path: string): Promise<boolean> {
    const configuration = await this.kept.of(path);
    const at = configuration.path ?? posix.join(await workspaceOf(posix.dirname(path), this.world.files), configurationPath);
    const edit = new vscode.WorkspaceEdit();
    const opened = () => vscode.workspace.textDocuments.find(({ uri }) => toPath(uri) === at);
    const unsaved = opened()?.isDirty ?? false;
    if (configuration.path) {
      const document = await vscode.workspace.openTextDocument(toUri(at));
      const change = ruleEdit(document.getText(), rule, 'off');
      if (!change)
        throw new UserError(`${vscode.workspace.asRelativePath(toUri(at))} can't be read as a configuration.`, { path: at, line: 0, todo: 'Mend it first.' });
      edit.set(document.uri, [toTextEdit(change)]);
    } else edit.createFile(toUri(at), { contents: Buffer.from(newConfiguration(rule, 'off')), ignoreIfExists: false, overwrite: false });
    if (!(await vscode.workspace.applyEdit(edit))) throw new UserError(`${at} could not be changed.`, { todo: 'Check who may write there.' });
    if (!unsaved) await opened()?.save();
    return !unsaved;
  }

  private forget(): void {
    this.kept = new Configurations(this.world.files);
    this.collection.clear();
    for (const document of vscode.workspace.textDocuments) this.showOpen(document);
    this.changed.fire();
  }

  /** An open configuration tells its problems even where no document asks for it. */
  private showOpen({ uri }: vscode.TextDocument): void {
    const path = toPath(uri);
    if (uri.scheme !== 'file' || !path.endsWith(`/${configurationPath}`)) return;
    void this.kept.ofFolder(posix.dirname(posix.dirname(path))).then((configuration) => this.show(configuration));
  }

  private show(configuration: LintConfiguration): void {
    const { path, problems } = configuration;
    if (!path || this.shown.has(configuration)) return;
    this.shown.add(configuration);
    this.collection.set(
      toUri(path),
      problems.map(({ message, range }) => {
        const diagnostic = new vscode.Diagnostic(toRange(range), message, vscode.DiagnosticSeverity.Warning);
        diagnostic.source = 'haiku-first';
        return diagnostic;
      }),
    );
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }
}
