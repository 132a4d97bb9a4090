import { workOf } from '../../../steering/work';
import type { Finding, Fix, Rule } from '../../issue';
import { runnerEdit } from './runnerEdits';

export const wrongTierRule: Rule = {
  id: 'context/wrong-tier',
  severity: 'warning',
  title: 'A stage on a dearer tier than its task needs',
  kinds: ['context'],
  check(subject) {
    const findings: Finding[] = [];
    for (const stage of subject.context.stages) {
      const { runner, task, title, run } = stage;
      if (runner.tier === 'code' || run) continue;
      const work = workOf(task);
      if (work?.tier === 'code') {
        findings.push({
          message: `“${title}” is ${work.kind}, which has one right answer that a program finds: make it a Code stage with a \`Run:\` command, which costs nothing and does not err.`,
          range: runner.range,
        });
      } else if (work && (runner.tier === 'opus' || (runner.tier === 'sonnet' && work.kind !== 'a summary'))) {
        const effort = runner.effort ? `, ${runner.effort} effort` : '';
        const fix = (name: string, text: string): Fix[] => {
          const edit = runnerEdit(subject, stage, text);
          return edit ? [{ title: name, edits: [edit], safe: false }] : [];
        };
        const dear = runner.tier === 'opus' ? 'Opus' : 'Sonnet';
        findings.push({
          message: `“${title}” runs on ${dear} for ${work.kind}, which Haiku does well: write “${dear === 'Opus' ? 'Opus if needed' : 'Haiku'}”, and pay for more only where a check fails.`,
          range: runner.range,
          fixes: [...(dear === 'Opus' ? fix('Run on Haiku, escalate if needed', `Opus if needed${effort}`) : []), ...fix('Run on Haiku', `Haiku${effort}`)],
        });
      }
    }
    return findings;
  },
};
