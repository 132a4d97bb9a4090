import { posix } from 'node:path';
import picomatch from 'picomatch';
import { findSection } from '../reference/namedSection';
import type { Name } from '../steering/contextTypes';
import { MarkdownDocument } from '../steering/markdown';
import { isWithin, resolvePath, type Task } from '../steering/task';
import { slug } from '../text';
import type { Candidate } from './bundleTypes';

/**
 * What `Context: not …` does to a candidate: nothing (undefined), leave it out (`rest` undefined), or leave a section of it out.
 * A name without a slash means files of that name anywhere; a folder means all below it; `path#heading` the section.
 */
export function excludedBy(name: Name, candidate: Candidate, task: Task): { heading: string | null; left: string; rest?: string } | undefined {
  const text = name.text.trim();
  if (candidate.path === undefined) return candidate.names.includes(text.toLowerCase()) ? { heading: null, left: candidate.text } : undefined;
  const [pattern = '', ...headings] = text.split('#');
  if (!matchesPath(pattern, candidate.path, task)) return undefined;
  if (!headings.length) return { heading: candidate.heading, left: candidate.text };
  if (!candidate.markdown) return undefined;
  const wanted = slug(headings.join('#'));
  if (candidate.names.some((heading) => slug(heading) === wanted)) return { heading: candidate.heading, left: candidate.text };
  const document = new MarkdownDocument(candidate.text);
  const section = findSection(document, headings.join('#'));
  if (!section) return undefined;
  const rest = `${candidate.text.slice(0, section.from).trimEnd()}\n\n${candidate.text.slice(section.end).trimStart()}`.trim();
  return { heading: section.heading, left: candidate.text.slice(section.from, section.end), ...(rest ? { rest } : {}) };
}

function matchesPath(pattern: string, path: string, task: Task): boolean {
  const bare = pattern.trim().replace(/\/+$/, '');
  if (!bare) return false;
  if (isWithin(resolvePath(task, bare), path)) return true;
  if (!bare.includes('/') && posix.basename(path) === bare) return true;
  return picomatch.scan(bare).isGlob && picomatch(bare, { dot: true, basename: !bare.includes('/') })(posix.relative(task.folder, path));
}
