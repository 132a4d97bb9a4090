import type { RootContent } from 'mdast';
import type { Verdict } from '../steering/checkTypes';
import { descendants } from '../steering/markdown';
import { slug } from '../text';
import { headingsOf } from './sections';
import type { Facts, Subject } from './subject';
import { htmlTargets, treeOf } from './tree';
import { cut, fail, listed, pass } from './verdict';

export interface Target {
  url: string;
  /** From 1, in the output. */
  line: number;
}

/** Where the links, images and link definitions of an output lead, in order. */
export function targetsOf(subject: Subject): Target[] {
  const root = treeOf(subject);
  const targets = [...descendants(root.children)].flatMap((node: RootContent) => {
    if (node.type !== 'link' && node.type !== 'image' && node.type !== 'definition') return [];
    return [{ url: node.url, line: node.position?.start.line ?? 1 }];
  });
  const html = htmlTargets(root).map(({ value, line }) => ({ url: value.replace(/&amp;/g, '&'), line }));
  return [...targets, ...html].sort((a, b) => a.line - b.line);
}

/** What stands at a link of a site: the very path, or the page that its generator makes that address from. */
export function placesOf(path: string): string[] {
  if (!path || /\.[A-Za-z0-9]{1,8}$/.test(path)) return path ? [path] : [];
  const bare = path.replace(/\/+$/, '');
  return bare ? [path, `${bare}.md`, `${bare}.mdx`, `${bare}.html`, `${bare}/index.md`, `${bare}/index.html`] : [path];
}

/** The address of a page of a site (`/posts/a-post`): where it leads is decided when the site is built. */
function isRoute(path: string): boolean {
  return path.startsWith('/') && !/\.[A-Za-z0-9]{1,8}$/.test(path);
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

/** As GitHub makes an anchor: signs fall away (“What’s next” is `whats-next`), blanks are hyphens, runs of which are folded. */
function gitHubAnchor(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\s-]+/gu, '')
    .replace(/[\s-]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** The anchors of headings as GitHub and as other generators make them, for which a sign is a hyphen; the second of the same name ends in -1. */
function anchorsOf(headings: readonly string[]): Set<string> {
  const all = new Set<string>();
  for (const make of [gitHubAnchor, slug]) {
    const anchors = new Set<string>();
    for (const heading of headings) {
      const base = make(heading);
      let anchor = base;
      for (let n = 1; anchors.has(anchor); n++) anchor = `${base}-${n}`;
      anchors.add(anchor);
    }
    for (const anchor of anchors) all.add(anchor);
  }
  return all;
}

function leadsTo(anchors: ReadonlySet<string>, anchor: string): boolean {
  return anchors.has(gitHubAnchor(anchor)) || anchors.has(slug(anchor));
}

/** What is wrong with a link; undefined where it resolves. */
function broken(url: string, own: Set<string>, html: ReadonlySet<string | undefined>, facts: Facts): string | undefined {
  if (!url.trim()) return 'has no target';
  const relative = linkedPath(url);
  if (!relative) {
    const web = /^(?:https?:)?\/\//i.test(url);
    if (!web) return undefined;
    return URL.canParse(url.startsWith('//') ? `https:${url}` : url) ? undefined : 'is no valid web address';
  }
  const { path, anchor } = relative;
  if (path && !isRoute(path) && !placesOf(path).some((place) => facts.exists(place))) return 'does not exist';
  // `#L10` is a line, `#:~:text=` a passage, `#/` a view of an application, `#fn1` a footnote that only the page made from this will have.
  if (!anchor || /^(?:L\d+|:~:|[/!]|(?:user-content-)?fn(?:ref)?[-:]?\w+$)/.test(anchor)) return undefined;
  if (!path) return leadsTo(own, anchor) || html.has(anchor) || anchor === 'top' ? undefined : 'names no heading of the output';
  const page = placesOf(path).find((place) => /\.(?:md|markdown|mdx)$/i.test(place) && facts.exists(place));
  const headings = page === undefined ? undefined : facts.headingsOf?.(page);
  return !headings || leadsTo(anchorsOf(headings), anchor) ? undefined : 'names no heading of that file';
}

/**
 * Relative links and images lead to something that exists; anchors name a heading (or an HTML id) of the output, or of the Markdown file they
 * lead into where its headings are known. Web addresses are only read, never fetched; other schemes pass, and so do addresses of pages of a site
 * (`/posts/a-post`). An output without links passes.
 */
export function measureLinks(subject: Subject): Verdict {
  const targets = targetsOf(subject);
  const own = anchorsOf(headingsOf(subject));
  const html = new Set([...subject.text.matchAll(/\b(?:id|name)\s*=\s*(["'])([^"'\n]{1,200})\1|\{#([\w-]{1,200})\}/g)].map((match) => match[2] ?? match[3]));
  const wrong = targets.flatMap(({ url, line }) => {
    const why = broken(url, own, html, subject.facts);
    return why ? [{ line, message: `${cut(url, 120) || 'a link'} ${why} (line ${line})` }] : [];
  });
  const first = wrong[0];
  if (!first)
    return pass(
      targets.length
        ? `${targets.length > 1 ? `All ${targets.length} links resolve` : 'The one link resolves'} (web addresses were not fetched).`
        : 'Found no links.',
    );
  return fail(`Expected links that resolve; ${listed(wrong.map(({ message }) => message))}.`, {
    start: { line: first.line - 1, character: 0 },
    end: { line: first.line, character: 0 },
  });
}
