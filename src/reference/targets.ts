import { posix } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import type { Command } from '../steering/commandLines';
import { parseYaml } from '../steering/frontMatter';
import type { WorkspaceFacts } from './workspaceFacts';

type Known = Set<string> | undefined;

/** What a file of targets is called, for messages. */
export const targetFile: Record<string, string> = {
  make: 'makefile',
  just: 'justfile',
  task: 'Taskfile',
  cargo: 'Cargo.toml',
  deno: 'deno.json',
  composer: 'composer.json',
  poe: 'pyproject.toml',
  mise: 'mise.toml',
};

/** Every name the command's tool would find below a root; undefined where there is no file of its kind, or where not all of its names can be known. */
export async function targetsOf(command: Command, root: string, workspace: WorkspaceFacts): Promise<Known> {
  const known = await (command.tool === 'make' ? workspace.makeTargets(root) : namesOf(command, root, workspace));
  // A file in which no name is found is one that wasn't understood.
  return known?.size ? known : undefined;
}

function namesOf(command: Command, root: string, workspace: WorkspaceFacts): Promise<Known> {
  const sort = command.sort ?? '';
  return workspace.derive(`${root} ${command.tool} ${sort}`, async () => {
    switch (command.tool) {
      case 'just':
        return justRecipes(root, workspace);
      case 'task':
        return tasks(root, workspace);
      case 'deno':
        return jsonKeys(root, workspace, ['deno.json', 'deno.jsonc'], 'tasks', ['package.json', 'scripts']);
      case 'composer':
        return jsonKeys(root, workspace, ['composer.json'], 'scripts');
      case 'poe':
        return tomlTables(root, workspace, ['pyproject.toml', 'poe_tasks.toml'], [['tool', 'poe', 'tasks'], ['tasks']]);
      case 'mise':
        return miseTasks(root, workspace);
      case 'cargo':
        return cargoNames(root, workspace, sort);
      default:
        return undefined;
    }
  });
}

async function texts(root: string, workspace: WorkspaceFacts, fits: (name: string) => boolean): Promise<{ path: string; text: string | undefined }[]> {
  const tree = await workspace.tree(root);
  if (!tree.complete) return [];
  const paths = [...tree.files].filter((path) => fits(path.slice(path.lastIndexOf('/') + 1)));
  return Promise.all(paths.map(async (path) => ({ path, text: await workspace.text(posix.join(root, path)) })));
}

/** Recipes, aliases and modules (github.com/casey/just, manual); all of the files together. */
async function justRecipes(root: string, workspace: WorkspaceFacts): Promise<Known> {
  const files = await texts(root, workspace, (name) => /^\.?justfile$|\.just$/i.test(name));
  if (!files.length || files.some(({ text }) => !text?.trim())) return undefined;
  const known = new Set<string>();
  for (const { text = '' } of files) {
    for (const line of text.split(/\r?\n/)) {
      const recipe = /^@?([A-Za-z_][\w-]*)(?:\s[^:]*)?:(?!=)/.exec(line)?.[1];
      const other = /^(?:alias\s+([A-Za-z_][\w-]*)\s*:=|mod\??\s+([A-Za-z_][\w-]*))/.exec(line);
      for (const name of [recipe, other?.[1], other?.[2]]) if (name) known.add(name);
      // What lies above the root, or is optional, isn't known.
      if (/^import\??\s+['"](?:\.\.\/\.\.|~|\/)|^set\s+fallback(?:\s*:=\s*true)?\s*$/.test(line)) return undefined;
    }
  }
  return known;
}

/** Tasks of every Taskfile, alone and behind the names they are included by (taskfile.dev, schema reference). */
async function tasks(root: string, workspace: WorkspaceFacts): Promise<Known> {
  const files = await texts(root, workspace, (name) => /taskfile[\w.-]*\.ya?ml$/i.test(name));
  if (!files.length) return undefined;
  const own = new Set<string>();
  const spaces = new Set<string>();
  for (const { text } of files) {
    const data = parseYaml(text ?? '');
    if (!isRecord(data)) return undefined;
    if (isRecord(data.includes)) {
      for (const [space, include] of Object.entries(data.includes)) {
        const target = isRecord(include) ? include.taskfile : include;
        if (typeof target !== 'string' || /[{$]|:\/\//.test(target)) return undefined;
        spaces.add(space);
        if (isRecord(include) && Array.isArray(include.aliases)) for (const alias of include.aliases) spaces.add(String(alias));
      }
    }
    for (const [name, task] of Object.entries(isRecord(data.tasks) ? data.tasks : {})) {
      if (name.includes('*')) return undefined;
      own.add(name);
      if (isRecord(task) && Array.isArray(task.aliases)) for (const alias of task.aliases) own.add(String(alias));
    }
  }
  const known = new Set(own);
  for (const space of spaces) {
    known.add(space);
    for (const name of own) known.add(`${space}:${name}`);
    // Two levels of includes are met, three hardly.
    for (const inner of spaces) for (const name of own) known.add(`${space}:${inner}:${name}`);
  }
  return known;
}

async function jsonKeys(root: string, workspace: WorkspaceFacts, names: readonly string[], key: string, also?: [string, string]): Promise<Known> {
  const known = new Set<string>();
  let found = false;
  for (const [fits, at] of [[names, key] as const, ...(also ? [[[also[0]], also[1]] as const] : [])]) {
    for (const { text } of await texts(root, workspace, (name) => fits.includes(name))) {
      const data = readJson(text);
      if (!isRecord(data)) return undefined;
      if (fits === names) found = true;
      for (const name of Object.keys(isRecord(data[at]) ? data[at] : {})) known.add(name);
    }
  }
  return found ? known : undefined;
}

function readJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    // With comments of their own line and commas at the end, as deno.jsonc has them.
    return JSON.parse(text.replace(/^\s*\/\/.*$/gm, '').replace(/,(\s*[}\]])/g, '$1'));
  } catch {
    // Unreadable: nothing is known.
    return undefined;
  }
}

function readToml(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    return parseToml(text);
  } catch {
    // Unreadable: nothing is known.
    return undefined;
  }
}

async function tomlTables(root: string, workspace: WorkspaceFacts, names: readonly string[], tables: readonly (readonly string[])[]): Promise<Known> {
  const known = new Set<string>();
  let found = false;
  for (const { text } of await texts(root, workspace, (name) => names.includes(name))) {
    const data = readToml(text);
    if (!data) return undefined;
    for (const table of tables) {
      const at = table.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), data);
      if (!isRecord(at)) continue;
      found = true;
      for (const name of Object.keys(at)) known.add(name);
    }
    // Tasks of another file.
    const poe = isRecord(data.tool) && isRecord(data.tool.poe) ? data.tool.poe : {};
    if ('include' in poe || 'include_script' in poe) return undefined;
  }
  return found ? known : undefined;
}

async function miseTasks(root: string, workspace: WorkspaceFacts): Promise<Known> {
  const tree = await workspace.tree(root);
  if ([...tree.folders].some((path) => /(?:^|\/)(?:\.?mise[-/]tasks|\.mise\/tasks|\.config\/mise(?:\/tasks)?)$/.test(path))) return undefined;
  return tomlTables(root, workspace, ['mise.toml', '.mise.toml'], [['tasks']]);
}

/** Names that cargo knows in a workspace: packages with what they depend on, programs, examples, or aliases (doc.rust-lang.org/cargo). */
async function cargoNames(root: string, workspace: WorkspaceFacts, sort: string): Promise<Known> {
  const tree = await workspace.tree(root);
  if (sort === 'alias') {
    const files = await texts(root, workspace, (name) => name === 'config.toml' || name === 'config');
    const known = new Set<string>();
    for (const { path, text } of files.filter((file) => /(?:^|\/)\.cargo\/config(?:\.toml)?$/.test(file.path))) {
      const data = readToml(text);
      if (!data) return path ? undefined : known;
      for (const name of Object.keys(isRecord(data.alias) ? data.alias : {})) known.add(name);
    }
    if ([...tree.files].some((path) => /(?:^|\/)cargo-xtask\b/.test(path))) known.add('xtask');
    return [...tree.files].some((path) => /(?:^|\/)Cargo\.toml$/.test(path)) ? known : undefined;
  }
  const known = new Set<string>();
  let found = false;
  for (const { path, text } of await texts(root, workspace, (name) => name === 'Cargo.toml')) {
    const data = readToml(text);
    if (!data || !Object.keys(data).length) return undefined;
    found = true;
    const own = isRecord(data.package) && typeof data.package.name === 'string' ? data.package.name : undefined;
    if (own && sort !== 'example') known.add(own);
    for (const entry of Array.isArray(data[sort]) ? (data[sort] as unknown[]) : [])
      if (isRecord(entry) && typeof entry.name === 'string') known.add(entry.name);
    if (sort === 'package') {
      for (const key of ['dependencies', 'dev-dependencies', 'build-dependencies'])
        for (const name of Object.keys(isRecord(data[key]) ? data[key] : {})) known.add(name);
      const shared = isRecord(data.workspace) && isRecord(data.workspace.dependencies) ? data.workspace.dependencies : {};
      for (const name of Object.keys(shared)) known.add(name);
      continue;
    }
    const folder = posix.join(posix.dirname(path), sort === 'bin' ? 'src/bin' : 'examples');
    const prefix = `${folder}/`;
    for (const file of tree.files) {
      const rest = file.startsWith(prefix) ? /^([^/]+?)(?:\.rs|\/main\.rs)$/.exec(file.slice(prefix.length)) : null;
      if (rest) known.add(rest[1] as string);
    }
  }
  if (sort === 'package') {
    for (const { text = '' } of await texts(root, workspace, (name) => name === 'Cargo.lock'))
      for (const match of text.matchAll(/^name = "([^"]+)"/gm)) known.add(match[1] as string);
  }
  return found ? known : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
