import { posix } from 'node:path';

/**
 * What a file of code imports, in any language, by the lines that begin with a word for it. A link is the path or module it names, in lower case with `/`
 * between its parts and no ending; a relative one is a path from the folder and begins with `./`. No compiler's rules: it only says which files are near.
 */

const code =
  /\.(?:[cm]?[jt]sx?|vue|svelte|py|pyi|rb|rs|go|java|kts?|groovy|scala|swift|php|cs|fs|c|cc|cpp|cxx|h|hh|hpp|mm?|dart|exs?|hs|ml|lua|jl|r|s?css|less)$/i;
const ending = /(?:\.d)?\.[A-Za-z0-9]+$/;
/** An ending that is written in an import, and not a part of a module's name. */
const writtenEnding = /\.(?:[cm]?[jt]sx?|json|hh?|hpp|rb|py|php|s?css|less|vue|svelte|dart)$/i;
const importLine = /^(?:import|export|from|(?:pub )?(?:use|mod)|require|include|using|#include|@import|const|let|var|\})/;
/** What such a line begins with: most others are told apart by that. */
const beginnings = new Set([...'iefpumr#@clv}'].map((letter) => letter.charCodeAt(0)));
const longestLine = 400;
/** A file of these names stands for its folder. */
const folderNames = /\/(?:index|__init__|mod|lib)$/;
/** Parts of a module's name that are none of its path. */
const roots = new Set(['crate', 'self', 'super', '@', '~', 'src', 'index']);
/** Imports stand at the top, and a file with more of them is a list of all there is. */
const mostCharacters = 30_000;
const mostLinks = 60;

/** The name under which others import a file: its path in lower case without ending; the folder's for an `index.ts` and the like. */
export function moduleOf(path: string): string {
  return path.replace(ending, '').replace(folderNames, '').toLowerCase();
}

/** What a file links to, in order. */
export function linksOf(path: string, text: string): string[] {
  if (!code.test(path)) return [];
  const found: string[] = [];
  for (let at = 0; at < Math.min(text.length, mostCharacters); at = nextLine(text, at)) {
    let ink = at;
    while (text[ink] === ' ' || text[ink] === '\t') ink++;
    if (!beginnings.has(text.charCodeAt(ink))) continue;
    const line = text.slice(ink, Math.min(nextLine(text, ink) - 1, ink + longestLine));
    const named = importLine.test(line) ? namedIn(line) : undefined;
    const link = named === undefined ? '' : normalized(path, named);
    if (link) found.push(link);
    if (found.length === mostLinks) break;
  }
  return found;
}

function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length + 1 : end + 1;
}

function namedIn(line: string): string | undefined {
  const quoted = /['"<]([^'"<>\s]{2,120})['">]/.exec(line)?.[1];
  // These words begin many other lines, too.
  if (/^[ \t]*(?:const|let|var|\}|export)/.test(line)) return quoted && /(?:from|require\(|import\()\s*\(?\s*['"]/.test(line) ? quoted : undefined;
  return quoted ?? /^[ \t]*(?:import(?:\s+static)?|from|(?:pub )?(?:use|mod)|include|using)\s+([\w.:\\/]+)/.exec(line)?.[1];
}

function normalized(path: string, named: string): string {
  const bare = named.replace(writtenEnding, '');
  if (/^\.{1,2}\//.test(bare)) return `./${moduleOf(`${posix.join(posix.dirname(path), bare)}.x`)}`;
  return bare
    .toLowerCase()
    .split(/[./\\:]+/)
    .filter((part) => part && !roots.has(part))
    .join('/');
}

/** The last part of a module or link. */
export function lastOf(module: string): string {
  return module.slice(module.lastIndexOf('/') + 1);
}

/** The part before the last; '' where there is none. */
export function beforeLastOf(link: string): string {
  const end = link.lastIndexOf('/');
  return end < 0 ? '' : link.slice(link.lastIndexOf('/', end - 1) + 1, end);
}

/** The names under which files are imported. */
export interface Modules {
  has(module: string): boolean;
  /** Those whose last part is this. */
  endingLike(last: string): readonly string[];
}

/**
 * The module that a link leads to, among those that end like it; undefined where none does, or several do equally well. What it names may lie in the module
 * that is named before it: a class, a function.
 */
export function leadsTo(link: string, from: string, modules: Modules): string | undefined {
  if (link.startsWith('./')) return modules.has(link.slice(2)) ? link.slice(2) : undefined;
  for (const name of [link, link.slice(0, Math.max(0, link.lastIndexOf('/')))]) {
    const among = name ? modules.endingLike(lastOf(name)) : [];
    // A name that so many have says nothing.
    if (among.length > 50) return undefined;
    if (among.length) return nearest(among, (module) => sharedParts(name.split('/').reverse(), module.split('/').reverse()), from);
  }
  return undefined;
}

function nearest(modules: readonly string[], fit: (module: string) => number, from: string): string | undefined {
  const fitting = best(modules, fit);
  if (fitting.length > 6) return undefined;
  const near = best(fitting, (module) => sharedParts(module.split('/'), from.toLowerCase().split('/')));
  return near.length === 1 ? near[0] : undefined;
}

function best(modules: readonly string[], value: (module: string) => number): string[] {
  const values = modules.map(value);
  const most = Math.max(...values);
  return modules.filter((_, i) => values[i] === most);
}

function sharedParts(a: readonly string[], b: readonly string[]): number {
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++;
  return shared;
}
