import { posix } from 'node:path';
import type { Import } from '../../../steering/project';
import type { Rule, Subject } from '../../issue';
import { fileExtension, nearestFile, placeholder } from './lookup';

/**
 * The absolute path an import names; undefined where it may be something else: a handle, an npm scope, a decorator, or a file of a
 * person's home, which only that person has.
 */
export function importTarget(path: string, item: Pick<Import, 'text'>): string | undefined {
  const target = item.text.slice(1).replace(/#.*$/, '');
  if (!target || target.startsWith('~') || target.startsWith('/') || placeholder.test(target)) return undefined;
  const isDocument = /\.(?:md|mdx|mdc|markdown|txt|json|ya?ml|toml)$/i.test(target);
  if (!isDocument && !/^\.{1,2}\//.test(target)) return undefined;
  return fileExtension.test(target) ? posix.resolve(posix.dirname(path), target) : undefined;
}

async function missing(subject: Subject, item: Import): Promise<boolean> {
  const target = importTarget(subject.path, item);
  if (!target) return false;
  // `@scope/package.json`-like names of packages begin with a folder that isn't there either; without a document's ending they never get here.
  return (await subject.workspace.stat(target)) === undefined;
}

export const importRule: Rule = {
  id: 'reference/import',
  severity: 'error',
  title: 'Import of a file that does not exist',
  kinds: ['project'],
  async check(subject) {
    const findings = [];
    for (const item of subject.project.imports) {
      if (!(await missing(subject, item))) continue;
      const written = item.text.slice(1);
      const near = await nearestFile(subject, posix.dirname(subject.path), written);
      findings.push({
        message: `The import ${item.text} leads to no file, so nothing is loaded for it. ${near ? `Did you mean @${near}?` : 'Correct the path, take the import out, or put it in backticks if it is none.'}`,
        range: item.range,
        fixes: near ? [{ title: `Import @${near}`, edits: [{ range: item.range, newText: `@${near}` }], safe: false }] : [],
      });
    }
    return findings;
  },
};
