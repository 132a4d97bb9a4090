import { posix } from 'node:path';
import { indexOf } from '../../../reference/treeIndex';
import { editDistance } from '../../../steering/nearest';
import type { Subject } from '../../issue';

export { fileExtension, placeholder } from '../../../reference/pathForm';

/** A sentence that says of its command that it need not be there: it is about other things too, so only what is said of scripts and targets counts. */
export const saysNoCommand =
  /\b(?:(?:add|creat|defin)(?:e|es|s|ing|ed)?\s+(?:\S+\s+){0,3}(?:scripts?|targets?|commands?|tasks?)|e\.g|for example|for instance|examples?|such as|would|if (?:it |they |one )?(?:exists?|present|available|defined)|not (?:yet|available|exist|present|defined)|does(?:n't| not) (?:exist|have)|there is no|no longer|removed|deprecated|obsolete|planned|future|upcoming|renamed|instead of|rather than|never|don't|do not|upstream|(?:other|separate|another) (?:repo\w*|project))\b|❌|✗/i;

/** Where a path may start: the document's folder, the folders above it up to the root, and every package. */
export async function starts(subject: Subject): Promise<{ root: string; folders: string[] }> {
  const folder = posix.dirname(subject.path);
  const root = await subject.workspace.root(folder);
  const folders: string[] = [];
  for (let at = folder; at.startsWith(root); at = posix.dirname(at)) {
    folders.push(at);
    if (at === root || at === posix.dirname(at)) break;
  }
  return { root, folders };
}

/** The one file of the workspace that a dead path most likely means: the same name elsewhere, or a slip in one name of the same folder. Relative to `from`. */
export async function nearestFile(subject: Subject, from: string, written: string): Promise<string | undefined> {
  const { root } = await starts(subject);
  const tree = await subject.workspace.tree(root);
  if (!tree.complete) return undefined;
  const wanted = posix.relative(root, posix.resolve(from, written));
  const name = posix.basename(wanted);
  const folder = posix.dirname(wanted);
  const index = indexOf(tree);
  const same = index.named(name).filter((entry) => !entry.folder && entry.path.endsWith(name));
  let near: string | undefined;
  let nearDistance = Math.max(1, Math.floor(name.length / 5)) + 1;
  let tied = false;
  for (const entry of index.in(folder === '.' ? '' : folder)) {
    const base = posix.basename(entry.path);
    if (entry.folder || Math.abs(base.length - name.length) >= nearDistance) continue;
    const distance = editDistance(base.toLowerCase(), name.toLowerCase());
    if (distance === nearDistance) tied = true;
    else if (distance < nearDistance) {
      near = entry.path;
      nearDistance = distance;
      tied = false;
    }
  }
  // A name that stands everywhere (index.ts, README.md) says nothing.
  const found = same.length === 1 && !name.startsWith('.') ? same[0]?.path : same.length === 0 && !tied ? near : undefined;
  if (found === undefined) return undefined;
  const relative = posix.relative(from, posix.join(root, found));
  return written.startsWith('./') && !relative.startsWith('.') ? `./${relative}` : relative;
}
