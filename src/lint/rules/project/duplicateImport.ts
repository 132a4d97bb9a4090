import type { Finding, Rule } from '../../issue';
import { importTarget } from '../reference/import';

export const duplicateImportRule: Rule = {
  id: 'project/duplicate-import',
  severity: 'warning',
  title: 'The same file imported twice',
  kinds: ['project'],
  check(subject) {
    const findings: Finding[] = [];
    const seen = new Map<string, number>();
    for (const [i, item] of subject.project.imports.entries()) {
      const target = importTarget(subject.path, item);
      if (!target) continue;
      const first = seen.get(target);
      if (first === undefined) {
        seen.set(target, i);
        continue;
      }
      const { line } = item.range.start;
      const alone = /^\s*(?:[-*+]\s+)?$/.test(subject.markdown.index.line(line).replace(item.text, ''));
      const range = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
      const earlier = subject.project.imports[first]?.range ?? item.range;
      findings.push({
        message: `${item.text} is imported a second time; its text counts once more in every session. Take one of the two out.`,
        range: item.range,
        related: [{ path: subject.path, range: earlier, message: 'Imported here first.' }],
        fixes: alone ? [{ title: 'Take this import out', edits: [{ range, newText: '' }], safe: true }] : [],
      });
    }
    return findings;
  },
};
