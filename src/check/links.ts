import type { RootContent } from 'mdast';
import type { Verdict } from '../steering/checkTypes';
import { descendants } from '../steering/markdown';
import { plural, slug } from '../text';
import { treeOf } from './count';
import { headingsOf } from './sections';
import type { Facts, Subject } from './subject';
import { fail, listed, pass } from './verdict';

export interface Target {
  url: string;
  /** From 1, in the output. */
  line: number;
}

/** Where the links, images and link definitions of an output lead, in order. */
export function targetsOf(subject: Subject): Target[] {
  // A fence taken off from around the output takes its first line along.
  const before = /^\s*?(?:`{3,}|~{3,})[^\n]*\n/.exec(subject.text)?.[0] ?? '';
  const nodes = [...descendants(treeOf(subject).children)];
  const unfenced = before !== '' && nodes[0]?.type !== 'code' ? before.split('\n').length - 1 : 0;
  return nodes.flatMap((node: RootContent) => {
    if (node.type !== 'link' && node.type !== 'image' && node.type !== 'definition') return [];
    return [{ url: node.url, line: (node.position?.start.line ?? 1) + unfenced }];
  });
}

const scheme = /^[a-z][a-z0-9+.-]+:/i;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray % is a character of the path.
    return text;
  }
}

/** The file part of a relative link, decoded, without query and anchor; '' where the link stays in the document; undefined for addresses with a scheme. */
export function linkedPath(url: string): { path: string; anchor: string } | undefined {
  if (scheme.test(url) || url.startsWith('//')) return undefined;
  const hash = url.indexOf('#');
  const path = (hash < 0 ? url : url.slice(0, hash)).replace(/\?.*$/s, '');
  return { path: decoded(path), anchor: hash < 0 ? '' : decoded(url.slice(hash + 1)) };
}

/** The anchors of headings as GitHub makes them: the second of the same name ends in -1; runs of hyphens are folded on both sides. */
function anchorsOf(headings: readonly string[]): Set<string> {
  const anchors = new Set<string>();
  for (const heading of headings) {
    const base = slug(heading);
    let anchor = base;
    for (let n = 1; anchors.has(anchor); n++) anchor = `${base}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** What is wrong with a link; undefined where it resolves. */
function broken(url: string, own: Set<string>, html: string, facts: Facts): string | undefined {
  if (!url.trim()) return 'has no target';
  const relative = linkedPath(url);
  if (!relative) {
    const web = /^(?:https?:)?\/\//i.test(url);
    if (!web) return undefined;
    return URL.canParse(url.startsWith('//') ? `https:${url}` : url) ? undefined : 'is no valid web address';
  }
  const { path, anchor } = relative;
  if (path && !facts.exists(path)) return 'does not exist';
  if (!anchor || /^L\d+/.test(anchor)) return undefined;
  if (!path) return own.has(slug(anchor)) || html.includes(`"${anchor}"`) || anchor === 'top' ? undefined : 'names no heading of the output';
  const headings = /\.(?:md|markdown|mdx)$/i.test(path) ? facts.headingsOf?.(path) : undefined;
  return !headings || anchorsOf(headings).has(slug(anchor)) ? undefined : 'names no heading of that file';
}

/**
 * Relative links and images lead to something that exists; anchors name a heading (or an HTML id) of the output, or of the Markdown file they
 * lead into where its headings are known. Web addresses are only read, never fetched; other schemes pass. An output without links passes.
 */
export function measureLinks(subject: Subject): Verdict {
  const targets = targetsOf(subject);
  const own = anchorsOf(headingsOf(subject));
  const html = (subject.text.match(/\b(?:id|name)\s*=\s*"[^"\n]{1,200}"/g) ?? []).join('\n');
  const wrong = targets.flatMap(({ url, line }) => {
    const why = broken(url, own, html, subject.facts);
    return why ? [{ line, message: `${url || 'a link'} ${why} (line ${line})` }] : [];
  });
  const first = wrong[0];
  if (!first) return pass(targets.length ? `All ${plural(targets.length, 'link')} resolve (web addresses were not fetched).` : 'Found no links.');
  return fail(`Expected links that resolve; ${listed(wrong.map(({ message }) => message))}.`, {
    start: { line: first.line - 1, character: 0 },
    end: { line: first.line, character: 0 },
  });
}
