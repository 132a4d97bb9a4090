import { posix } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { wrongJsonAt } from '../check/jsonPlace';
import { type Files, UserError } from '../ports';
import type { Stage } from '../steering/contextTypes';
import { nearest } from '../steering/nearest';
import type { Task } from '../steering/task';
import { LineIndex } from '../text';

/** One set of inputs that a stage is tried on. */
export interface Case {
  /** As written, else its place: `line 3`. */
  id: string;
  /** Where it was read, from 1; undefined for one that comes from a run. */
  line?: number;
  /** By the lower-case name of the input, as the stage writes it. */
  values: ReadonlyMap<string, string>;
}

/** The columns that say something of the case itself; every other one is an input. */
const ownColumns = ['id', 'stage'];

/** Where a task's cases stand, the first of these that is there: `evals/<task>.jsonl`, `evals/<task>.csv`, beside the document. */
export function casesPaths(task: Pick<Task, 'folder' | 'slug'>): string[] {
  return ['jsonl', 'csv'].map((extension) => posix.join(task.folder, 'evals', `${task.slug}.${extension}`));
}

interface Row {
  line: number;
  /** The column in which each value begins, where it is known. */
  values: Map<string, { name: string; value: string }>;
}

/**
 * The cases of one stage from its task's file; none where there is no such file. A row that names another stage (`stage`, by number, title or slug)
 * is passed over.
 * @throws UserError (exit 2) with line and column for what is no case: wrong JSON or CSV, an input the stage does not have, one that has no value.
 */
export async function readCases(files: Files, task: Pick<Task, 'folder' | 'slug'>, stage: Stage): Promise<Case[]> {
  for (const path of casesPaths(task)) {
    if ((await files.stat(path))?.kind !== 'file') continue;
    return casesOf(path, await files.read(path, 16 * 1024 * 1024), stage);
  }
  return [];
}

/** The cases of a stage in a text: one JSON object a line, or CSV with a line of names. @throws UserError as `readCases`. */
export function casesOf(path: string, text: string, stage: Stage): Case[] {
  const rows = path.endsWith('.csv') ? csvRows(path, text) : jsonRows(path, text);
  const inputs = new Map([...stage.inputs, ...(stage.each ? [{ text: stage.each.item }] : [])].map(({ text: name }) => [name.toLowerCase(), name]));
  const ids = new Map<string, number>();
  const cases: Case[] = [];
  for (const { line, values } of rows) {
    const of = values.get('stage')?.value.trim();
    if (of && !names(stage, of)) continue;
    const given = new Map<string, string>();
    for (const [key, { name, value }] of values) {
      if (ownColumns.includes(key)) continue;
      if (!inputs.has(key)) {
        const meant = nearest(key, inputs.keys());
        const known = [...inputs.values()].map((input) => `“${input}”`).join(', ') || 'none';
        throw wrong(
          path,
          text,
          line,
          name,
          `Stage ${stage.number} “${stage.title}” has no input “${name}”.`,
          meant ? `Write “${inputs.get(meant)}”.` : `Its inputs: ${known}.`,
        );
      }
      given.set(key, value);
    }
    const id = values.get('id')?.value.trim() || `line ${line}`;
    const before = ids.get(id);
    if (before !== undefined) throw wrong(path, text, line, id, `The case “${id}” is there twice: first in line ${before}.`, 'Give each its own id.');
    ids.set(id, line);
    if (!given.size) throw wrong(path, text, line, undefined, `The case “${id}” has no input of the stage.`, 'A case gives at least one input its value.');
    cases.push({ id, line, values: given });
  }
  return cases;
}

function names(stage: Stage, written: string): boolean {
  const lower = written.toLowerCase();
  return lower === stage.slug || lower === stage.title.toLowerCase() || lower.replace(/^stage\s+/, '') === String(stage.number);
}

/** An error at a place of the cases file: at `token` in that line where it stands there, else at the line's first letter. */
function wrong(path: string, text: string, line: number, token: string | undefined, what: string, todo: string): UserError {
  const at = token === undefined ? -1 : new LineIndex(text).line(line - 1).indexOf(token);
  const column = at < 0 ? 1 : at + 1;
  return new UserError(`${what.replace(/\.$/, '')} (line ${line}, column ${column}).`, { path, line: line - 1, todo, exitCode: 2 });
}

function jsonRows(path: string, text: string): Row[] {
  const index = new LineIndex(text);
  const rows: Row[] = [];
  for (let line = 1; line <= index.lineCount; line++) {
    const content = index.line(line - 1);
    if (!content.trim()) continue;
    const bad = wrongJsonAt(content);
    if (bad) {
      const what = `This is no JSON: ${bad.expected} was expected (line ${line}, column ${bad.offset + 1}).`;
      throw new UserError(what, { path, line: line - 1, todo: 'Each line holds one case, such as {"id": "late refund", "Ticket": "…"}.', exitCode: 2 });
    }
    const value: unknown = JSON.parse(content);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw wrong(
        path,
        text,
        line,
        undefined,
        'A case is a JSON object, with the inputs of the stage as its keys.',
        'Write {"name of the input": "its value"}.',
      );
    rows.push({ line, values: new Map(Object.entries(value).map(([name, each]) => [name.trim().toLowerCase(), { name, value: asText(each) }])) });
  }
  return rows;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
}

function csvRows(path: string, text: string): Row[] {
  let records: { info: { lines: number }; record: string[] }[];
  try {
    records = parse(text, { info: true, bom: true, skip_empty_lines: true }) as unknown as typeof records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const at = error as CsvError & { lines?: number; column?: number | string };
    const line = at.lines ?? 1;
    // Of a row with too many or too few values, where they stop fitting.
    const counts = /expect (\d+), got (\d+)/.exec(error.message)?.slice(1).map(Number);
    const column = (counts ? Math.min(...counts) : typeof at.column === 'number' ? at.column : 0) + 1;
    throw new UserError(`${error.message.replace(/[.:]? (?:at|on) line \d+[\s\S]*$/, '')} (line ${line}, column ${column}).`, {
      path,
      line: line - 1,
      todo: 'Every row has as many values as the first has names; a value with commas, quotes or line breaks stands in double quotes.',
      exitCode: 2,
      cause: error,
    });
  }
  const [head, ...rest] = records;
  if (!head) return [];
  const heads = head.record.map((name) => name.trim());
  for (const [i, name] of heads.entries()) {
    if (!name) throw wrong(path, text, 1, undefined, `Column ${i + 1} has no name.`, 'The first line names the inputs of the stage.');
    const twice = heads.findIndex((each) => each.toLowerCase() === name.toLowerCase());
    if (twice < i) throw wrong(path, text, 1, name, `Two columns are called “${name}”.`, 'Give each its own name.');
  }
  // A record ends on the line the parser names; one with line breaks in its values began earlier.
  let from = head.info.lines + 1;
  return rest.map(({ info, record }) => {
    const line = Math.min(from, info.lines);
    from = info.lines + 1;
    return { line, values: new Map(record.map((value, i) => [(heads[i] as string).toLowerCase(), { name: heads[i] as string, value }])) };
  });
}
