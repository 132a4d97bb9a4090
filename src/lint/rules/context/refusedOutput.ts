import { judgeOutput, refusedAsWritten } from '../../../steering/outputPath';
import { toolStartedBy } from '../../../steering/startingFiles';
import { visible } from '../../../text';
import type { Finding, Rule } from '../../issue';

export const refusedOutputRule: Rule = {
  id: 'context/refused-output',
  severity: 'error',
  title: 'An output that no run writes',
  kinds: ['context'],
  async check(subject) {
    const { task } = await subject.plan();
    const findings = subject.context.stages.map(async ({ output }): Promise<Finding[]> => {
      if (!output?.path) return [];
      const judged = await judgeOutput(task, output.path, subject.files);
      // What leads out of the workspace has a rule of its own.
      if (!('what' in judged) || judged.kind === 'outside') return [];
      const message = `${judged.what.replace(/\.$/, '')}: no run writes it. ${judged.todo}`;
      return [{ message, range: output.pathRange ?? output.range }];
    });
    return (await Promise.all(findings)).flat();
  },
};

export const startingOutputRule: Rule = {
  id: 'context/output-decides-what-runs',
  severity: 'warning',
  title: 'An answer written to a file that decides what runs',
  kinds: ['context'],
  async check(subject) {
    const { task } = await subject.plan();
    return subject.context.stages.flatMap(({ output, runner }): Finding[] => {
      // What a command prints is what the person who wrote it asked for.
      if (!output?.path || runner.tier === 'code' || refusedAsWritten(task, output.path)) return [];
      const tool = toolStartedBy(output.path);
      if (!tool) return [];
      const [path, range] = [visible(output.path), output.pathRange ?? output.range];
      return [
        {
          message: `A model's answer becomes ${path}, and ${tool} runs what that says: write it to ${path}.txt, or under another name that no tool looks for, and take it over once you have read it.`,
          range,
        },
      ];
    });
  },
};
