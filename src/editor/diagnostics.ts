import * as vscode from 'vscode';
import { type Issue, type LintFacts } from '../lint/issue';
import { lintText } from '../lint/linter';
import type { Files, Log } from '../ports';
import { kindOf } from '../steering/kinds';
import { toPath, toRange, toSeverity, toUri } from './convert';
import type { RuleDocuments } from './ruleDocuments';
import { backgroundFiles, lintSettings } from './settings';

const source = 'haiku-first';
const pauseMs = 150;

interface Known {
  version: number;
  issues: Issue[];
}

/** Lints each open steering document as it changes. A result that a newer text has overtaken is dropped. */
export class Diagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection(source);
  private readonly known = new Map<string, Known>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly generations = new Map<string, number>();
  private readonly disposables: vscode.Disposable[];

  constructor(
    private readonly files: Files,
    private readonly log: Log,
    private readonly documents: RuleDocuments,
    private readonly facts: (uri: vscode.Uri) => LintFacts,
  ) {
    this.disposables = [
      this.collection,
      vscode.workspace.onDidOpenTextDocument((document) => this.soon(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.soon(document, pauseMs)),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document.uri)),
      vscode.workspace.onDidSaveTextDocument((saved) => this.others(saved.uri)),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('haikuFirst')) this.all();
      }),
    ];
    this.all();
  }

  /** The issues of a document as it stands; undefined while a newer text waits for its lint. */
  issuesOf(document: vscode.TextDocument): Issue[] | undefined {
    const known = this.known.get(document.uri.toString());
    return known?.version === document.version ? known.issues : undefined;
  }

  all(): void {
    for (const document of vscode.workspace.textDocuments) this.soon(document, 0);
  }

  /** A saved file can mend or break what other documents say of it. */
  private others(saved: vscode.Uri): void {
    for (const document of vscode.workspace.textDocuments) if (document.uri.toString() !== saved.toString()) this.soon(document, pauseMs);
  }

  private soon(document: vscode.TextDocument, pause: number): void {
    if (document.uri.scheme !== 'file' || !kindOf(toPath(document.uri), backgroundFiles())) return;
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => void this.lint(document), pause),
    );
  }

  private async lint(document: vscode.TextDocument): Promise<void> {
    if (document.isClosed) return;
    const key = document.uri.toString();
    const generation = (this.generations.get(key) ?? 0) + 1;
    this.generations.set(key, generation);
    const { version } = document;
    try {
      const path = toPath(document.uri);
      const issues = await lintText({
        path,
        text: document.getText(),
        files: this.files,
        settings: lintSettings(),
        background: backgroundFiles(),
        facts: this.facts(document.uri),
      });
      if (this.generations.get(key) !== generation || document.version !== version || document.isClosed) return;
      this.known.set(key, { version, issues });
      this.collection.set(
        document.uri,
        issues.map((issue) => toDiagnostic(issue, this.documents.of(issue.rule))),
      );
    } catch (error) {
      this.log.error(`${document.uri.path} could not be linted.`, error);
    }
  }

  private forget(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.known.delete(key);
    this.generations.delete(key);
    this.collection.delete(uri);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    vscode.Disposable.from(...this.disposables).dispose();
  }
}

function toDiagnostic(issue: Issue, target: vscode.Uri): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(toRange(issue.range), issue.message, toSeverity(issue.severity));
  diagnostic.source = source;
  diagnostic.code = { value: issue.rule, target };
  if (issue.related) {
    diagnostic.relatedInformation = issue.related.map(
      (related) => new vscode.DiagnosticRelatedInformation(new vscode.Location(toUri(related.path), toRange(related.range)), related.message),
    );
  }
  return diagnostic;
}
