import { posix } from 'node:path';
import type { Finding, Rule } from '../../issue';
import { nearestFile } from '../reference/lookup';
import { isWrittenBefore, outside, reads } from './reads';

export const missingFileRule: Rule = {
  id: 'context/missing-file',
  severity: 'error',
  title: 'A file to read does not exist',
  kinds: ['context'],
  async check(subject) {
    const findings: Finding[] = [];
    const folder = posix.dirname(subject.path);
    for (const { name, source, stage } of await reads(subject)) {
      if (source.kind !== 'file' || source.exists) continue;
      const relative = posix.relative(folder, source.path);
      if (isWrittenBefore(subject, relative, stage) || (await outside(subject, relative))) continue;
      const near = await nearestFile(subject, folder, relative);
      findings.push({
        message: `${name.text} is neither a file here nor an output of an earlier stage. ${near ? `Did you mean ${near}?` : 'Correct the name, or make the file.'}`,
        range: name.range,
        fixes: near
          ? [
              {
                title: `Read ${near}`,
                edits: [{ range: name.range, newText: name.text.replace(relative, near) === name.text ? near : name.text.replace(relative, near) }],
                safe: false,
              },
            ]
          : [],
      });
    }
    return findings;
  },
};
