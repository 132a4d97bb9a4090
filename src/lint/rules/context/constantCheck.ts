import { isMeasurable } from '../../../check/voice';
import { describeCheck } from '../../../steering/checks';
import type { Check } from '../../../steering/checkTypes';
import type { Stage } from '../../../steering/contextTypes';
import type { Finding, Rule } from '../../issue';
import { removalOf } from './checkEdits';
import { VoiceFiles } from './voiceFile';

export const constantCheckRule: Rule = {
  id: 'context/constant-check',
  severity: 'warning',
  title: 'A check whose answer does not depend on the output',
  kinds: ['context'],
  async check(subject) {
    const voices = new VoiceFiles(subject);
    const findings: Finding[] = [];
    for (const stage of subject.context.stages) {
      const explicit = stage.checks.filter(({ source }) => source === 'checks').length;
      for (const check of stage.checks) {
        const holds = await alwaysHolds(check, stage, voices);
        if (!holds) continue;
        const passes = holds.answer !== check.negated;
        const edit = explicit > 1 && passes ? removalOf(subject, check) : undefined;
        findings.push({
          message: `“${describeCheck(check)}” can never ${passes ? 'fail' : 'pass'}, whatever the output is: ${holds.why}. Change it, or take it out.`,
          range: check.range,
          fixes: edit ? [{ title: 'Take it out', edits: [edit], safe: false }] : [],
        });
      }
    }
    return findings;
  },
};

/** What a check answers, its `not` left out, where that is the same for every output. */
async function alwaysHolds({ rule }: Check, { runner }: Stage, voices: VoiceFiles): Promise<{ answer: boolean; why: string } | undefined> {
  switch (rule.kind) {
    case 'count':
      return !rule.min && rule.max === undefined ? { answer: true, why: 'there are always 0 or more' } : undefined;
    case 'judge':
      return rule.min <= 1 ? { answer: true, why: 'a judge gives at least 1' } : undefined;
    case 'cost':
      return rule.max === 0 && runner.tier !== 'code' ? { answer: false, why: 'a model is never free' } : undefined;
    case 'matches':
      return matchesAll(rule.pattern, rule.flags) ? { answer: true, why: 'the pattern matches every text' } : undefined;
    case 'voice': {
      const voice = await voices.at(rule.path);
      return voice && !isMeasurable(voice.measurable) ? { answer: true, why: `${rule.path} says nothing that can be measured` } : undefined;
    }
    default:
      return undefined;
  }
}

/** Short texts that have next to nothing in common: what matches all of them, and the empty one, matches everything. */
const probes = ['', 'q', '7', ' ', '\n', '#', '{}', '-', 'Ωλ', 'zz\n\nyy 3.'];

function matchesAll(pattern: string, flags: string): boolean {
  const expression = new RegExp(pattern, flags);
  return probes.every((probe) => expression.test(probe));
}
