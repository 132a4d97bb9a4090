import type { Verdict } from '../steering/checkTypes';
import { unfence } from './fence';
import type { Target } from './links';
import type { Subject } from './subject';
import { fail, listed, pass } from './verdict';

const extensions = new Set(
  (
    'md mdx markdown txt rst adoc ts tsx mts cts js jsx mjs cjs json jsonc yaml yml toml ini cfg conf html htm css scss sass less vue svelte astro py ipynb rb go rs java kt kts swift ' +
    'c h cc cpp hpp cs php pl sh bash zsh ps1 bat sql graphql proto xml svg png jpg jpeg gif webp ico pdf csv tsv wasm tf hcl gradle'
  ).split(' '),
);
/** Lock files by name: `mutex.lock`, `console.log`, `items.map` and `process.env` are rather members of an object. */
const locks = /^(?:yarn|cargo|gemfile|composer|poetry|uv|pipfile|flake|bun|mix|pubspec|pdm|podfile)\.lock$/i;
/** `example.com/page.html` is an address, `path/to/file.ts` stands for any file. */
const noFile = /^(?:www\.|[\w-]+\.(?:com|org|net|io|dev|ai|app|co|edu|gov)\/)|(?:^|\/)path\/to\//i;
/** Products whose names end like files. */
const products = /^(?:node|next|nuxt|vue|react|express|three|d3|chart|alpine|ember|backbone|angular|deno|bun|socket|p5|asp)\.(?:js|ts|io|net|py)$/i;

/** Whether a code span is meant as a file of the project: with a known ending, or with a slash and an ending, or beginning with ./ or ../, or a folder. */
export function isPathLike(token: string): boolean {
  if (token.length > 260 || !/^[\w.@~+/()[\]-][\w.@~+/()[\]-]*$/u.test(token) || /^[/.-]+$/.test(token)) return false;
  if (products.test(token) || noFile.test(token) || token.includes('()') || token.startsWith('~') || token.includes('//')) return false;
  // Of this machine, or a page of a site: neither is a file of the project.
  if (token.startsWith('/')) return false;
  if (/^\.{1,2}\/./.test(token)) return true;
  const segments = token.split('/').filter(Boolean);
  const last = segments.at(-1) ?? '';
  const extension = /[^.]\.([A-Za-z][A-Za-z0-9]{0,9})$/.exec(last)?.[1]?.toLowerCase();
  if (segments.length > 1) return extension !== undefined || token.endsWith('/');
  if (token.endsWith('/')) return !token.startsWith('@');
  return locks.test(token) || (extension !== undefined && extensions.has(extension));
}

/** The paths in code spans of a text, fenced code left out, each with its first line; `:12` after a path is a line number. */
export function spannedPaths(text: string): Target[] {
  const found = new Map<string, number>();
  let fence: string | undefined;
  const whole = unfence(text);
  const above = text.slice(0, whole.offset).split('\n').length - 1;
  whole.text.split('\n').forEach((line, i) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark && (fence === undefined || mark.startsWith(fence))) {
      fence = fence === undefined ? mark : undefined;
      return;
    }
    if (fence !== undefined) return;
    for (const match of line.matchAll(/(?<!`)(`{1,2})(?!`)([^`]{1,300})\1(?!`)/g)) {
      const token = (match[2] as string).trim().replace(/[:#]L?\d+(?:[:-]L?\d+)*$/, '');
      if (isPathLike(token) && !found.has(token)) found.set(token, above + i + 1);
    }
  });
  return [...found].map(([url, line]) => ({ url, line }));
}

/** Every path in backticks exists. */
export function measurePaths(subject: Subject): Verdict {
  const paths = spannedPaths(subject.text);
  const missing = paths.filter(({ url }) => !subject.facts.exists(url));
  const first = missing[0];
  if (!first)
    return pass(
      paths.length
        ? `${paths.length > 1 ? `All ${paths.length} paths in backticks exist` : 'The one path in backticks exists'}.`
        : 'Found no paths in backticks.',
    );
  const range = { start: { line: first.line - 1, character: 0 }, end: { line: first.line, character: 0 } };
  return fail(`Expected paths that exist; there is no ${listed(missing.map(({ url, line }) => `${url} (line ${line})`))}.`, range);
}
