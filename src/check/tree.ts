import type { Root, RootContent } from 'mdast';
import { readFrontMatter } from '../steering/frontMatter';
import { descendants, parseMarkdown } from '../steering/markdown';
import { unfence } from './fence';
import type { Subject } from './subject';

/** The output cannot be read as Markdown, so that nothing can be said of its structure: no pass and no failure. */
export class Unreadable extends Error {}

/** Characters; more would be read for seconds. */
const longest = 512 * 1024;

/** Blanked out, so that all that follows keeps its place. */
const blank = (text: string): string => text.replace(/[^\r\n]/g, ' ');

/**
 * The Markdown of an output as a tree, with positions of the output as it is. A fence around all of it and front matter are left out.
 * @throws Unreadable where it is too long, or nested and marked up beyond what anybody writes
 */
export function treeOf(subject: Subject): Root {
  const { text, offset } = unfence(subject.text);
  if (text.length > longest) throw new Unreadable(`The output has ${text.length} characters; its structure is read up to ${longest}.`);
  const { bodyFrom } = readFrontMatter(text.slice(0, 64_000));
  const from = offset + bodyFrom;
  const root = parseMarkdown(blank(subject.text.slice(0, from)) + subject.text.slice(from, offset + text.length));
  // The parser gives up on what would take it minutes, with a tree that has nothing in it.
  if (!root.children.length && text.slice(bodyFrom).trim())
    throw new Unreadable('The output cannot be read as Markdown: it has over a thousand brackets and marks in one paragraph, or nests too deeply.');
  return root;
}

/** What an HTML output, or HTML within Markdown, holds of one element or attribute, each with its line, from 1. */
function inHtml(root: Root, pattern: RegExp): { value: string; line: number }[] {
  return [...descendants(root.children)].flatMap((node: RootContent) => {
    if (node.type !== 'html') return [];
    const visible = node.value.replace(/<!--[\s\S]*?(?:-->|$(?![\s\S]))/g, blank);
    return [...visible.matchAll(pattern)].map((match) => ({
      value: (match[2] ?? match[1] ?? '').trim(),
      line: (node.position?.start.line ?? 1) + visible.slice(0, match.index).split('\n').length - 1,
    }));
  });
}

/** `<h2>…</h2>`, without the tags inside. */
export function htmlHeadings(root: Root): string[] {
  return inHtml(root, /<h[1-6](?:\s[^<>]{0,500})?>([\s\S]{0,500}?)<\/h[1-6]>/gi).map(({ value }) => value.replace(/<[^<>]*>/g, '').trim());
}

/** Where `<a href="…">` and `<img src="…">` lead. */
export function htmlTargets(root: Root, elements: 'links' | 'all' = 'all'): { value: string; line: number }[] {
  const pattern =
    elements === 'links'
      ? /<a\s[^<>]{0,500}?href\s*=\s*(["'])([^"'<>]{0,2000})\1/gi
      : /<(?:a|img)\s[^<>]{0,500}?(?:href|src)\s*=\s*(["'])([^"'<>]{0,2000})\1/gi;
  return inHtml(root, pattern);
}
