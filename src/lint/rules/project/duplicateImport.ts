import { realPathOf } from '../../../reference/imports';
import type { Finding, Fix, Rule, Subject } from '../../issue';
import { chainsOf, importEndsOf, launchFilesOf, topOfFile } from '../launch';

export const duplicateImportRule: Rule = {
  id: 'project/duplicate-import',
  severity: 'warning',
  title: 'The same file imported twice',
  kinds: ['project'],
  async check(subject) {
    const { imports } = subject.project;
    if (imports.length < 2) return [];
    const ends = await importEndsOf(subject);
    const own = await realPathOf(subject.path, launchFilesOf(subject));
    const { through, cut } = await chainsOf(subject);
    const findings: Finding[] = [];
    const seen = new Map<string, number>();
    for (const [i, item] of imports.entries()) {
      const end = ends[i];
      // Imports of itself are a circle.
      if (end?.kind !== 'file' || end.real === own) continue;
      const first = seen.get(end.real);
      if (first !== undefined) {
        findings.push({
          message: `${item.text} is imported a second time, which loads nothing more. Take one of the two out.`,
          range: item.range,
          related: [{ path: subject.path, range: imports[first]?.range ?? item.range, message: 'Imported here first.' }],
          fixes: fixesFor(subject, i, true),
        });
        continue;
      }
      seen.set(end.real, i);
      const by = through.findIndex((reached, other) => other !== i && !cut.has(other) && reached.has(end.real));
      const via = through[by]?.get(end.real);
      if (via === undefined) continue;
      findings.push({
        message: `${item.text} is loaded already, as ${via.slice(via.lastIndexOf('/') + 1)} imports it. Take this import out, or that one.`,
        range: item.range,
        related: [{ path: via, range: topOfFile, message: 'This file imports it too.' }],
        fixes: fixesFor(subject, i, false),
      });
    }
    return findings;
  },
};

/** Only a line that holds nothing else can go: elsewhere the sentence needs its object. */
function fixesFor(subject: Subject, i: number, safe: boolean): Fix[] {
  const item = subject.project.imports[i];
  if (!item) return [];
  const { line } = item.range.start;
  if (!/^\s*(?:[-*+]\s+)?$/.test(subject.markdown.index.line(line).replace(item.text, ''))) return [];
  const { index } = subject.markdown;
  const lineAt = (at: number) => (at < 0 || at >= index.lineCount ? '' : index.line(at));
  // A line of hyphens makes a heading of this one; without it, it would make one of what stands above, or a rule.
  if (/^\s*(?:-+|=+)\s*$/.test(lineAt(line + 1))) return [];
  // With one of two blank lines that would meet.
  const last = !lineAt(line - 1).trim() && line + 1 < index.lineCount && !lineAt(line + 1).trim() ? line + 2 : line + 1;
  const range = { start: { line, character: 0 }, end: { line: last, character: 0 } };
  return [{ title: 'Take this import out', edits: [{ range, newText: '' }], safe: safe && !isSpokenOf(lineAt, line) }];
}

/** What stands above the line leads up to it alone: an item that has no other below it, or a sentence that ends in a colon. */
function isSpokenOf(lineAt: (line: number) => string, line: number): boolean {
  const indentOf = (text: string) => /^\s*/.exec(text)?.[0].length ?? 0;
  const own = indentOf(lineAt(line));
  let above = line - 1;
  while (above >= 0 && !lineAt(above).trim()) above--;
  const lead = lineAt(above);
  if (!lead.trim() || !(/:[*_]*\s*$/.test(lead) || indentOf(lead) < own)) return false;
  let below = line + 1;
  while (lineAt(below) !== '' && !lineAt(below).trim()) below++;
  const next = lineAt(below);
  // Another of its kind takes its place.
  return !(/^\s*(?:[-*+]\s|@)/.test(next) && indentOf(next) === own && below === line + 1);
}
