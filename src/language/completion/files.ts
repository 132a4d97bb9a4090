import { posix } from 'node:path';
import { estimateTokens, formatTokens } from '../../catalog/tokens';
import { kindOf } from '../../steering/kinds';
import { MarkdownDocument } from '../../steering/markdown';
import { slug } from '../../text';
import { foldersUp, leadOf, relativeTo } from '../lead';
import { words } from '../markdownText';
import type { DocumentReading } from '../reading';
import type { Completion } from './item';

/** Files that hold no text a model could read. */
const noText =
  /\.(?:png|jpe?g|gif|webp|ico|bmp|avif|mp[34]|mov|avi|wav|ogg|woff2?|ttf|otf|eot|pdf|zip|gz|tgz|7z|tar|rar|jar|exe|dll|so|dylib|wasm|bin|lock|map)$/i;
const neverRead = /(?:^|\/)(?:\.haiku\/(?:runs|recordings)|\.git|dist|build|coverage)\/|(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml)$/;

/** More than one looks through: what is typed chooses among the rest. */
const mostFiles = 300;

/** The files of the workspace as one writes them in the document, near ones first, that fit what is typed; `complete` is false where some were left out. */
export async function workspaceFiles(
  reading: DocumentReading,
  typed: string,
  fits: (path: string) => boolean = () => true,
): Promise<{ paths: string[]; complete: boolean }> {
  const root = await reading.root();
  const tree = await reading.ports.facts.tree(root);
  const wanted = typed.toLowerCase().replace(/^\.\//, '');
  const own = posix.relative(root, reading.path);
  const found: { path: string; far: number }[] = [];
  for (const file of tree.files) {
    if (file === own || noText.test(file) || neverRead.test(file) || !fits(file)) continue;
    const path = relativeTo(reading, posix.join(root, file));
    if (!holds(path.toLowerCase(), wanted)) continue;
    found.push({ path, far: distance(path) });
  }
  found.sort((a, b) => a.far - b.far || (a.path < b.path ? -1 : 1));
  return { paths: found.slice(0, mostFiles).map(({ path }) => path), complete: tree.complete && found.length <= mostFiles };
}

/** Every letter that is typed stands in the path in this order, as editors filter. */
function holds(path: string, typed: string): boolean {
  let at = 0;
  for (const letter of typed) {
    at = path.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** Folders up count more than folders down; steering files and documents come before code. */
function distance(path: string): number {
  const folders = path.split('/');
  const up = folders.filter((folder) => folder === '..').length;
  return (folders.length - 1) * 4 + up * 8 + (kindOf(path) ? 0 : /\.(?:md|mdx|txt)$/i.test(path) ? 1 : 2);
}

/** The file part of `file#heading`, and the headings of that file that can stand after `#`; undefined where no file is named. */
export async function headingsOf(
  reading: DocumentReading,
  typed: string,
  range: Completion['range'],
  quoteIfNeeded: (text: string) => string,
): Promise<Completion[] | undefined> {
  const hash = typed.indexOf('#');
  if (hash <= 0) return undefined;
  const file = typed.slice(0, hash);
  const lead = await leadOf(reading, file, [reading.folder, ...(await foldersUp(reading))]);
  const text = lead?.kind === 'file' ? await reading.ports.files.read(lead.path).catch(() => undefined) : undefined;
  if (text === undefined) return [];
  const markdown = new MarkdownDocument(text);
  const anchors = new Set<string>();
  return markdown.sections.flatMap((section, i) => {
    const anchor = slug(section.heading);
    if (section.depth === 0 || !anchor || anchors.has(anchor)) return [];
    anchors.add(anchor);
    const insert = quoteIfNeeded(`${file}#${anchor}`);
    const body = markdown.whole(section);
    return [
      {
        label: section.heading,
        kind: 'heading' as const,
        range,
        insert,
        filter: `${file}#${anchor} ${section.heading}`,
        detail: `${'#'.repeat(section.depth)} about ${formatTokens(estimateTokens(body))} tokens`,
        documentation: words(section.path.join(' › ')),
        rank: i,
      },
    ];
  });
}
