import { posix } from 'node:path';
import type { DeadPath } from '../../../reference/pathJudge';
import { pathVerdicts } from '../../../reference/pathVerdicts';
import { indexOf } from '../../../reference/treeIndex';
import type { Finding, Rule, Subject } from '../../issue';
import { nearestFile } from './lookup';

export const pathRule: Rule = {
  id: 'reference/path',
  severity: 'warning',
  title: 'Path that does not exist',
  kinds: ['project', 'background'],
  async check(subject) {
    const verdicts = await pathVerdicts(subject.project, subject.workspace);
    const findings: Finding[] = [];
    for (const dead of verdicts?.dead ?? []) findings.push(await findingOf(subject, verdicts?.root ?? '', dead));
    return findings;
  },
};

async function findingOf(subject: Subject, root: string, dead: DeadPath): Promise<Finding> {
  const range = subject.markdown.range(dead.from, dead.to);
  if (dead.text.includes('*')) {
    return { message: `${dead.text} matches nothing, as there is no folder ${dead.target}. Name where its files are now, or take it out.`, range };
  }
  const departed = await subject.workspace.departed(root);
  const gone = departed.whereTo(dead.target, indexOf(await subject.workspace.tree(root)));
  const folder = dead.text.endsWith('/');
  const moved = gone?.to === undefined ? undefined : written(dead, gone.to);
  const near = moved ?? (gone || folder ? undefined : await nearest(subject, root, dead));
  const fixes = near ? [{ title: `Change to ${near}`, edits: [{ range, newText: near }], safe: false }] : [];
  if (moved) return { message: `${dead.text} was moved in ${gone?.commit}, ${gone?.date}. It is ${moved} now: change it.`, range, fixes };
  const what = gone ? `${dead.text} was removed in ${gone.commit}, ${gone.date}.` : `${dead.text} does not exist.`;
  return { message: `${what} ${near ? `Did you mean ${near}?` : 'Name what took its place, or take it out.'}`, range, fixes };
}

async function nearest(subject: Subject, root: string, dead: DeadPath): Promise<string | undefined> {
  const from = posix.join(root, dead.base);
  const near = await nearestFile(subject, from, dead.text.replace(/^\//, ''));
  return near?.startsWith('..') || dead.text.startsWith('/') ? near && written(dead, posix.relative(root, posix.resolve(from, near))) : near;
}

/** A path from the root as the document would write it: from the folder that the dead one was meant from, where it is below that. */
function written(dead: DeadPath, to: string): string {
  const relative = posix.relative(dead.base, to);
  const upward = dead.text.startsWith('../');
  const path = relative.startsWith('..') && !upward ? to : relative;
  const start = dead.text.startsWith('./') && !path.startsWith('.') ? './' : dead.text.startsWith('/') ? '/' : '';
  return `${start}${start === '/' ? to : path}${dead.text.endsWith('/') ? '/' : ''}`;
}
