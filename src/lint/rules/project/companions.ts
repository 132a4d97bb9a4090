import { posix } from 'node:path';
import { kindOf } from '../../../steering/kinds';
import type { ProjectDocument } from '../../../steering/project';
import type { Subject } from '../../issue';
import { launchFilesOf, launchOf } from '../launch';

const kept = new WeakMap<Subject, Promise<ProjectDocument[]>>();

/**
 * The other documents that are in a session's context together with this one and whose findings are not for them to report: what is loaded before
 * it; for a scoped rule, all that is loaded at launch; and what is imported without being a steering file, which nobody else lints.
 */
export function companionsOf(subject: Subject): Promise<ProjectDocument[]> {
  const known = kept.get(subject) ?? read(subject);
  kept.set(subject, known);
  return known;
}

async function read(subject: Subject): Promise<ProjectDocument[]> {
  const { pieces } = await launchOf(subject);
  const at = pieces.findIndex(({ path }) => path === subject.path);
  // An AGENTS.md that no session loads beside CLAUDE.md is read on its own.
  if (at < 0 && !/\/\.claude\/rules\//.test(subject.path)) return [];
  const paths = pieces.filter(({ path }, i) => i < at || at < 0 || (i > at && kindOf(path) !== 'project')).map(({ path }) => path);
  const files = launchFilesOf(subject);
  const documents = await Promise.all(
    paths.filter((path) => path !== subject.path && /\.mdx?$/i.test(posix.basename(path))).map((path) => files.project?.(path).catch(() => undefined)),
  );
  return documents.filter((document) => document !== undefined);
}
