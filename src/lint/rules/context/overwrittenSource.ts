import { posix } from 'node:path';
import { kindOf } from '../../../steering/kinds';
import type { Finding, Rule } from '../../issue';
import { reads } from './reads';

export const overwrittenSourceRule: Rule = {
  id: 'context/overwritten-source',
  severity: 'warning',
  title: 'An output written over what the task reads',
  kinds: ['context'],
  async check(subject) {
    const folder = posix.dirname(subject.path);
    // The first other stage that reads a file as it stands on the disk. A stage that rewrites its own input does so on purpose.
    const readers = new Map<string, Set<number>>();
    for (const { source, stage } of await reads(subject)) {
      if (source.kind !== 'file' || !source.exists) continue;
      const known = readers.get(source.path) ?? new Set();
      readers.set(source.path, known.size > 1 ? known : known.add(stage));
    }
    return subject.context.stages.flatMap(({ output }, index): Finding[] => {
      if (!output?.path) return [];
      const absolute = posix.resolve(folder, output.path);
      const range = output.pathRange ?? output.range;
      // A task may well write the documents that others draw sections from.
      const kind = kindOf(absolute);
      const loaded = kind !== undefined && kind !== 'background';
      const steering = absolute === subject.path ? 'this very file' : loaded ? 'a steering file, which every stage after it would be given' : undefined;
      if (steering) return [{ message: `${output.path} is ${steering}: write the output to a file of its own, and take over by hand what is good.`, range }];
      const reader = [...(readers.get(absolute) ?? [])].find((stage) => stage !== index);
      const other = reader === undefined ? undefined : subject.context.stages[reader];
      if (!other) return [];
      return [
        {
          message: `“${other.title}” reads ${output.path} as it is, and this stage writes over it, so that every run begins with the result of the last: write to another file.`,
          range,
          related: [{ path: subject.path, range: other.headingRange, message: 'The stage that reads it.' }],
        },
      ];
    });
  },
};
