import { posix } from 'node:path';
import type * as vscode from 'vscode';
import { knownRules, rulePage } from '../lint/rules/index';
import { toUri } from './convert';

/** Where each rule is explained: its page in docs/rules, which is shipped, so that a finding's code leads somewhere without a network. */
export class RuleDocuments {
  private readonly known = new Set(knownRules.map(({ id }) => id));

  private constructor(private readonly folder: string) {}

  static in(extensionFolder: string): RuleDocuments {
    return new RuleDocuments(extensionFolder);
  }

  /** The page of a rule; the list of all rules for one that has none. */
  of(rule: string): vscode.Uri {
    return toUri(posix.join(this.folder, this.known.has(rule) ? rulePage(rule) : 'docs/rules.md'));
  }
}
