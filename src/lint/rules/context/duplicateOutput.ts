import { posix } from 'node:path';
import type { Stage } from '../../../steering/contextTypes';
import type { Finding, Rule } from '../../issue';

export const duplicateOutputRule: Rule = {
  id: 'context/duplicate-output',
  severity: 'warning',
  title: 'Two stages with one output',
  kinds: ['context'],
  check({ context, path }) {
    const findings: Finding[] = [];
    const names = new Map<string, Stage>();
    const paths = new Map<string, Stage>();
    for (const stage of context.stages) {
      const { output } = stage;
      if (!output) continue;
      const file = output.path && posix.normalize(output.path);
      const sameFile = file ? paths.get(file) : undefined;
      const sameName = names.get(output.name.toLowerCase());
      const other = sameFile ?? sameName;
      if (other?.output)
        findings.push({
          message: sameFile
            ? `“${other.title}” writes ${output.path} too, and what it wrote is overwritten here: give each a file of its own.`
            : `The output of “${other.title}” is called “${output.name}” too, and that one is read wherever the name stands: give this one another name.`,
          range: (sameFile && output.pathRange) || output.nameRange,
          related: [{ path, range: other.output.range, message: 'The other one.' }],
        });
      if (file && !sameFile) paths.set(file, stage);
      if (!sameName) names.set(output.name.toLowerCase(), stage);
    }
    return findings;
  },
};
