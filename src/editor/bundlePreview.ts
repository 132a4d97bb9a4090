import * as vscode from 'vscode';
import type { Bundle } from '../bundle/bundleTypes';
import { formatTokens } from '../catalog/tokens';
import type { Files } from '../ports';
import { previewStage } from '../stage/preview';
import type { Prompt } from '../stage/prompt';
import { indexOf } from '../stage/scope';
import { planTask } from '../steering/plan';
import { taskOf } from '../steering/task';
import { toPath } from './convert';
import { currentCatalog } from './engine';
import type { ReadOnlyDocuments } from './readOnlyDocuments';
import { engineSettings } from './settings';

/** Show exactly what a stage would be sent, with a table of every piece: source, tokens, why it is in, what was left out and why. */
export async function showBundle(documents: ReadOnlyDocuments, files: Files, uri: vscode.Uri, number: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const task = await taskOf(toPath(uri), document.getText(), files);
  const plan = await planTask(task, files);
  const index = indexOf(plan, number);
  const engine = { files, catalog: currentCatalog(), settings: engineSettings() };
  const { bundle, prompt } = await previewStage(engine, plan, index);
  const text = bundleMarkdown(`stage ${number}: ${plan.stages[index]?.stage.title ?? ''}`, bundle, prompt);
  const shown = documents.set(`/bundle/Bundle of stage ${number}.md`, text);
  await vscode.window.showTextDocument(shown, { preview: true, viewColumn: vscode.ViewColumn.Beside });
}

function bundleMarkdown(title: string, bundle: Bundle, prompt: Prompt): string {
  const cell = (text: string) => text.replace(/\|/g, '\\|').replace(/\n/g, ' ');
  const place = (piece: { source: string; heading: string | null; lines?: [number, number] | null }) =>
    cell(`${piece.source}${piece.heading ? ` › ${piece.heading}` : ''}${piece.lines ? ` (lines ${piece.lines[0]}–${piece.lines[1]})` : ''}`);
  const rows = bundle.pieces.map((piece) => `| ${place(piece)}${piece.outline ? ' (outline)' : ''} | ${formatTokens(piece.tokens)} | ${cell(piece.reason)} |`);
  const left = bundle.omitted.map(
    (omitted) => `| ${place(omitted)} | ${omitted.tokens ? formatTokens(omitted.tokens) : ''} | left out: ${cell(omitted.reason)} |`,
  );
  const missing = bundle.missing.map((name) => `| ${cell(name.text)} | | not there yet: asked for, or made by an earlier stage |`);
  return `# Bundle of ${title}

${formatTokens(bundle.tokens)} of ${formatTokens(bundle.budget)} tokens, estimated. Below the table stands exactly what is sent.

| Piece | Tokens | Why |
|---|---:|---|
${[...rows, ...left, ...missing].join('\n')}

---- system ----

${prompt.text.system}

---- user ----

${prompt.text.user}
`;
}
