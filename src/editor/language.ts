import * as vscode from 'vscode';
import { createLanguageService, type LanguageService } from '../language/languageService';
import type { DocumentText } from '../language/reading';
import { rules } from '../lint/rules/index';
import type { Log } from '../ports';
import type { WorkspaceFacts } from '../reference/workspaceFacts';
import type { Position } from '../text';
import { toPath } from './convert';
import { currentCatalog } from './engine';
import type { LintWorld } from './lintWorld';
import { backgroundFiles } from './settings';

/** The language service over the files as the editor sees them, for providers. */
export class Language {
  /** One for the files of the workspace, one for what lies outside. */
  private readonly services = new WeakMap<WorkspaceFacts, LanguageService>();

  constructor(
    private readonly world: LintWorld,
    private readonly log: Log,
  ) {}

  /** The answer to a question about a document; undefined where it was cancelled, overtaken by a newer text, or failed (which the log tells). */
  async ask<T>(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
    question: (service: LanguageService, text: DocumentText) => Promise<T>,
  ): Promise<T | undefined> {
    const { version } = document;
    try {
      const path = toPath(document.uri);
      const service = await this.serviceFor(path);
      if (token.isCancellationRequested || document.version !== version) return undefined;
      const answer = await question(service, { path, text: document.getText() });
      return token.isCancellationRequested || document.version !== version ? undefined : answer;
    } catch (error) {
      this.log.error(`A question about ${document.uri.path} could not be answered.`, error);
      return undefined;
    }
  }

  private async serviceFor(path: string): Promise<LanguageService> {
    const { workspace } = await this.world.view(path);
    let service = this.services.get(workspace);
    if (!service) {
      service = createLanguageService({ files: this.world.files, facts: workspace, catalog: currentCatalog, rules, background: () => backgroundFiles() });
      this.services.set(workspace, service);
    }
    return service;
  }
}

export function toPosition({ line, character }: vscode.Position): Position {
  return { line, character };
}

/** Markdown of ours: it may show no HTML and run no command, whatever stands in it. */
export function toMarkdown(text: string): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(text);
  markdown.isTrusted = false;
  markdown.supportHtml = false;
  return markdown;
}
