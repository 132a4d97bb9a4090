import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { Files } from '../ports';
import { toUri } from './convert';

/** Where each rule is explained: its section of docs/rules.md, which is shipped, so that a finding's code leads somewhere without a network. */
export class RuleDocuments {
  private readonly lines = new Map<string, number>();

  constructor(
    private readonly path: string,
    files: Files,
  ) {
    void files.read(path).then((text) => {
      text.split('\n').forEach((line, i) => {
        const rule = /^### (\S+\/\S+)/.exec(line)?.[1];
        if (rule) this.lines.set(rule, i + 1);
      });
    });
  }

  static in(extensionFolder: string, files: Files): RuleDocuments {
    return new RuleDocuments(posix.join(extensionFolder, 'docs', 'rules.md'), files);
  }

  /** The link of a rule; the top of the document for one that has no section. */
  of(rule: string): vscode.Uri {
    return toUri(this.path).with({ fragment: `L${this.lines.get(rule) ?? 1}` });
  }
}
