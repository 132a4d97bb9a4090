import { posix } from 'node:path';
import picomatch from 'picomatch';
import { resolvePath } from '../../../steering/task';
import type { Finding, Rule } from '../../issue';
import { outside, reads } from './reads';

export const outsideWorkspaceRule: Rule = {
  id: 'context/outside-workspace',
  severity: 'error',
  title: 'A path that leads out of the workspace',
  kinds: ['context'],
  async check(subject) {
    const findings: Finding[] = [];
    const { task } = await subject.plan();
    const folder = posix.dirname(subject.path);
    for (const { name, source } of await reads(subject)) {
      const path =
        source.kind === 'file' ? posix.relative(folder, source.path) || '.' : source.kind === 'glob' ? picomatch.scan(source.pattern).base || '.' : undefined;
      if (path === undefined || !(await outside(subject, path))) continue;
      findings.push({ message: `${name.text} leads out of the workspace ${task.workspace} and will not be read: name a path inside it.`, range: name.range });
    }
    for (const { output } of subject.context.stages) {
      if (!output?.path || !(await outside(subject, output.path))) continue;
      findings.push({
        message: `${output.path} leads out of the workspace ${task.workspace} (${resolvePath(task, output.path)}) and will not be written: name a path inside it.`,
        range: output.pathRange ?? output.range,
      });
    }
    return findings;
  },
};
