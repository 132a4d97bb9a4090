import { plural, type Range } from '../../../text';
import type { Rule } from '../../issue';
import { importEndsOf, launchOf } from '../launch';

/** A package with its scope, a handle or a decorator: a name, perhaps in parts, that ends where prose goes on. */
const name = /^@[A-Za-z][\w.-]*(?:\/[\w.*-]+)*\/?/;

export const accidentalImportRule: Rule = {
  id: 'project/accidental-import',
  severity: 'info',
  title: 'A name that is read as an import',
  kinds: ['project'],
  async check(subject) {
    const { project, text, markdown } = subject;
    if (!project.imports.length) return [];
    // Only Claude Code reads imports: an AGENTS.md that it does not load is for others.
    if (/\/AGENTS\.md$/.test(subject.path) && !(await launchOf(subject)).pieces.some(({ path }) => path === subject.path)) return [];
    const ends = await importEndsOf(subject);
    const found: { written: string; range: Range }[] = [];
    for (const [i, item] of project.imports.entries()) {
      // A title may be a package's name: nobody would read it otherwise.
      if (/^\s*#/.test(markdown.index.line(item.range.start.line))) continue;
      // A stray backtick makes code spans of other stretches than it seems.
      if (markdown.index.line(item.range.start.line).split('`').length % 2 === 0) continue;
      const end = ends[i];
      if (end?.kind !== 'folder' && (end?.kind !== 'missing' || end.sure)) continue;
      const written = name.exec(item.text)?.[0].replace(/(?<![.-])[.-]+$/, '');
      const after = text[item.from + (written?.length ?? 0)] ?? '';
      if (written && /^[\s.,;:!?)'"*_|\]-]?$/.test(after)) found.push({ written, range: markdown.range(item.from, item.from + written.length) });
    }
    const [first, ...others] = found;
    if (!first) return [];
    // One finding for all: they are mended together, or not at all.
    const rest = others.length ? ` (nor for ${plural(others.length, 'more name')} in this file)` : '';
    return [
      {
        message: `Claude Code reads ${first.written} as an import, and there is no such file${rest}. Put it in backticks.`,
        range: first.range,
        related: others.map(({ written, range }) => ({ path: subject.path, range, message: `${written} too.` })),
        fixes: [
          {
            title: others.length ? `Put all ${found.length} in backticks` : 'Put it in backticks',
            edits: found.map(({ written, range }) => ({ range, newText: `\`${written}\`` })),
            safe: true,
          },
        ],
      },
    ];
  },
};
