import { posix } from 'node:path';
import type { Files } from '../ports';
import type { Name, PartName, Stage } from './contextTypes';
import { partNames } from './contextTypes';
import { globFiles, resolvePath, type Task } from './task';

/** What a name in Input or Context stands for. */
export type Source =
  | { kind: 'declared'; name: string; value: string }
  /** An earlier stage's output; by its index in the plan. */
  | { kind: 'stage'; index: number }
  /** A file, as a whole, a section of it, lines from–to counted from 1, or what declares a symbol in it. */
  | { kind: 'file'; path: string; section?: string; lines?: [number, number]; symbol?: string; exists: boolean }
  | { kind: 'glob'; pattern: string; paths: string[] }
  | { kind: 'part'; part: PartName }
  /** `Context: relevant code`: what of the project's own files fits the stage, chosen when its bundle is made. */
  | { kind: 'relevant' }
  /** A later stage's output, or its own: an error of the document. */
  | { kind: 'later'; index: number }
  /** Words that fit several earlier stages. */
  | { kind: 'ambiguous'; indexes: number[] }
  /** Asked for when a person runs the stage. */
  | { kind: 'asked' };

export interface Resolved {
  name: Name;
  source: Source;
}

export interface PlannedStage {
  index: number;
  stage: Stage;
  /** Indexes of the stages whose output this one reads, ascending. */
  needs: number[];
  inputs: Resolved[];
  /** `Context:` to include. */
  context: Resolved[];
  /** The list of `Each`. */
  list?: Resolved;
}

export interface Plan {
  task: Task;
  stages: PlannedStage[];
}

/** Which stage reads what, and so which waits for which. Never fails: what leads nowhere is in the sources. */
export async function planTask(task: Task, files: Files): Promise<Plan> {
  const stages: PlannedStage[] = [];
  const lookup = new Lookup(task, files);
  for (const [index, stage] of task.document.stages.entries()) {
    const resolve = (names: readonly Name[], asked: boolean) =>
      Promise.all(names.map(async (name) => ({ name, source: await resolveName(lookup, index, name, asked) })));
    const inputs = await resolve(stage.inputs, true);
    const context = await resolve(stage.context.include, false);
    const list = stage.each ? (await resolve([stage.each.list], true))[0] : undefined;
    const all = [...inputs, ...context, ...(list ? [list] : [])];
    const needs = [...new Set(all.flatMap(({ source }) => (source.kind === 'stage' ? [source.index] : [])))].sort((a, b) => a - b);
    stages.push({ index, stage, needs, inputs, context, list });
  }
  return { task, stages };
}

/** All stages that read this one's output, directly or through others, ascending. */
export function dependents(plan: Plan, index: number): number[] {
  const found = new Set([index]);
  // Needs always point back, so one pass in order sees everything.
  for (const stage of plan.stages) if (stage.needs.some((need) => found.has(need))) found.add(stage.index);
  found.delete(index);
  return [...found].sort((a, b) => a - b);
}

/** All stages that these wait for, directly or through others, ascending. */
export function ancestors(plan: Plan, ...indexes: readonly number[]): number[] {
  const found = new Set<number>();
  const open = [...indexes];
  while (open.length) {
    for (const need of plan.stages[open.pop() as number]?.needs ?? []) {
      if (found.has(need)) continue;
      found.add(need);
      open.push(need);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** The order in which a name is understood is part of the product: declared, exact, `stage N`, file, words, part, asked. */
async function resolveName(lookup: Lookup, index: number, name: Name, asked: boolean): Promise<Source> {
  const { task } = lookup;
  const text = name.text.trim();
  const lower = text.toLowerCase();
  for (const [declared, value] of task.document.inputs) if (declared.toLowerCase() === lower) return { kind: 'declared', name: declared, value };

  const exact = lookup.exact(text);
  if (exact >= 0 && exact < index) return { kind: 'stage', index: exact };

  const numbered = /^stage\s+(\d+)\b/i.exec(text);
  if (numbered && !name.quoted) {
    const at = lookup.numbered(Number(numbered[1]));
    if (at >= 0) return at < index ? { kind: 'stage', index: at } : { kind: 'later', index: at };
  }

  if (!asked && relevantCode.test(text)) return { kind: 'relevant' };

  const file = (await resolveSymbol(lookup, text)) ?? (await resolveFile(lookup, text));
  if (file && (file.kind !== 'file' || file.exists)) return file;
  if (exact >= index) return { kind: 'later', index: exact };
  if (file) return file;

  if (!name.quoted) {
    const bare = text.replace(/\s*\([^()]*\)\s*$/, '');
    const found = lookup.withAllWords(bare).filter((at) => at < index);
    if (found.length === 1) return { kind: 'stage', index: found[0] as number };
    const part = partNames.find((known) => known === lower.replace(/^(?:the|its)\s+/, ''));
    if (part) return { kind: 'part', part };
    if (found.length > 1) return { kind: 'ambiguous', indexes: found };
  }
  return asked ? { kind: 'asked' } : { kind: 'file', path: resolvePath(task, text), exists: false };
}

const relevantCode = /^(?:the\s+)?relevant\s+(?:code|files)$/i;

/** True for the name that stands for the project's own files by relevance. */
export function isRelevantCode(text: string): boolean {
  return relevantCode.test(text.trim());
}

/**
 * `symbol in path`: one identifier (`Class.method` and `name()` too) in a file that looks like one, or the words of a heading in a Markdown file that is
 * there. Undefined for anything else. Whether the file has it is seen when it is read.
 */
async function resolveSymbol({ task, files }: Lookup, text: string): Promise<Source | undefined> {
  const match = /^(\S(?:.*\S)?)\s+in\s+(\S+)$/.exec(text);
  const [symbol = '', path = ''] = (match?.slice(1) ?? []).map((part) => part.replace(/^(["`]+)(.*)\1$/, '$2'));
  if (!symbol || !/\.[A-Za-z][A-Za-z0-9]{0,7}$/.test(path) || /["<>|*{?#]/.test(path)) return undefined;
  const absolute = resolvePath(task, path);
  const exists = (await files.stat(absolute))?.kind === 'file';
  const identifier = /^[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.|::|#)[\p{L}_$][\p{L}\p{N}_$]*)*(?:\(\))?$/u.test(symbol);
  if (!identifier && !(exists && /\.(?:md|mdx|mdc|markdown)$/i.test(path))) return undefined;
  return { kind: 'file', path: absolute, symbol: symbol.replace(/\(\)$/, ''), exists };
}

/** What the text names as a file, section, lines or glob; undefined where it does not look like any and no such file is there. */
async function resolveFile({ task, files, glob }: Lookup, text: string): Promise<Source | undefined> {
  const match = /^(.*?)(?:#(.+)|:(\d+)-(\d+))?$/s.exec(text);
  const path = (match?.[1] ?? text).trim();
  if (!path || /[\n"<>|]/.test(path)) return undefined;
  if (/[*{]|\?\w|\[[^\]]+\]/.test(path) && !/\s/.test(path)) return { kind: 'glob', pattern: path, paths: await glob(path) };
  const looksLikePath = !/\s/.test(path) && (/\.[A-Za-z][A-Za-z0-9]{0,7}$/.test(path) || /^\.{0,2}\//.test(path) || path.endsWith('/'));
  const absolute = resolvePath(task, path);
  const stat = await files.stat(absolute);
  if (stat?.kind === 'folder' && (looksLikePath || path.includes('/')))
    return { kind: 'glob', pattern: `${withoutSlash(path)}/**`, paths: await glob(`${withoutSlash(path)}/**`) };
  if (stat?.kind !== 'file' && !looksLikePath) return undefined;
  return {
    kind: 'file',
    path: absolute,
    ...(match?.[2] ? { section: match[2] } : {}),
    ...(match?.[3] ? { lines: [Number(match[3]), Number(match[4])] as [number, number] } : {}),
    exists: stat?.kind === 'file',
  };
}

const articles = new Set(['the', 'a', 'an']);

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function withoutSlash(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return path.slice(0, end);
}

/** What names can stand for, found without going through all stages for each: a task may have thousands. */
class Lookup {
  /** Names, titles and paths to the first stage that has them. */
  private readonly names = new Map<string, number>();
  private readonly paths = new Map<string, number>();
  private readonly numbers = new Map<number, number>();
  /** The words of each stage's output and of its title, and where a word stands: at twice a stage's index, plus one for titles. */
  private readonly words: Set<string>[] = [];
  private readonly places = new Map<string, number[]>();
  private readonly globs = new Map<string, Promise<string[]>>();

  constructor(
    readonly task: Task,
    readonly files: Files,
  ) {
    for (const [index, { number, title, output }] of task.document.stages.entries()) {
      for (const name of [output?.name.toLowerCase(), title.toLowerCase()]) if (name !== undefined && !this.names.has(name)) this.names.set(name, index);
      const path = output?.path === undefined ? undefined : posix.normalize(output.path);
      if (path !== undefined && !this.paths.has(path)) this.paths.set(path, index);
      if (!this.numbers.has(number)) this.numbers.set(number, index);
      for (const text of [output?.name ?? '', title]) {
        const words = new Set(wordsOf(text));
        for (const word of words) {
          const places = this.places.get(word);
          if (places) places.push(this.words.length);
          else this.places.set(word, [this.words.length]);
        }
        this.words.push(words);
      }
    }
  }

  /** The first stage whose output, path or title is exactly this; -1 where none is. */
  exact(text: string): number {
    const found = [this.names.get(text.toLowerCase()), this.paths.get(posix.normalize(text))].filter((at) => at !== undefined);
    return found.length ? Math.min(...found) : -1;
  }

  numbered(number: number): number {
    return this.numbers.get(number) ?? -1;
  }

  /** Stages whose output or title has every word of a text, articles aside: "Outline" is in "Structured outline", "Result 1" is not in "Result 10". */
  withAllWords(text: string): number[] {
    const words = wordsOf(text).filter((word) => !articles.has(word));
    const places = words.map((word) => this.places.get(word) ?? []);
    const fewest = places.reduce((least: number[] | undefined, next) => (least && least.length <= next.length ? least : next), undefined) ?? [];
    const found = fewest.filter((at) => words.every((word) => this.words[at]?.has(word))).map((at) => at >> 1);
    return [...new Set(found)];
  }

  /** The files that a glob of the document matches: each glob walks the tree once. */
  readonly glob = (pattern: string): Promise<string[]> => {
    const known = this.globs.get(pattern) ?? globFiles(this.files, this.task.folder, pattern);
    this.globs.set(pattern, known);
    return known;
  };
}
