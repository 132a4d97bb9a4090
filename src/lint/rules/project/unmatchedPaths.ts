import { posix } from 'node:path';
import picomatch from 'picomatch';
import { nearest } from '../../../steering/nearest';
import type { Finding, Rule, Subject } from '../../issue';
import { matchesSomething, patternProblem, patternsOf } from './scope';

/** Folders that no tree is listed of, and what is often made by a build. */
const unseen = /(?:^|\/)(?:node_modules|vendor|\.venv|venv|\.git|\.next|dist|build|out|target)(?:\/|$)/;

export const unmatchedPathsRule: Rule = {
  id: 'project/unmatched-paths',
  severity: 'warning',
  title: 'A pattern that matches no file',
  kinds: ['project'],
  async check(subject) {
    const findings: Finding[] = [];
    for (const { text, range } of patternsOf(subject)) {
      if (patternProblem(text) || unseen.test(text) || (await matchesSomething(subject, text))) continue;
      const root = await subject.workspace.root(posix.dirname(subject.path));
      const { base } = picomatch.scan(text.replace(/^\.?\//, ''));
      if (base && (await subject.workspace.ignored(root, posix.join(root, base)))) continue;
      const near = await nearFolder(subject, root, base);
      const meant = near === undefined ? undefined : text.replace(base, near);
      const fits = meant !== undefined && (await matchesSomething(subject, meant)) ? meant : undefined;
      findings.push({
        message: `No file matches ${text}, so this rule is never loaded for it. ${fits ? `Did you mean ${fits}?` : 'Correct the pattern, or take it out.'}`,
        range,
        fixes: fits ? [{ title: `Write ${fits}`, edits: [{ range, newText: fits }], safe: false }] : [],
      });
    }
    return findings;
  },
};

/** The folder that was most likely meant: the only one that ends in this path, or a slip in its first name that is not there. */
async function nearFolder(subject: Subject, root: string, base: string): Promise<string | undefined> {
  if (!base) return undefined;
  const { folders } = await subject.workspace.tree(root);
  const same = [...folders].filter((folder) => folder.endsWith(`/${base}`));
  if (same.length) return same.length === 1 ? same[0] : undefined;
  const parts = base.split('/');
  const missing = parts.findIndex((_, i) => !folders.has(parts.slice(0, i + 1).join('/')));
  const parent = parts.slice(0, missing).join('/');
  const siblings = [...folders]
    .filter((folder) => (posix.dirname(folder) === '.' ? '' : posix.dirname(folder)) === parent)
    .map((folder) => posix.basename(folder));
  const name = missing < 0 ? undefined : nearest(parts[missing] as string, siblings);
  return name === undefined ? undefined : [...parts.slice(0, missing), name, ...parts.slice(missing + 1)].join('/');
}
