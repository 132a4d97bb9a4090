import { posix } from 'node:path';
import ignore from 'ignore';
import { launchFolder, scopePatterns } from '../../../reference/launch';
import { globMatcher, isCostlyGlob } from '../../../steering/glob';
import type { Range } from '../../../text';
import type { Subject } from '../../issue';

/** A pattern of `paths:` in a rule file, with its place in the front matter. */
export interface ScopePattern {
  text: string;
  range: Range;
}

/** The patterns that scope a document of .claude/rules, in order; none for any other document. */
export function patternsOf(subject: Subject): ScopePattern[] {
  if (!/\/\.claude\/rules\//.test(subject.path)) return [];
  const front = subject.text.slice(0, subject.frontMatter.bodyFrom);
  let at = Math.max(0, front.search(/^paths[ \t]*:/m));
  return (scopePatterns(subject.frontMatter.data) ?? []).flatMap((text) => {
    const from = front.indexOf(text, at);
    // Written in escapes, which YAML took off: its place is that of the key.
    if (from < 0) return [{ text, range: subject.markdown.range(at, at + 'paths'.length) }];
    at = from + text.length;
    return [{ text, range: subject.markdown.range(from, at) }];
  });
}

/** Claude Code matches nothing where braces stand for more patterns than this. */
export const mostAlternatives = 1000;

/** Why a pattern can match nothing, as a clause; undefined where it can. */
export function patternProblem(pattern: string): string | undefined {
  if (/[^\\]\\[^\\*?[\]{}()!@+#| ]/.test(` ${pattern}`)) return 'has backslashes, which are no separators here: write it with /';
  if (/^(?:[A-Za-z]:|~)/.test(pattern)) return 'does not start in this project: write it from the root of the project on';
  if (/(?:^|\/)\.\.(?:\/|$)/.test(pattern)) return 'leads out of the project: write it from the root of the project on';
  const open = unbalanced(pattern);
  if (open) return `has a ${open} without its partner`;
  const alternatives = expansions(pattern);
  return alternatives > mostAlternatives ? `stands for ${alternatives} patterns, and beyond ${mostAlternatives} none is matched: split it` : undefined;
}

/** The first brace or bracket that is not closed, or closes nothing. */
function unbalanced(pattern: string): string | undefined {
  let braces = 0;
  for (let i = 0; i < pattern.length; i++) {
    const mark = pattern[i];
    if (mark === '\\') i++;
    else if (mark === '[') {
      const close = pattern.indexOf(']', i + 2);
      if (close < 0) return '[';
      i = close;
    } else if (mark === '{') braces++;
    else if (mark === '}' && --braces < 0) return '}';
  }
  return braces > 0 ? '{' : undefined;
}

/** How many patterns a pattern's braces stand for, as shells expand them: lists and ranges multiply, nested ones add up. */
function expansions(pattern: string): number {
  let at = 0;
  const sequence = (closing: boolean): number => {
    let total = 0;
    let product = 1;
    while (at < pattern.length) {
      const mark = pattern[at++];
      if (mark === '\\') at++;
      else if (mark === '{') {
        const range = /^(-?\d{1,9})\.\.(-?\d{1,9})\}/.exec(pattern.slice(at));
        if (range) {
          at += range[0].length;
          product *= Math.abs(Number(range[2]) - Number(range[1])) + 1;
        } else product *= sequence(true);
      } else if (closing && mark === ',') {
        total += product;
        product = 1;
      } else if (closing && mark === '}') return total + product;
    }
    return total + product;
  };
  return sequence(false);
}

/** Whether a file of the tree is matched: as a glob or as gitignore has it, from the folder that holds `.claude` or from the root. One that might is taken for one that does. */
export async function matchesSomething(subject: Subject, pattern: string): Promise<boolean> {
  const root = await subject.workspace.root(posix.dirname(subject.path));
  const tree = await subject.workspace.tree(root);
  if (!tree.complete || pattern.startsWith('!')) return true;
  const folder = posix.relative(root, launchFolder(subject.path));
  const clean = pattern.replace(/^\.?\//, '');
  if (!clean || isCostlyGlob(clean)) return true;
  const glob = globMatcher([clean]);
  const list = ignore().add(clean);
  for (const file of tree.files) {
    const inside = folder && file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : undefined;
    if (glob(file) || list.ignores(file) || (inside && (glob(inside) || list.ignores(inside)))) return true;
  }
  return false;
}
