/**
 * How much of a real change a bundle for its commit message holds: `HAIKU_FIRST_CORPUS` names a folder with `retrieval/queries.jsonl` (repo, head, parent,
 * id, query, gold, added), `HAIKU_FIRST_MIRROR` one with the repositories as `owner+name/repo` (git directories).
 * A file counts when a piece that is no outline holds a line the change touched. Beside it in the same run: BM25 over whole files (minisearch, terms of
 * identifiers, stop words out, path twice), best first, skipping what does not fit. Budgets are characters over four for both.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import MiniSearch from 'minisearch';
import { ProjectTexts } from '../../src/bundle/projectTexts';
import { assembleForQuery } from '../../src/bundle/query';
import { corpusFolder } from './corpus';
import { git, treeFiles } from './gitTree';
import { table } from './table';

interface Query {
  repo: string;
  head: string;
  parent: string;
  id: string;
  query: string;
  gold: string[];
  added: string[];
}

const budgets = [8000, 16_000, 32_000, 64_000];
const countTokens = (text: string) => Math.ceil(text.length / 4);

/** Lines, from 1, of a file that a bundle holds. */
type Held = Map<string, [from: number, to: number][]>;
type Method = (query: string, budget: number) => Held | Promise<Held>;

export async function queryBench(): Promise<string> {
  const folder = corpusFolder('retrieval');
  const mirror = process.env.HAIKU_FIRST_MIRROR;
  if (!folder || !existsSync(join(folder, 'queries.jsonl')) || !mirror) return 'Left out: set HAIKU_FIRST_CORPUS and HAIKU_FIRST_MIRROR.';
  const queries = readFileSync(join(folder, 'queries.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Query);
  const rows: string[][] = [
    ['tree, repository', 'method', 'n', ...budgets.map((budget) => `files@${budget / 1000}k`), ...budgets.map((budget) => `lines@${budget / 1000}k`)],
  ];
  for (const tree of ['head', 'parent'] as const) {
    const all = new Map<string, Score>();
    for (const repo of new Set(queries.map((query) => query.repo))) {
      const own = await scored(
        queries.filter((query) => query.repo === repo),
        tree,
        join(mirror, repo.replace('/', '+'), 'repo'),
      );
      for (const [method, score] of own) {
        rows.push(row(`${tree}, ${repo}`, method, score));
        all.set(method, all.has(method) ? merged(all.get(method) as Score, score) : score);
      }
    }
    for (const [method, score] of all) rows.push(row(`${tree}, all`, method, score));
  }
  return table(rows);
}

/** By budget: for each query the share of its files, and of its lines, that the bundle holds. */
interface Score {
  files: number[][];
  lines: number[][];
}

function row(name: string, method: string, { files, lines }: Score): string[] {
  const mean = (numbers: number[]) => (numbers.reduce((sum, n) => sum + n, 0) / numbers.length).toFixed(3);
  return [name, method, String(files[0]?.length ?? 0), ...files.map(mean), ...lines.map(mean)];
}

function merged(a: Score, b: Score): Score {
  return { files: a.files.map((list, i) => [...list, ...(b.files[i] ?? [])]), lines: a.lines.map((list, i) => [...list, ...(b.lines[i] ?? [])]) };
}

async function scored(queries: readonly Query[], tree: 'head' | 'parent', repository: string): Promise<Map<string, Score>> {
  const scores = new Map<string, Score>();
  const kept = new Map<string, string | undefined>();
  let last: { commit: string; methods: Map<string, Method>; texts: Map<string, string> } | undefined;
  for (const query of queries) {
    const commit = tree === 'head' ? query.head : query.parent;
    if (last?.commit !== commit) {
      const { files, texts } = treeFiles(repository, commit, kept);
      last = {
        commit,
        texts,
        methods: new Map([
          ['whole files', wholeFiles(texts)],
          ['haiku-first', parts(new ProjectTexts('/tree', files))],
        ]),
      };
    }
    const touched = touchedLines(repository, query, tree, last.texts);
    if (!touched.size) continue;
    for (const [name, method] of last.methods) {
      const score = scores.get(name) ?? { files: budgets.map(() => []), lines: budgets.map(() => []) };
      scores.set(name, score);
      for (const [i, budget] of budgets.entries()) {
        const held = await method(query.query, budget);
        const holds = (path: string, line: number) => held.get(path)?.some(([from, to]) => from <= line && line <= to) ?? false;
        const files = [...touched].filter(([path, lines]) => lines.some((line) => holds(path, line)));
        const lines = [...touched].flatMap(([path, own]) => own.map((line) => holds(path, line)));
        score.files[i]?.push(files.length / touched.size);
        if (lines.length) score.lines[i]?.push(lines.filter(Boolean).length / lines.length);
      }
    }
  }
  return scores;
}

/**
 * Path → the lines, from 1, that a change touched: in the parent tree those it took out, or between which it put something; at HEAD those that read as it
 * wrote them. A file that a later change took away, or of which no line is left, counts nowhere.
 */
function touchedLines(repository: string, query: Query, tree: 'head' | 'parent', texts: ReadonlyMap<string, string>): Map<string, number[]> {
  const found = new Map<string, number[]>();
  const diff = git(repository, ['diff', '-U0', '--no-renames', '--no-ext-diff', query.parent, query.id, '--', ...query.gold]);
  for (const part of diff.split(/^diff --git /m).slice(1)) {
    const path = /^\+\+\+ b\/(.+)$/m.exec(part)?.[1] ?? /^--- a\/(.+)$/m.exec(part)?.[1];
    const lines = path === undefined ? undefined : texts.get(path)?.split('\n');
    if (path === undefined || !lines) continue;
    const touched = tree === 'parent' ? oldLines(part, lines.length) : linesLike(part, lines);
    if (touched.length) found.set(path, touched);
  }
  return found;
}

function oldLines(diff: string, count: number): number[] {
  return [...diff.matchAll(/^@@ -(\d+)(?:,(\d+))? /gm)].flatMap(([, start, size = '1']) => {
    const from = Number(start);
    const lines = size === '0' ? [from, from + 1] : Array.from({ length: Number(size) }, (_, i) => from + i);
    return lines.filter((line) => line >= 1 && line <= count);
  });
}

function linesLike(diff: string, lines: readonly string[]): number[] {
  const written = new Set([...diff.matchAll(/^\+(?!\+\+ )(.*)$/gm)].map((match) => (match[1] as string).trim()).filter((line) => line.length > 3));
  return lines.flatMap((line, i) => (written.has(line.trim()) ? [i + 1] : []));
}

function parts(project: ProjectTexts): Method {
  return async (query, budget) => {
    const held: Held = new Map();
    for (const { source, lines } of assembleForQuery(await project.find(query), budget, countTokens).pieces)
      if (lines) held.set(source, [...(held.get(source) ?? []), lines]);
    return held;
  };
}

const stop = new Set(
  'a an and are as at be been but by can could do does for from had has have how if in into is it its just like may more most no not of on only or our out should so some such than that the their them then there these they this those to too up use used uses using via was we were what when where which while who will with would you your also any all both each other same new now one two'.split(
    ' ',
  ),
);

function wholeFiles(texts: ReadonlyMap<string, string>): Method {
  const names = [...texts.keys()];
  const tokens = names.map((name) => countTokens(texts.get(name) ?? ''));
  const camel = (word: string) => {
    const split = word
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
      .split(' ');
    return split.length > 1 ? [word, ...split] : split;
  };
  const index = new MiniSearch<{ id: number; content: string; path: string }>({
    fields: ['content', 'path'],
    tokenize: (text) =>
      text
        .split(/[^\p{L}\p{N}]+/u)
        .filter(Boolean)
        .flatMap(camel),
    processTerm: (term) => {
      const word = term.toLowerCase();
      return word.length < 2 || word.length > 40 || stop.has(word) ? null : word;
    },
  });
  index.addAll(names.map((path, id) => ({ id, path, content: texts.get(path) ?? '' })));
  const ranked = new Map<string, number[]>();
  return (query, budget) => {
    const order = ranked.get(query) ?? index.search(query, { boost: { path: 2 } }).map((result) => Number(result.id));
    ranked.set(query, order);
    const held: Held = new Map();
    let left = budget;
    for (const id of order) {
      if ((tokens[id] as number) > left) continue;
      left -= tokens[id] as number;
      held.set(names[id] as string, [[1, Number.POSITIVE_INFINITY]]);
    }
    return held;
  };
}
