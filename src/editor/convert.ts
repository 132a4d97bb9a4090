import * as vscode from 'vscode';
import type { Severity } from '../lint/issue';
import { toSlashes } from '../node/files';
import type { Range, TextEdit } from '../text';

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

/** The path of a file as the core knows it: absolute, with `/`. */
export function toPath(uri: vscode.Uri): string {
  return toSlashes(uri.fsPath);
}

export function toUri(path: string): vscode.Uri {
  return vscode.Uri.file(path);
}
