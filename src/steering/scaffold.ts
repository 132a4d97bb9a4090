import { posix } from 'node:path';
import { type Files, UserError } from '../ports';

/** What can be scaffolded, by the name a person types, and the file it makes. */
export const scaffoldKinds = { context: 'CONTEXT.md', voice: 'VOICE.md', project: 'CLAUDE.md' } as const;
export type ScaffoldKind = keyof typeof scaffoldKinds;

export interface Template {
  name: string;
  title: string;
  description: string;
  folder: string;
}

/** A file to be written, with what stands there now. */
export interface ScaffoldFile {
  /** Absolute. */
  path: string;
  text: string;
  /** Undefined where nothing stands there; the same as `text` where nothing would change. */
  current?: string;
}

/** The templates below a folder, each a folder with `template.json`. */
export async function listTemplates(files: Files, templatesFolder: string): Promise<Template[]> {
  const templates: Template[] = [];
  for (const entry of await files.list(templatesFolder)) {
    const folder = posix.join(templatesFolder, entry.name);
    const about = posix.join(folder, 'template.json');
    if (entry.kind !== 'folder' || !(await files.stat(about))) continue;
    const { title, description } = JSON.parse(await files.read(about)) as { title: string; description: string };
    templates.push({ name: entry.name, title, description, folder });
  }
  return templates;
}

/** The kind a person means: `context`, `CONTEXT.md`, `voice`, `claude` … @throws UserError (exit 2) for another word. */
export function scaffoldKindOf(word: string): ScaffoldKind {
  const lower = word.toLowerCase();
  const bare = lower.replace(/\.md$/, '');
  const kind = bare === 'claude' ? 'project' : (Object.keys(scaffoldKinds) as ScaffoldKind[]).find((known) => known === bare);
  if (kind) return kind;
  throw new UserError(`“${word}” is nothing that can be scaffolded.`, { todo: 'Name context, voice or claude, or none of them for all three.', exitCode: 2 });
}

/**
 * What a template would write into a folder. Without kinds it is the whole template: a sample brings its data and recordings along; a CONTEXT.md brings
 * the files of the template that it names and that are not there yet.
 * Writes nothing. @throws UserError (exit 2) for a template that is not there.
 */
export async function planScaffold(files: Files, templatesFolder: string, name: string, kinds: readonly ScaffoldKind[], into: string): Promise<ScaffoldFile[]> {
  const templates = await listTemplates(files, templatesFolder);
  const template = templates.find((known) => known.name === name);
  if (!template)
    throw new UserError(`There is no template “${name}”.`, { todo: `Choose one of ${templates.map((known) => known.name).join(', ')}.`, exitCode: 2 });
  const all = (await filesBelow(files, template.folder)).filter((path) => path !== 'template.json');
  const names = kinds.length
    ? await withNamed(
        files,
        template.folder,
        kinds.map((kind) => scaffoldKinds[kind]),
        all,
        into,
      )
    : all;
  return Promise.all(
    names.map(async (path) => {
      const target = posix.join(into, path);
      const text = await files.read(posix.join(template.folder, path));
      return { path: target, text, ...((await files.stat(target)) ? { current: await files.read(target) } : {}) };
    }),
  );
}

/** A CONTEXT.md that reads VOICE.md can do nothing without it: what it names of its template comes along, unless there is one already. */
async function withNamed(files: Files, folder: string, names: readonly string[], all: readonly string[], into: string): Promise<string[]> {
  const wanted = new Set(names);
  if (wanted.has(scaffoldKinds.context)) {
    const text = await files.read(posix.join(folder, scaffoldKinds.context));
    for (const path of all) if (!wanted.has(path) && text.includes(path) && !(await files.stat(posix.join(into, path)))) wanted.add(path);
  }
  return [...wanted];
}

async function filesBelow(files: Files, folder: string, below = ''): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await files.list(posix.join(folder, below))) {
    const path = posix.join(below, entry.name);
    if (entry.kind === 'folder') found.push(...(await filesBelow(files, folder, path)));
    else found.push(path);
  }
  return found;
}
