import type { FrontMatter } from '../steering/frontMatter';
import type { MarkdownDocument } from '../steering/markdown';
import type { TextEdit } from '../text';
import type { Issue } from './issue';

/** `<!-- haiku-first-ignore rule-id reason -->`: HTML comments, which cost no tokens. */
const form = /^<!--\s*haiku-first-ignore(-file)?\s+([a-z][\w/-]*(?:\s*,\s*[a-z][\w-]*\/[\w-]*)*)/i;

/** Which issues a document's own comments switch off. */
export interface Ignores {
  covers(issue: Pick<Issue, 'rule' | 'range'>): boolean;
}

/** A comment covers its own line and the next line that holds text; at the top of the file `-file` covers all of it. */
export function readIgnores(markdown: MarkdownDocument, frontMatter: FrontMatter): Ignores {
  const wholeFile = new Set<string>();
  const byLine = new Map<number, Set<string>>();
  for (const comment of markdown.comments) {
    const match = form.exec(markdown.text.slice(comment.from, comment.to));
    if (!match) continue;
    const rules = (match[2] as string).split(/\s*,\s*/);
    if (match[1]) {
      // The top: nothing before it but front matter, other comments, and at most the title.
      const before = markdown.without(markdown.comments, frontMatter.bodyFrom, comment.from).trim();
      if (!before || /^#[^\n]*$/.test(before)) for (const rule of rules) wholeFile.add(rule);
      continue;
    }
    const own = markdown.index.positionAt(comment.from).line;
    let next = markdown.index.positionAt(comment.to).line + 1;
    while (next < markdown.index.lineCount && !markdown.index.line(next).trim()) next++;
    const alone = !markdown.index
      .line(own)
      .replace(/<!--.*?(?:-->|$)/g, '')
      .trim();
    for (const line of alone ? [own, next] : [own]) {
      const known = byLine.get(line) ?? new Set<string>();
      for (const rule of rules) known.add(rule);
      byLine.set(line, known);
    }
  }
  return { covers: ({ rule, range }) => wholeFile.has(rule) || byLine.get(range.start.line)?.has(rule) === true };
}

/** The edit that switches an issue off where it stands: a comment on the line before, or at the end of a line of a list or table. */
export function ignoreHere(markdown: MarkdownDocument, issue: Pick<Issue, 'rule' | 'range'>): TextEdit {
  const comment = `<!-- haiku-first-ignore ${issue.rule} -->`;
  const { line } = issue.range.start;
  const text = markdown.index.line(line);
  // A comment of its own between items would end the list.
  if (/^\s*(?:[-*+]|\d+[.)])\s|^\s{2,}\S/.test(text)) {
    const end = { line, character: text.trimEnd().length };
    return { range: { start: end, end }, newText: ` ${comment}` };
  }
  const start = { line, character: 0 };
  return { range: { start, end: start }, newText: `${comment}${markdown.text.includes('\r\n') ? '\r\n' : '\n'}` };
}
