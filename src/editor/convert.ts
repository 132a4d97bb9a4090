import * as vscode from 'vscode';
import type { Severity } from '../lint/issue';
import { toSlashes } from '../node/files';
import { type Range, type TextEdit, visible } from '../text';

/** The core's positions and the editor's are the same numbers in other clothes. */
export function toRange({ start, end }: Range): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

export function toTextEdit({ range, newText }: TextEdit): vscode.TextEdit {
  return vscode.TextEdit.replace(toRange(range), newText);
}

export function toSeverity(severity: Severity): vscode.DiagnosticSeverity {
  return { error: vscode.DiagnosticSeverity.Error, warning: vscode.DiagnosticSeverity.Warning, info: vscode.DiagnosticSeverity.Information }[severity];
}

/** A text for a notification, which would show `[words](command:…)` as a link: a document's words must not become one. */
export function withoutLinks(text: string): string {
  return visible(text).replace(/\]\(/g, '] (');
}

/** The path of a file as the core knows it: absolute, with `/`. */
export function toPath(uri: vscode.Uri): string {
  return toSlashes(uri.fsPath);
}

export function toUri(path: string): vscode.Uri {
  return vscode.Uri.file(path);
}
