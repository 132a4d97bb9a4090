import * as vscode from 'vscode';
import type { Mark } from './bundleDocument';
import { toUri } from './convert';
import { previewCommandIds } from './ids';

/** The marks of a document that was made as links: to a file at its lines, or to what can be done about a row. */
export function linksOf(uri: vscode.Uri, marks: readonly Mark[]): vscode.DocumentLink[] {
  return marks.map(({ line, from, to, tooltip, target }) => {
    const link = new vscode.DocumentLink(new vscode.Range(line, from, line, to), 'path' in target ? fileAt(target) : rowCommand(uri, target));
    link.tooltip = tooltip;
    return link;
  });
}

/** A file, with the lines that shall be selected when it opens, as VS Code takes them. */
function fileAt({ path, lines }: { path: string; lines: [from: number, to: number] | null }): vscode.Uri {
  return lines ? toUri(path).with({ fragment: `L${lines[0]},1-L${lines[1] + 1},1` }) : toUri(path);
}

/** Names no file and no text of a document: only which row of which open preview. */
function rowCommand(uri: vscode.Uri, target: { row: string; action: string }): vscode.Uri {
  return vscode.Uri.parse(`command:${previewCommandIds.actOnRow}?${encodeURIComponent(JSON.stringify([uri.path, target.row, target.action]))}`);
}
