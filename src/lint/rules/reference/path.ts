import { posix } from 'node:path';
import type { Finding, Rule, Subject } from '../../issue';
import { fileExtension, nearestFile, placeholder, saysNotThere, starts } from './lookup';

/** A code span that is surely a path: with its start, and without `./`, a line number or a symbol behind it. */
export function pathIn(span: string): string | undefined {
  const path = span.replace(/(?::\d+(?:[-:]\d+)?|::[\w:]+(?:\(\))?|#[\w-]+)$/, '');
  if (
    /\s/.test(path) ||
    path.length > 300 ||
    placeholder.test(path) ||
    !/^(?:\.\/)?[\w.-]+\//.test(path) ||
    path.startsWith('../') ||
    /[^\w./+@-]|\/\/|\/\.\.\//.test(path)
  )
    return undefined;
  const bare = path.replace(/^\.\//, '');
  // A folder says by its slash that it is one, and by a second name that it is no heading of a tree.
  return fileExtension.test(bare) || /^[\w.-]+\/.*\/$/.test(bare) ? path : undefined;
}

async function dead(subject: Subject, written: string, start: Awaited<ReturnType<typeof starts>>): Promise<boolean> {
  const bare = written.replace(/^\.\//, '').replace(/\/+$/, '');
  const first = bare.slice(0, bare.indexOf('/'));
  const { workspace } = subject;
  let known = false;
  for (const folder of start.folders) {
    if (await workspace.stat(posix.join(folder, bare))) return false;
    known ||= (await workspace.stat(posix.join(folder, first)))?.kind === 'folder';
  }
  if (!known) return false;
  for (const folder of start.folders) if (await workspace.ignored(start.root, posix.join(folder, bare))) return false;
  const tree = await workspace.tree(start.root);
  if (!tree.complete) return false;
  // From a package's folder, or one that the section is about.
  const suffix = `/${bare}`;
  for (const path of tree.files) if (path.endsWith(suffix)) return false;
  for (const path of tree.folders) if (path.endsWith(suffix)) return false;
  return true;
}

export const pathRule: Rule = {
  id: 'reference/path',
  severity: 'warning',
  title: 'Path that does not exist',
  kinds: ['project', 'background'],
  async check(subject) {
    const findings: Finding[] = [];
    const start = await starts(subject);
    for (const span of subject.project.spans) {
      const path = pathIn(span.text);
      if (!path || saysNotThere.test(span.sentence.replaceAll(span.text, '')) || !(await dead(subject, path, start))) continue;
      const from = await baseOf(subject, path, start.folders);
      const near = path.endsWith('/') ? undefined : await nearestFile(subject, from, path);
      const range = subject.markdown.range(span.from, span.from + path.length);
      findings.push({
        message: `${path} does not exist. ${near ? `Did you mean ${near}?` : 'Name where it is now, or take it out.'}`,
        range,
        fixes: near ? [{ title: `Change to ${near}`, edits: [{ range, newText: near }], safe: false }] : [],
      });
    }
    return findings;
  },
};

/** The folder a path was meant from: the nearest one that has its first name. */
async function baseOf(subject: Subject, path: string, folders: readonly string[]): Promise<string> {
  const first = path.replace(/^\.\//, '').split('/')[0] as string;
  for (const folder of folders) if (await subject.workspace.stat(posix.join(folder, first))) return folder;
  return posix.dirname(subject.path);
}
