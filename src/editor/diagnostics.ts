import * as vscode from 'vscode';
import type { Issue } from '../lint/issue';
import { lintFile, lintText } from '../lint/linter';
import { type Log, UserError } from '../ports';
import { kindOf } from '../steering/kinds';
import { toPath, toRange, toSeverity, toUri } from './convert';
import type { LintConfigurations } from './lintConfiguration';
import type { EditorFacts } from './lintFacts';
import type { LintWorld } from './lintWorld';
import type { RuleDocuments } from './ruleDocuments';
import { lintsOnSave } from './settings';
import type { Change } from './workspaceChanges';

export const lintSource = 'haiku-first';
/** How long a person has not typed before their document is linted. */
const pauseMs = 150;

interface Known {
  /** Of the open document; undefined where the file was read. */
  version: number | undefined;
  issues: Issue[];
  /** Files whose text was read for it. */
  reads: ReadonlySet<string>;
  /** A setting, a fact or another file has changed since: what is shown may be wrong, and what it offers void. */
  outdated?: true;
}

interface Parts {
  world: LintWorld;
  configurations: LintConfigurations;
  facts: EditorFacts;
  documents: RuleDocuments;
  log: Log;
}

/**
 * Lints each open steering document as it changes, and those that are not open where a person asked for all. One document at a time; each again when
 * a file changes that its findings depend on. A result that a newer text has overtaken is dropped.
 */
export class Diagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection(lintSource);
  private readonly known = new Map<string, Known>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly generations = new Map<string, number>();
  /** Keys of documents to lint, in the order they are worth it. */
  private readonly waiting = new Set<string>();
  private working: Promise<void> | undefined;
  /** Keys of files that are linted though they are not open. */
  private readonly unopened = new Set<string>();
  private readonly disposables: vscode.Disposable[];

  constructor(private readonly parts: Parts) {
    const { world, configurations, facts } = parts;
    this.disposables = [
      this.collection,
      vscode.workspace.onDidOpenTextDocument(({ uri }) => this.soon(uri, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (!lintsOnSave(document.uri)) this.soon(document.uri, pauseMs);
      }),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => this.soon(uri, 0)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => (this.unopened.has(uri.toString()) ? this.soon(uri, 0) : this.forget(uri.toString()))),
      world.onDidChange((changes) => this.follow(changes)),
      configurations.onDidChange(() => this.all()),
      facts.onDidChange((uri) => this.again(uri)),
    ];
    this.all();
  }

  /** The issues of a document as it stands, linted now where they are not known yet. */
  async fresh(document: vscode.TextDocument): Promise<Issue[]> {
    const key = document.uri.toString();
    for (let tries = 0; ; tries++) {
      const known = this.known.get(key);
      if (known && known.version === document.version && !known.outdated) return known.issues;
      // Somebody types faster than this: whoever asks will ask again.
      if (tries === 3 || document.isClosed) return [];
      await this.lint(document.uri);
    }
  }

  all(): void {
    for (const uri of this.linted()) this.soon(uri, 0);
  }

  /**
   * Lint these files too, open or not, and keep them linted; files that are no longer among them are let go.
   * @param told How many are done, after each.
   */
  async watch(uris: readonly vscode.Uri[], told: (done: number) => void, token: vscode.CancellationToken): Promise<void> {
    const keys = new Set(uris.map(String));
    for (const key of [...this.unopened]) if (!keys.has(key)) this.drop(key);
    let done = 0;
    for (const uri of uris) {
      if (token.isCancellationRequested) return;
      this.unopened.add(uri.toString());
      await this.lint(uri);
      told(++done);
    }
  }

  /** How many problems of which files are known now. */
  get count(): { problems: number; files: number } {
    const found = [...this.known.values()].filter(({ issues }) => issues.length);
    return { problems: found.reduce((sum, { issues }) => sum + issues.length, 0), files: found.length };
  }

  /** Documents that are linted, open ones first. */
  private linted(): vscode.Uri[] {
    const open = vscode.workspace.textDocuments.map(({ uri }) => uri);
    const keys = new Set(open.map(String));
    return [...open, ...[...this.unopened].filter((key) => !keys.has(key)).map((key) => vscode.Uri.parse(key, true))];
  }

  private follow(changes: readonly Change[]): void {
    for (const uri of this.linted()) {
      const path = toPath(uri);
      const reads = this.known.get(uri.toString())?.reads;
      const open = openDocument(uri);
      // Of its own text an open document tells by itself.
      if (changes.some((change) => (change.path === path ? !open : this.parts.world.matters(change, reads)))) this.again(uri);
    }
    // Files that come while all are linted are linted too.
    if (this.unopened.size) for (const { path, how } of changes) if (how === 'created' && kindOf(path)) this.take(path);
  }

  private take(path: string): void {
    const uri = toUri(path);
    if (this.unopened.has(uri.toString()) || /\/node_modules\//.test(path)) return;
    this.unopened.add(uri.toString());
    this.again(uri);
  }

  /** Other files or facts have changed: lint soon, though its own text stayed. */
  private again(uri: vscode.Uri): void {
    this.outdate(uri.toString());
    if (!(lintsOnSave(uri) && openDocument(uri)?.isDirty)) this.soon(uri, pauseMs);
  }

  private soon(uri: vscode.Uri, pause: number): void {
    if (uri.scheme !== 'file') return;
    const key = uri.toString();
    this.outdate(key);
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => {
        this.timers.delete(key);
        this.waiting.add(key);
        this.working ??= this.work();
      }, pause),
    );
  }

  /** What is known, or being found out, was true of an earlier state. */
  private outdate(key: string): void {
    const known = this.known.get(key);
    if (known) known.outdated = true;
    const generation = this.generations.get(key);
    if (generation !== undefined) this.generations.set(key, generation + 1);
  }

  private async work(): Promise<void> {
    for (;;) {
      const [first] = this.waiting;
      if (first === undefined) break;
      const active = vscode.window.activeTextEditor?.document.uri.toString();
      const key = active !== undefined && this.waiting.has(active) ? active : first;
      this.waiting.delete(key);
      await this.lint(vscode.Uri.parse(key, true));
      // Typing goes before the next document.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.working = undefined;
  }

  private async lint(uri: vscode.Uri): Promise<void> {
    const { world, configurations, facts, documents, log } = this.parts;
    const key = uri.toString();
    const path = toPath(uri);
    const document = openDocument(uri);
    if (!document && !this.unopened.has(key)) return;
    const generation = (this.generations.get(key) ?? 0) + 1;
    this.generations.set(key, generation);
    const version = document?.version;
    try {
      const { rules, background, ignored } = await configurations.of(path);
      const view = await world.view(path);
      const options = {
        path,
        files: view.files,
        workspace: view.workspace,
        settings: rules,
        background,
        facts: await facts.of(uri),
        onFault: ({ rule, error }: { rule: string; error: unknown }) => log.error(`The rule ${rule} failed for ${path}.`, error),
      };
      const applies = !ignored && kindOf(path, background) !== undefined;
      const issues = !applies ? [] : document ? await lintText({ ...options, text: document.getText() }) : (await lintFile(options)).issues;
      if (this.generations.get(key) !== generation || document?.version !== version || document?.isClosed) return;
      this.known.set(key, { version, issues, reads: view.reads });
      // Asked for by a quick fix, but not to be shown yet.
      if (document?.isDirty && lintsOnSave(uri)) return;
      if (issues.length)
        this.collection.set(
          uri,
          issues.map((issue) => toDiagnostic(issue, documents.of(issue.rule))),
        );
      else this.collection.delete(uri);
    } catch (error) {
      // A file that is not open and went away.
      if (error instanceof UserError && !document) this.drop(key);
      else log.error(`${path} could not be linted.`, error);
    }
  }

  private drop(key: string): void {
    this.unopened.delete(key);
    if (!openDocument(vscode.Uri.parse(key, true))) this.forget(key);
  }

  private forget(key: string): void {
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.waiting.delete(key);
    this.known.delete(key);
    this.generations.delete(key);
    this.collection.delete(vscode.Uri.parse(key, true));
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    vscode.Disposable.from(...this.disposables).dispose();
  }
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const key = uri.toString();
  return vscode.workspace.textDocuments.find((document) => !document.isClosed && document.uri.toString() === key);
}

function toDiagnostic(issue: Issue, target: vscode.Uri): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(toRange(issue.range), issue.message, toSeverity(issue.severity));
  diagnostic.source = lintSource;
  diagnostic.code = { value: issue.rule, target };
  if (issue.related) {
    diagnostic.relatedInformation = issue.related.map(
      (related) => new vscode.DiagnosticRelatedInformation(new vscode.Location(toUri(related.path), toRange(related.range)), related.message),
    );
  }
  return diagnostic;
}
