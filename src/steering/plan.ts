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
  /** A file, as a whole, a section of it, or lines from–to counted from 1. */
  | { kind: 'file'; path: string; section?: string; lines?: [number, number]; exists: boolean }
  | { kind: 'glob'; pattern: string; paths: string[] }
  | { kind: 'part'; part: PartName }
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
  for (const [index, stage] of task.document.stages.entries()) {
    const resolve = (names: readonly Name[], asked: boolean) =>
      Promise.all(names.map(async (name) => ({ name, source: await resolveName(task, index, name, files, asked) })));
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

/** All stages this one waits for, directly or through others, ascending. */
export function ancestors(plan: Plan, index: number): number[] {
  const found = new Set<number>();
  const open = [index];
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
async function resolveName(task: Task, index: number, name: Name, files: Files, asked: boolean): Promise<Source> {
  const { document } = task;
  const text = name.text.trim();
  const lower = text.toLowerCase();
  for (const [declared, value] of document.inputs) if (declared.toLowerCase() === lower) return { kind: 'declared', name: declared, value };

  const exact = document.stages.findIndex(
    (stage) =>
      stage.output?.name.toLowerCase() === lower ||
      stage.title.toLowerCase() === lower ||
      (stage.output?.path !== undefined && posix.normalize(stage.output.path) === posix.normalize(text)),
  );
  if (exact >= 0 && exact < index) return { kind: 'stage', index: exact };

  const numbered = /^stage\s+(\d+)\b/i.exec(text);
  if (numbered && !name.quoted) {
    const at = document.stages.findIndex((stage) => stage.number === Number(numbered[1]));
    if (at >= 0) return at < index ? { kind: 'stage', index: at } : { kind: 'later', index: at };
  }

  const file = await resolveFile(task, text, files);
  if (file && (file.kind !== 'file' || file.exists)) return file;
  if (exact >= index) return { kind: 'later', index: exact };
  if (file) return file;

  if (!name.quoted) {
    const bare = text.replace(/\s*\([^()]*\)\s*$/, '');
    const found = document.stages.slice(0, index).flatMap((stage, at) => (hasAllWords(bare, stage.output?.name) || hasAllWords(bare, stage.title) ? [at] : []));
    if (found.length === 1) return { kind: 'stage', index: found[0] as number };
    const part = partNames.find((known) => known === lower.replace(/^(?:the|its)\s+/, ''));
    if (part) return { kind: 'part', part };
    if (found.length > 1) return { kind: 'ambiguous', indexes: found };
  }
  return asked ? { kind: 'asked' } : { kind: 'file', path: resolvePath(task, text), exists: false };
}

/** What the text names as a file, section, lines or glob; undefined where it does not look like any and no such file is there. */
async function resolveFile(task: Task, text: string, files: Files): Promise<Source | undefined> {
  const match = /^(.*?)(?:#(.+)|:(\d+)-(\d+))?$/s.exec(text);
  const path = (match?.[1] ?? text).trim();
  if (!path || /[\n"<>|]/.test(path)) return undefined;
  if (/[*{]|\?\w|\[[^\]]+\]/.test(path) && !/\s/.test(path)) return { kind: 'glob', pattern: path, paths: await globFiles(files, task.folder, path) };
  const looksLikePath = !/\s/.test(path) && (/\.[A-Za-z][A-Za-z0-9]{0,7}$/.test(path) || /^\.{0,2}\//.test(path) || path.endsWith('/'));
  const absolute = resolvePath(task, path);
  const stat = await files.stat(absolute);
  if (stat?.kind === 'folder' && (looksLikePath || path.includes('/')))
    return { kind: 'glob', pattern: `${path.replace(/\/+$/, '')}/**`, paths: await globFiles(files, task.folder, `${path.replace(/\/+$/, '')}/**`) };
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

/** Every word of `part`, articles aside, is a word of `whole`: "Outline" is in "Structured outline", "Result 1" is not in "Result 10". */
function hasAllWords(part: string, whole: string | undefined): boolean {
  const words = wordsOf(part).filter((word) => !articles.has(word));
  if (!words.length || !whole) return false;
  const known = new Set(wordsOf(whole));
  return words.every((word) => known.has(word));
}
