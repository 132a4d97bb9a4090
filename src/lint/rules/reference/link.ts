import { posix } from 'node:path';
import type { Finding, Rule } from '../../issue';
import { fileExtension, nearestFile, placeholder, starts } from './lookup';

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
      // Hosts, anchors, and routes from a site's root are not files of this folder.
      if (!target || /^[a-z][a-z0-9+.-]*:|^[/#~@\\]/i.test(target) || placeholder.test(target) || !(fileExtension.test(target) || target.endsWith('/')))
        continue;
      const path = posix.resolve(folder, target);
      const { root } = await starts(subject);
      // Above the root lies another project.
      if (!path.startsWith(root === '/' ? root : `${root}/`) || (await subject.workspace.stat(path)) || (await subject.workspace.ignored(root, path))) continue;
      const near = await nearestFile(subject, folder, target);
      const suffix = link.text.slice(link.text.search(/[?#]|$/));
      const written = near === undefined ? '' : near.replace(/[ ()<>]/g, encodeURIComponent) + suffix;
      findings.push({
        message: `The link leads to ${target}, which does not exist. ${near ? `Did you mean ${near}?` : 'Correct the path or take the link out.'}`,
        range: link.range,
        fixes: near ? [{ title: `Link to ${near}`, edits: [{ range: link.range, newText: written }], safe: false }] : [],
      });
    }
    return findings;
  },
};
