import type { ImportChain, ImportChains } from '../../reference/importChain';
import { importChains } from '../../reference/importChain';
import { followImport, type ImportEnd } from '../../reference/imports';
import { type LaunchContext, type LaunchFiles, launchContext, launchFolder } from '../../reference/launch';
import type { Finding, Subject } from '../issue';

/** What the rules about one document ask alike, found once for it. */
const launches = new WeakMap<Subject, Promise<LaunchContext>>();
const chains = new WeakMap<Subject, Promise<ImportChains>>();
const ends = new WeakMap<Subject, Promise<ImportEnd[]>>();

export function launchFilesOf(subject: Subject): LaunchFiles {
  return subject.workspace.launchFiles(subject.project);
}

/** What every session loads that starts in the document's folder. */
export function launchOf(subject: Subject): Promise<LaunchContext> {
  return kept(launches, subject, () =>
    launchContext(launchFolder(subject.path), launchFilesOf(subject), { agentsFile: subject.facts.agentsFile ?? 'fallback' }),
  );
}

/** Where each of the document's imports leads, by its place among them. */
export function importEndsOf(subject: Subject): Promise<ImportEnd[]> {
  return kept(ends, subject, async () => {
    const { imports } = subject.project;
    if (!imports.length) return [];
    const root = await rootOf(subject);
    const byText = new Map<string, ImportEnd>();
    for (const item of imports) if (!byText.has(item.text)) byText.set(item.text, await followImport(subject.path, item, root, launchFilesOf(subject)));
    return imports.map(({ text }) => byText.get(text) as ImportEnd);
  });
}

/** Where the document's imports lead through each other. */
export function chainsOf(subject: Subject): Promise<ImportChains> {
  return kept(chains, subject, async () => importChains(subject.project, await rootOf(subject), launchFilesOf(subject)));
}

export function rootOf(subject: Subject): Promise<string> {
  return subject.workspace.root(subject.path.slice(0, subject.path.lastIndexOf('/')) || '/');
}

/** One finding for each chain, at the import it begins with; `message` gets the names on the way. */
export function chainFindings(subject: Subject, found: readonly ImportChain[], message: (names: string[]) => string): Finding[] {
  return found.flatMap(({ first, files }) => {
    const item = subject.project.imports[first];
    const [target] = files;
    if (!item || !target) return [];
    const names = files.map((path) => path.slice(path.lastIndexOf('/') + 1));
    return [{ message: message(names), range: item.range, related: [{ path: target, range: topOfFile, message: 'The chain goes on in this file.' }] }];
  });
}

export const topOfFile = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function kept<T>(map: WeakMap<Subject, Promise<T>>, subject: Subject, make: () => Promise<T>): Promise<T> {
  const known = map.get(subject) ?? make();
  map.set(subject, known);
  return known;
}
