import { posix } from 'node:path';
import { factsNeeded, headingsIn, pathsMentioned, referencedFiles, watchedFiles } from '../check/measure';
import type { Facts } from '../check/subject';
import type { Files } from '../ports';
import type { Check } from '../steering/checkTypes';
import type { PlannedStage } from '../steering/plan';
import { isWithin, pathInWorkspace, type Task } from '../steering/task';

/** What checks need to know of the workspace, read before they are asked: they touch nothing themselves. */

/** Files that are measured by or compared with may be larger than what a model is shown. */
const largest = 16 * 1024 * 1024;

/** A file of the workspace; undefined where there is none that could be read as text. */
export async function readIfThere(files: Files, task: Task, path: string): Promise<string | undefined> {
  try {
    return await files.read(await pathInWorkspace(task, path, files), largest);
  } catch {
    // A check that needs it says that it could not be read, with its path.
    return undefined;
  }
}

/** The texts of all files that checks measure by, those that schemas refer to included; undefined for what can't be read. By path as written. */
export async function measuringFiles(checks: readonly Check[], files: Files, task: Task): Promise<Map<string, string | undefined>> {
  const texts = new Map<string, string | undefined>();
  const schemas = new Set(checks.flatMap(schemasOf));
  const open = checks.flatMap(factsNeeded);
  // A hostile schema could name files without end.
  while (open.length && texts.size < 200) {
    const path = open.shift() as string;
    if (texts.has(path)) continue;
    const text = await readIfThere(files, task, path);
    texts.set(path, text);
    if (text === undefined || !schemas.has(path)) continue;
    for (const other of referencedFiles(path, text)) {
      schemas.add(other);
      open.push(other);
    }
  }
  return texts;
}

function schemasOf(check: Check): string[] {
  if (check.rule.kind === 'atLeast') return check.rule.of.flatMap(schemasOf);
  return check.rule.kind === 'schema' ? [check.rule.path] : [];
}

/**
 * Where a path that an output names may stand: beside the document, or beside the file the output is written to. What begins with a slash starts at the
 * workspace, or at the folder that sites are served from.
 */
function placesFor(task: Task, outputPath: string | undefined, path: string): string[] {
  if (path.startsWith('/')) return ['', 'public', 'static'].map((folder) => posix.join(task.workspace, folder, path));
  const folders = [task.folder, ...(outputPath ? [posix.resolve(task.folder, posix.dirname(outputPath))] : [])];
  return [...new Set(folders.map((folder) => posix.resolve(folder, path)))];
}

export async function gatherFacts(
  checks: readonly Check[],
  output: string,
  context: {
    engine: { files: Files };
    task: Task;
    planned?: PlannedStage;
    before: ReadonlyMap<string, string | undefined>;
    costUsd: number;
  },
): Promise<Facts> {
  const { engine, task, before, costUsd } = context;
  const { files } = engine;
  const contents = await measuringFiles(checks, files, task);
  const outputPath = context.planned?.stage.output?.path;
  const own = outputPath === undefined ? undefined : posix.resolve(task.folder, outputPath);
  const there = new Map<string, string>();
  const mentioned = new Set(checks.flatMap((check) => pathsMentioned(output, check)));
  for (const path of mentioned) {
    for (const place of placesFor(task, outputPath, path)) {
      // The output itself will stand there once it passed.
      if (!isWithin(task.workspace, place) || (place !== own && !(await files.stat(place)))) continue;
      there.set(path, place);
      break;
    }
  }
  const headings = new Map<string, string[] | undefined>();
  for (const [path, place] of there) {
    if (!output.includes('#') || !/\.(?:md|markdown|mdx)$/i.test(path)) continue;
    const text = place === own ? output : await readIfThere(files, task, place);
    headings.set(path, text === undefined ? undefined : headingsIn(text));
  }
  const unchanged = new Map<string, boolean>();
  for (const path of new Set(checks.flatMap(watchedFiles))) {
    const now = await readIfThere(files, task, path);
    // Neither then nor now: that is no file which stayed as it was.
    if (before.get(path) !== undefined || now !== undefined) unchanged.set(path, before.get(path) === now);
  }
  return {
    file: (path) => contents.get(path),
    exists: (path) => there.has(path),
    headingsOf: (path) => headings.get(path),
    unchanged: (path) => unchanged.get(path),
    costUsd,
  };
}
