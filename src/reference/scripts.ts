import { posix } from 'node:path';
import { type Command, customaryScript } from '../steering/commandLines';
import { nearest } from '../steering/nearest';
import type { PackageFacts, WorkspaceFacts } from './workspaceFacts';

/** A command's script that none of the packages has which could be meant. */
export interface MissingScript {
  /** The packages looked at, none of which has it. */
  packages: PackageFacts[];
  /** The scripts they have. */
  scripts: Set<string>;
  root: string;
}

const lifecycle = /^(?:env|node|install|pack|publish|restart|stop)$/;

/**
 * Looks a script up as its package manager does: in the package that the command names, in the one of the folder it runs in, else in any.
 * Undefined where one has it, or where that can't be known.
 */
export async function missingScript(command: Command, folder: string, workspace: WorkspaceFacts): Promise<MissingScript | undefined> {
  const root = await workspace.root(folder);
  if (lifecycle.test(command.name) || command.name.includes('.') || command.folder === null) return undefined;
  const all = await workspace.packages(root);
  if (!all.length || !(await workspace.tree(root)).complete) return undefined;
  const packages = chosen(command, all, root, folder);
  if (!packages.length) return undefined;
  const scripts = new Set(packages.flatMap((facts) => facts.scripts));
  if (scripts.has(command.name)) return undefined;
  // yarn, pnpm and bun run the programs of dependencies too.
  if (command.tool !== 'npm' && !customaryScript.test(command.name) && !nearest(command.name, scripts)) return undefined;
  if (all.some((facts) => facts.dependencies.includes(command.name))) return undefined;
  if (command.short && all.some((facts) => facts.dependencies.some((name) => name.endsWith(`/${command.name}`) || name === programs[command.name])))
    return undefined;
  // `npm start` runs server.js where there is no such script.
  if (
    command.tool === 'npm' &&
    command.name === 'start' &&
    (await Promise.all(packages.map((facts) => workspace.stat(`${facts.folder}/server.js`)))).some(Boolean)
  )
    return undefined;
  return { packages, scripts, root };
}

/** Programs whose package has another name. */
const programs: Record<string, string> = { tsc: 'typescript', playwright: '@playwright/test', storybook: 'storybook', changeset: '@changesets/cli' };

function chosen(command: Command, all: readonly PackageFacts[], root: string, folder: string): PackageFacts[] {
  const wanted = command.package;
  if (wanted === '*' || (wanted && /[*{}!^[\]]|\.{3}/.test(wanted))) return [...all];
  if (wanted) {
    const named = all.filter((facts) => facts.name === wanted);
    if (named.length) return named;
    const path = posix.join(root, wanted.replace(/^\.\//, ''));
    // pnpm and npm also take a folder, and pnpm a name without its scope where only one has it.
    const placed = all.filter((facts) => facts.folder === path || facts.name?.endsWith(`/${wanted}`));
    return placed.length === 1 ? placed : [];
  }
  if (command.folder) {
    for (let at = folder; at.startsWith(root); at = posix.dirname(at)) {
      const path = posix.join(at, command.folder).replace(/\/+$/, '');
      const here = all.filter((facts) => facts.folder === path);
      if (here.length) return here;
      if (at === root || at === posix.dirname(at)) break;
    }
  }
  return [...all];
}
