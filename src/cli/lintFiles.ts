import { posix } from 'node:path';
import picomatch from 'picomatch';
import { type Configurations, configurationError, type LintConfiguration } from '../lint/configuration';
import { UserError } from '../ports';
import { WorkspaceFacts } from '../reference/workspaceFacts';
import { globMatcher } from '../steering/glob';
import { type Kind, kindOf, steeringGlobs } from '../steering/kinds';
import { globFiles, workspaceOf } from '../steering/task';
import { absolutePath, type Surroundings, shownPath } from './surroundings';

/** A file that is to be linted. */
export interface ChosenFile {
  /** Absolute. */
  path: string;
  kind: Kind;
  configuration: LintConfiguration;
}

export interface ChosenFiles {
  files: ChosenFile[];
  /** Named by themselves, and left out by the configuration. */
  ignored: ChosenFile[];
}

/**
 * The steering files that the paths name, sorted: a file stands for itself, a folder for all below it, a glob for what it matches, nothing for
 * the working directory; `!` before a glob leaves out. What `.haiku/lint.json` ignores is left out even where it is named, as a commit hook
 * names every file, and told then; so is what a walk finds in folders that git ignores, and a second name for one file.
 * @throws UserError (exit 2) for a path or glob that leads to no steering file, and for a configuration that cannot be read.
 */
export async function chosenFiles(around: Surroundings, named: readonly string[], configurations: Configurations): Promise<ChosenFiles> {
  const wanted = named.filter((name) => !name.startsWith('!'));
  const unwanted = named.filter((name) => name.startsWith('!')).map((name) => relativeGlob(around, name.slice(1)));
  const leftOut = unwanted.length ? globMatcher(unwanted.flatMap((glob) => [glob, `${glob}/**`])) : () => false;
  const found = new Set<string>();
  const walked = new Set<string>();
  for (const name of wanted.length ? wanted : ['.']) {
    const path = absolutePath(around, name);
    const stat = await around.files.stat(path);
    if (stat?.kind === 'file') {
      found.add(path);
      if (!(await chosenFile(path, configurations))) throw noSteeringFile(shownPath(around, path));
    } else if (stat) for (const file of await filesBelow(around, path, configurations)) walked.add(file);
    else for (const file of await filesOfGlob(around, name, configurations)) walked.add(file);
  }
  const chosen: ChosenFiles = { files: [], ignored: [] };
  const all = await eachOnce(around, new Set([...found, ...walked]));
  const kept = all.filter((path) => !leftOut(shownPath(around, path)));
  if (all.length && !kept.length)
    throw new UserError('Every file is left out, so there is nothing to lint.', { todo: 'Check the patterns that begin with “!”.', exitCode: 2 });
  for (const path of kept.sort()) {
    const file = await chosenFile(path, configurations);
    if (file && !file.configuration.ignores(path)) chosen.files.push(file);
    else if (file && found.has(path)) chosen.ignored.push(file);
  }
  return chosen;
}

/** The file with its kind and configuration; undefined for no steering file. @throws UserError (exit 2) for a configuration that is wrong. */
export async function chosenFile(path: string, configurations: Configurations): Promise<ChosenFile | undefined> {
  const configuration = await configurations.of(path);
  const error = configurationError(configuration);
  if (error) throw error;
  const kind = kindOf(path, configuration.background);
  return kind && { path, kind, configuration };
}

export function noSteeringFile(shown: string): UserError {
  return new UserError(`${shown} is no steering file.`, {
    todo: 'Steering files are CONTEXT.md, *.context.md, VOICE.md, CLAUDE.md, CLAUDE.local.md, AGENTS.md, .claude/rules/*.md, .haiku/strategies/*/*.md, ARCHITECTURE.md, PATTERNS.md, and the names under “background” in .haiku/lint.json.',
    exitCode: 2,
  });
}

async function filesBelow(around: Surroundings, folder: string, configurations: Configurations): Promise<string[]> {
  const { background } = await configurations.ofFolder(folder);
  const lost = (path: string) => around.stderr(`${shownPath(around, path)} has a name that is no UTF-8, so nothing in it was linted. Rename it.\n`);
  const files = await globFiles(around.files, folder, [...globsBelow(folder), ...background.map((name) => `**/${name}`)], undefined, lost);
  const root = await workspaceOf(folder, around.files);
  const facts = new WorkspaceFacts(around.files);
  const kept: string[] = [];
  const isIgnored = await facts.ignored(root, folder);
  for (const file of files) {
    // Another project's own, brought along as it is.
    if (/\/(?:node_modules|bower_components|vendor|third[-_]?party)\//.test(file.slice(folder.length))) continue;
    if (isIgnored) {
      kept.push(file);
      continue;
    }
    // Clones and build outputs bring steering files of other projects. A person's own .claude and .haiku folders are ignored too, and yet loaded.
    const own = Math.max(file.indexOf('/.claude/rules/'), file.indexOf('/.haiku/strategies/'));
    const holder = own >= folder.length ? file.slice(0, own) : posix.dirname(file);
    if (holder === folder || !holder.startsWith(folder) || !(await facts.ignored(root, holder))) kept.push(file);
  }
  return kept;
}

/** Of `.haiku` and what is in it, the strategies alone: below it, their globs begin further down. */
function globsBelow(folder: string): readonly string[] {
  const inside = /\/\.haiku(?:\/(.*))?$/.exec(folder);
  if (!inside) return steeringGlobs;
  const names = (inside[1] ?? '').split('/').filter(Boolean);
  if (names.length > 2 || (names.length && names[0] !== 'strategies')) return [];
  return [['strategies', '*', '*.md'].slice(names.length).join('/')];
}

async function filesOfGlob(around: Surroundings, glob: string, configurations: Configurations): Promise<string[]> {
  const shown = relativeGlob(around, glob);
  if (!picomatch.scan(glob).isGlob) throw new UserError(`${shown} does not exist.`, { todo: 'Check the path.', exitCode: 2 });
  const files = await globFiles(around.files, around.workingDirectory, shown);
  const steering: string[] = [];
  for (const file of files) if (await chosenFile(file, configurations)) steering.push(file);
  if (!steering.length) throw new UserError(`${shown} matches no steering file.`, { todo: 'Check the pattern.', exitCode: 2 });
  return steering;
}

/** A glob from the working directory, whose own name may hold what means something in a glob. */
function relativeGlob(around: Surroundings, glob: string): string {
  return shownPath(around, absolutePath(around, glob));
}

/** One path for each file: of several links to it the one that has its name, so that AGENTS.md linked as CLAUDE.md is read once. */
async function eachOnce(around: Surroundings, paths: ReadonlySet<string>): Promise<string[]> {
  const byFile = new Map<string, string>();
  for (const path of [...paths].sort()) {
    const real = await around.files.realPath(path).catch((error: unknown) => {
      // A circle of links is no file: reading it says so.
      if (error instanceof UserError) return path;
      throw error;
    });
    const known = byFile.get(real);
    if (known === undefined || (posix.basename(known) !== posix.basename(real) && posix.basename(path) === posix.basename(real))) byFile.set(real, path);
  }
  return [...byFile.values()];
}
