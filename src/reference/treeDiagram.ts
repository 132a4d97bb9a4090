import { fenceLanguage, type ProjectDocument } from '../steering/project';
import { isPlan } from './doubts';
import { outputName } from './excuses';
import type { Block } from './outline';
import { pathForm, standsIn } from './pathForm';
import type { DeadPath } from './pathJudge';
import { joined } from './places';
import type { TreeIndex } from './treeIndex';

/** One line of a diagram. */
interface Line {
  /** What stands there as a path, or '' for a line that only takes part by its depth. */
  name: string;
  from: number;
  to: number;
  column: number;
  /** The words after the name. */
  note: string;
  /** Path of the folders above it in the diagram and its own name, from the diagram's root. */
  path: string;
  /** Below a line that could not be read. */
  lost: boolean;
}

const branch = /[│├└┬─┌╰]|^\s*(?:\|--|`--|\+--)/;
const drawn = /^[\s│├└─┬┌╰|`+]*(?:──|--|─)\s*/;
const notKept =
  /\b(?:generated|git-?ignored|ignored|optional|created|output|build artifacts?|not (?:committed|tracked|in)|planned|future|todo|new|removed|deprecated|runtime|cache|local|e\.g|example|per-user|symlink)\b/i;

/** The entries of the document's tree diagrams that are not there, where the rest of the diagram shows that it is of this tree. */
export function diagramEntries(
  document: ProjectDocument,
  index: TreeIndex,
  chain: readonly string[],
  basesOf: (block: number) => string[],
  blocks: readonly Block[],
): DeadPath[] {
  const found: DeadPath[] = [];
  for (const fence of document.markdown.fences) {
    const lines = fenceLines(document, fence);
    if (!lines) continue;
    let block = -1;
    while ((blocks[block + 1]?.from ?? document.text.length) < fence.from) block++;
    if (block >= 0 && isPlan((blocks[block] as Block).text)) continue;
    const around = block < 0 ? [] : [...basesOf(block), ...(blocks[block]?.kind === 'heading' ? [] : [])];
    for (const tree of treesOf(lines)) found.push(...missing(tree, index, chain, around));
  }
  return found;
}

function fenceLines(document: ProjectDocument, fence: { from: number; to: number }): { text: string; from: number }[] | undefined {
  const { index } = document.markdown;
  const first = index.positionAt(fence.from).line;
  if (!/^(?:|text|txt|plain|plaintext|tree|bash|sh|ascii|fs|files|console|shell|markdown|md)$/i.test(fenceLanguage(index.line(first)))) return undefined;
  const lines: { text: string; from: number }[] = [];
  for (let line = first + 1; line < index.lineCount; line++) {
    const from = index.offsetAt({ line, character: 0 });
    if (from >= fence.to) break;
    lines.push({ text: index.line(line), from });
  }
  if (/^\s*(?:`{3,}|~{3,})\s*$/.test(lines[lines.length - 1]?.text ?? '')) lines.pop();
  const filled = lines.filter(({ text }) => text.trim());
  if (filled.length < 3) return undefined;
  if (filled.filter(({ text }) => branch.test(text)).length >= 2) return lines;
  // Without branch characters: names in the first column, indented below folders, mostly with words after a gap.
  const named = filled.filter(
    ({ text }) => /^\s*[\w.@-]+(?:\/[\w.@-]+)*\/?(?:\s{2,}\S.*|\s+[#←—–-].*|\s*)$/.test(text) && /[/.]/.test(text.trim().split(/\s/)[0] ?? ''),
  );
  const indented = filled.some(({ text }) => /^\s+\S/.test(text));
  return indented && named.length >= filled.length * 0.8 && filled.some(({ text }) => /^\s*[\w.@-]+(?:\/[\w.@-]+)*\/(?:\s|$)/.test(text)) ? lines : undefined;
}

interface Diagram {
  /** What its root line says; '' where branches begin at once. */
  root: string;
  lines: Line[];
}

function treesOf(lines: readonly { text: string; from: number }[]): Diagram[] {
  const trees: Diagram[] = [];
  let tree: Diagram | undefined;
  let stack: { column: number; path: string | undefined }[] = [];
  for (const { text, from } of lines) {
    if (!text.trim() || /^\s*#/.test(text) || /^[\s│|]*$/.test(text)) {
      if (!text.trim()) stack = stack.slice(0, 0);
      continue;
    }
    const prefix = drawn.exec(text)?.[0] ?? /^[\s│|]*/.exec(text)?.[0] ?? '';
    const column = prefix.length;
    const token = /^\S+/.exec(text.slice(column))?.[0] ?? '';
    const name = token.replace(/(?<![,:*])[,:*]+$/, '');
    const rest = text.slice(column + token.length);
    const form = name.length < 200 && !/^~/.test(name) ? pathForm(name) : undefined;
    // Words are no name: a file's line goes on after a gap or a mark.
    const proper = form && /^(?:\s*$|\s{2,}|\s+[#←→<—–(\-:|*]|,)/.test(rest) && form.start !== '/' && form.start !== '../';
    if (column === 0) {
      const isRoot = name.endsWith('/') || name === '.' || /^~/.test(name) || !proper;
      tree = { root: isRoot ? name : '', lines: [] };
      trees.push(tree);
      stack = [];
      if (isRoot) {
        stack = [{ column: 0, path: /^~|^\//.test(name) || (!proper && name !== '.') ? undefined : '' }];
        if (stack[0]?.path === undefined && !/^~|^\//.test(name) && /^[\w.-]+\/?$/.test(name)) stack = [{ column: 0, path: '' }];
        if (proper) tree.lines.push({ name: form.path, from, to: from + name.length, column, note: rest, path: '', lost: false });
        continue;
      }
    }
    if (!tree) {
      tree = { root: '', lines: [] };
      trees.push(tree);
    }
    while (stack.length && (stack[stack.length - 1]?.column ?? 0) >= column) stack.pop();
    const above = stack.length ? stack[stack.length - 1]?.path : '';
    const path = proper && above !== undefined ? joined(above, form.path) : undefined;
    stack.push({ column, path });
    tree.lines.push({
      name: proper ? form.text : '',
      from: from + column,
      to: from + column + (proper ? form.text.length : 0),
      column,
      note: rest,
      path: path ?? '',
      lost: path === undefined,
    });
  }
  return trees;
}

/** The missing entries of one diagram, once most of its others are found below one folder. */
function missing(tree: Diagram, index: TreeIndex, chain: readonly string[], around: readonly string[]): DeadPath[] {
  // What need not be there says nothing of where the rest is.
  const entries = tree.lines.filter((line) => line.name && !line.lost && line.path && !notKept.test(line.note) && !outputName.test(line.path));
  const rootLine = tree.lines.find((line) => line.path === '' && line.name);
  if (/^~|^\//.test(tree.root)) return [];
  const starts = [...chain, ...around];
  const rooted = rootLine ? starts.map((folder) => joined(folder, rootLine.name)).filter((at): at is string => at !== undefined && index.isFolder(at)) : [];
  const candidates = new Set([...rooted, ...starts]);
  for (const { path } of entries.slice(0, 40)) for (const base of index.basesOf(path, 60).slice(0, 10)) candidates.add(base);
  let best: { folder: string; hits: number } | undefined;
  for (const folder of candidates) {
    let hits = 0;
    for (const { path } of entries) if (index.has(joined(folder, path) ?? '..')) hits++;
    if (!best || hits > best.hits) best = { folder, hits };
  }
  if (!best || best.hits < 3 || best.hits < entries.length * (best.hits < 8 ? 0.7 : 0.55)) return [];
  const folder = best.folder;
  const gone: DeadPath[] = [];
  for (const line of entries) {
    const target = joined(folder, line.path);
    const form = pathForm(line.name);
    if (target === undefined || index.has(target) || !form || standsIn(form)) continue;
    if (
      form.segments.some((name) => outputName.test(name)) ||
      target.split('/').some((name) => outputName.test(name) && !index.has(target.slice(0, target.indexOf(name) + name.length)))
    )
      continue;
    if (!form.file && !form.folder && form.segments.length === 1) continue;
    if (/^\.env|\.local(?:\.|$)/.test(form.path)) continue;
    gone.push({ from: line.from, to: line.to, text: line.name, base: folder, target, known: false });
  }
  return gone;
}
