import { posix } from 'node:path';
import type { Finding, Rule } from '../../issue';
import { importEndsOf, rootOf } from '../launch';
import { nearestFile } from './lookup';

export const importRule: Rule = {
  id: 'reference/import',
  severity: 'error',
  title: 'Import of a file that does not exist',
  kinds: ['project'],
  async check(subject) {
    const findings: Finding[] = [];
    if (!subject.project.imports.length) return findings;
    const root = await rootOf(subject);
    const ends = await importEndsOf(subject);
    for (const [i, item] of subject.project.imports.entries()) {
      const end = ends[i];
      // What git ignores is a person's own file, or made by a command.
      if (end?.kind !== 'missing' || !end.sure || (await subject.workspace.ignored(root, end.path))) continue;
      const [, written = '', fragment = ''] = /^@([^#]*)(.*)$/.exec(item.text) ?? [];
      const near = end.meant?.replace(/#.*$/, '') ?? (written.startsWith('/') ? undefined : await nearestFile(subject, posix.dirname(subject.path), written));
      findings.push({
        message: `The import ${item.text} leads to no file, so nothing is loaded for it. ${near ? `Did you mean @${near}?` : 'Correct the path, take the import out, or put it in backticks if it is none.'}`,
        range: item.range,
        fixes: near ? [{ title: `Import @${near}`, edits: [{ range: item.range, newText: `@${near}${fragment}` }], safe: false }] : [],
      });
    }
    return findings;
  },
};
