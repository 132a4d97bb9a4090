import type { FieldName } from '../../../steering/contextTypes';
import type { Finding, Rule } from '../../issue';
import { runnerEdit } from './runnerEdits';

/** Fields that say how a model is called: a command is run once, as it stands. */
const ofModels: readonly FieldName[] = ['Variants', 'Retries', 'Advisor', 'Budget'];

export const uselessFieldRule: Rule = {
  id: 'context/useless-field',
  severity: 'warning',
  title: 'A field that does nothing on this stage',
  kinds: ['context'],
  check(subject) {
    const findings: Finding[] = [];
    for (const stage of subject.context.stages) {
      for (const { name, range } of stage.fields) {
        if (stage.runner.tier === 'code' && ofModels.includes(name)) {
          findings.push({ message: `${name} does nothing on a Code stage, whose command is run once: take it out, or give the stage to a model.`, range });
        } else if (stage.runner.tier !== 'code' && name === 'Run') {
          const edit = runnerEdit(subject, stage, 'Code');
          findings.push({
            message: `“${stage.title}” is given to a model, so that this command is never run: make it a Code stage, or move the command to a stage of its own.`,
            range,
            fixes: edit ? [{ title: 'Make it a Code stage', edits: [edit], safe: false }] : [],
          });
        }
      }
    }
    return findings;
  },
};
