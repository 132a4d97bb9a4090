import { posix } from 'node:path';
import { UserError } from '../ports';
import { readProject } from '../steering/project';
import type { Candidate, Omitted } from './bundleTypes';
import type { Reading } from './reading';

/** As Claude Code documents it: an imported file may import, four times over. */
const hops = 4;

/**
 * What every model must know of the project, broad to specific: in each folder from the workspace down to the task's, CLAUDE.md (or
 * .claude/CLAUDE.md), else AGENTS.md, then CLAUDE.local.md; each followed by what it imports. Rules in `.claude/rules` are not read yet.
 */
export async function projectFiles(reading: Reading): Promise<{ candidates: Candidate[]; omitted: Omitted[] }> {
  const candidates: Candidate[] = [];
  const omitted: Omitted[] = [];
  const seen = new Set<string>();

  async function load(path: string, reason: string, hop: number): Promise<boolean> {
    if (seen.has(path)) return true;
    const read = await reading.read(path);
    if ('absent' in read) return false;
    seen.add(path);
    const source = reading.sourceOf(path);
    if ('refused' in read) {
      omitted.push({ source, heading: null, tokens: 0, reason: read.refused, named: false });
      return true;
    }
    const candidate = reading.whole(path, read.text, reason, { stable: true, named: false });
    if (candidate.text) candidates.push(candidate);
    for (const reference of readProject(path, read.text).imports) await follow(reference.text.slice(1), path, hop + 1);
    return true;
  }

  async function follow(target: string, from: string, hop: number): Promise<void> {
    const path = posix.resolve(posix.dirname(from), target);
    const leave = (reason: string) =>
      omitted.push({ source: target.startsWith('~') ? target : reading.sourceOf(path), heading: null, tokens: 0, reason, named: false });
    const importer = reading.sourceOf(from);
    if (target.startsWith('~')) leave(`imported by ${importer}, but outside of the workspace`);
    else if (hop > hops) leave(`imported by ${importer}, more than ${hops} imports deep`);
    else {
      try {
        // A handle or a package scope is no import: only what looks like a file is missed.
        if (!(await load(path, `imported by ${importer}`, hop)) && /\.[A-Za-z]\w{0,7}$/.test(target)) leave(`imported by ${importer}, but not there`);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        leave(`imported by ${importer}, but outside of the workspace`);
      }
    }
  }

  const top = async (path: string, reason: string) => {
    try {
      return await load(path, reason, 0);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      omitted.push({ source: reading.sourceOf(path), heading: null, tokens: 0, reason: 'is a link out of the workspace', named: false });
      return true;
    }
  };
  for (const folder of reading.foldersDown()) {
    const reason = 'what every model must know of the project';
    const own = [await top(posix.join(folder, 'CLAUDE.md'), reason), await top(posix.join(folder, '.claude/CLAUDE.md'), reason)];
    if (!own.includes(true)) await top(posix.join(folder, 'AGENTS.md'), `${reason} (there is no CLAUDE.md beside it)`);
    await top(posix.join(folder, 'CLAUDE.local.md'), reason);
  }
  return { candidates, omitted };
}
