import { posix } from 'node:path';
import { pathForm, standsIn } from '../../../reference/pathForm';
import { describesAnother } from '../../../reference/pathVerdicts';
import { indexOf } from '../../../reference/treeIndex';
import type { Finding, Rule, Subject } from '../../issue';
import { fileExtension, nearestFile, starts } from './lookup';

export const linkRule: Rule = {
  id: 'reference/link',
  severity: 'error',
  title: 'Link to a file that does not exist',
  kinds: ['context', 'voice', 'project', 'background'],
  async check(subject) {
    const findings: Finding[] = [];
    const folder = posix.dirname(subject.path);
    for (const link of subject.project.links) {
      const { target } = link;
      // Hosts and anchors are no files of this folder.
      if (!target || /^[a-z][a-z0-9+.-]*:|^[#~@\\]|^\/\//i.test(target) || isStandIn(target) || !(fileExtension.test(target) || target.endsWith('/'))) continue;
      const { root, folders } = await starts(subject);
      const tree = indexOf(await subject.workspace.tree(root));
      const rooted = target.startsWith('/');
      // From the root, as the host of a repository reads it; a site's own routes begin like that too.
      if (rooted && !(tree.isFolder(target.split('/')[1] as string) && target.split('/').length > 2 && !tree.basesOf(target.slice(1)).length)) continue;
      const path = rooted ? posix.join(root, target) : posix.resolve(folder, target);
      // Above the root lies another project; in a template, that of whoever uses it.
      if (!path.startsWith(root === '/' ? root : `${root}/`) || describesAnother(posix.relative(root, subject.path))) continue;
      if ((await exists(subject, path)) || (await subject.workspace.ignored(root, path))) continue;
      if (!rooted && (await exists(subject, posix.resolve(posix.dirname(await subject.workspace.realPath(subject.path)), target)))) continue;
      // Rules are read in the root, and never as pages; what tools keep in a folder with a dot is read from there too.
      const ofTools = /(?:^|\/)\.claude\//.test(posix.relative(root, subject.path)) || /^(?:\.\/)?\.\w/.test(target);
      if (ofTools && (await Promise.all(folders.map((start) => exists(subject, posix.resolve(start, target))))).some(Boolean)) continue;
      const gone = (await subject.workspace.departed(root)).whereTo(posix.relative(root, path), tree);
      const moved = gone?.to === undefined ? undefined : relativeTo(folder, posix.join(root, gone.to), target);
      const near = moved ?? (gone ? undefined : await nearestFile(subject, folder, target));
      const suffix = link.text.slice(link.text.search(/[?#]|$/));
      const written = near === undefined ? '' : near.replace(/[ ()<>]/g, encodeURIComponent) + suffix;
      const why = moved
        ? `which was moved in ${gone?.commit}, ${gone?.date}`
        : gone
          ? `which was removed in ${gone.commit}, ${gone.date}`
          : 'which does not exist';
      const todo = moved ? `It is ${moved} now: change it.` : near ? `Did you mean ${near}?` : 'Correct the path or take the link out.';
      findings.push({
        message: `The link leads to ${target}, ${why}. ${todo}`,
        range: link.range,
        fixes: near ? [{ title: `Link to ${near}`, edits: [{ range: link.range, newText: written }], safe: false }] : [],
      });
    }
    return findings;
  },
};

/** The target of a link in an example: a name to be filled in. What is linked is more rarely a stand-in than what is named. */
function isStandIn(target: string): boolean {
  const form = pathForm(target);
  return /[<>{}[\]*$%|…]|\.{3}|(?:^|\/)path\/to\/|^(?:link|url|page|doc|title|target)s?\.\w+$/i.test(target) || (form !== undefined && standsIn(form));
}

/** A file or folder stands there, or the page that a site makes of it. */
async function exists({ workspace }: Subject, path: string): Promise<boolean> {
  if (await workspace.stat(path)) return true;
  const page = path.replace(/\.html?$/i, '');
  if (page === path && fileExtension.test(path)) return false;
  const pages = ['.md', '.mdx', '/index.md', '/index.mdx', '/README.md'].map((end) => workspace.stat(page + end));
  return (await Promise.all(pages)).some((stat) => stat !== undefined);
}

function relativeTo(folder: string, path: string, written: string): string {
  const relative = posix.relative(folder, path);
  return written.startsWith('./') && !relative.startsWith('.') ? `./${relative}` : relative;
}
