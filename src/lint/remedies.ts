import { readFrontMatter } from '../steering/frontMatter';
import { MarkdownDocument } from '../steering/markdown';
import type { TextEdit } from '../text';
import { compatible } from './fixes';
import { ignoreHere } from './ignores';
import type { Fix, Issue } from './issue';

/** What a person chose to do about an issue, said so that it can be worked out anew: the text may have changed since it was offered. */
export type Remedy =
  | { what: 'fix'; issue: Issue; title: string }
  | { what: 'fixRule'; rule: string }
  | { what: 'fixAll' }
  | { what: 'ignoreHere' | 'ignoreInFile'; issue: Issue };

/** The edits of an action for a text and the issues it has now; none where what was wanted can't be done any more. */
export function remedyEdits(remedy: Remedy, text: string, issues: readonly Issue[]): TextEdit[] {
  switch (remedy.what) {
    case 'fix': {
      const same = sameIssue(issues, remedy.issue);
      return same?.fixes.find(({ title }) => title === remedy.title)?.edits ?? [];
    }
    case 'fixRule':
      return allEdits(
        text,
        issues.filter(({ rule }) => rule === remedy.rule),
      );
    case 'fixAll':
      return allEdits(text, issues);
    case 'ignoreHere':
    case 'ignoreInFile': {
      const same = sameIssue(issues, remedy.issue);
      if (!same) return [];
      const markdown = new MarkdownDocument(text, readFrontMatter(text).bodyFrom);
      return [remedy.what === 'ignoreHere' ? ignoreHere(markdown, same) : ignoreInFile(markdown, same.rule)];
    }
  }
}

/** The comment that switches an issue off where it stands, with the reason a person gave; undefined where the issue has gone. */
export function ignoreWithReason(issue: Issue, reason: string, text: string, issues: readonly Issue[]): TextEdit | undefined {
  const [edit] = remedyEdits({ what: 'ignoreHere', issue }, text, issues);
  // A comment ends at the first `-->`, and `--` is no part of one in strict readers.
  const words = reason
    .replace(/-{2,}>?/g, '–')
    .replace(/\s+/g, ' ')
    // A comma would lead to one more rule.
    .replace(/^[\s,]+/, '')
    .trim();
  return edit && { ...edit, newText: edit.newText.replace(' -->', () => `${words ? ` ${words}` : ''} -->`) };
}

/** The issue as it is now: where the text above has changed, it stands on another line. */
function sameIssue(issues: readonly Issue[], old: Issue): Issue | undefined {
  const alike = issues.filter(({ rule, message }) => rule === old.rule && message === old.message);
  const distance = ({ range }: Issue) => Math.abs(range.start.line - old.range.start.line) * 1000 + Math.abs(range.start.character - old.range.start.character);
  return alike.sort((a, b) => distance(a) - distance(b))[0];
}

export function safeFix(issue: Issue): Fix | undefined {
  return issue.fixes.find(({ safe }) => safe);
}

function allEdits(text: string, issues: readonly Issue[]): TextEdit[] {
  return compatible(
    text,
    issues.flatMap((issue) => safeFix(issue) ?? []).map(({ edits }) => edits),
  ).flat();
}

/** A comment at the top, below front matter. */
function ignoreInFile(markdown: MarkdownDocument, rule: string): TextEdit {
  const at = markdown.index.positionAt(markdown.bodyFrom);
  const lineEnd = markdown.text.includes('\r\n') ? '\r\n' : '\n';
  const unended = markdown.bodyFrom > 0 && !/[\r\n]$/.test(markdown.text.slice(0, markdown.bodyFrom));
  return { range: { start: at, end: at }, newText: `${unended ? lineEnd : ''}<!-- haiku-first-ignore-file ${rule} -->${lineEnd}` };
}
