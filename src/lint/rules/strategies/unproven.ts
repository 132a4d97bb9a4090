import { hasEvidence, type Strategy } from '../../../steering/strategy';
import { standingOf } from '../../../steering/strategyUse';
import { plural } from '../../../text';
import type { Rule } from '../../issue';
import { keyRange, usedStrategy } from './reading';

export const unprovenRule: Rule = {
  id: 'strategy/unproven',
  severity: 'info',
  title: 'A strategy that no trial has shown to help',
  kinds: ['strategy'],
  async check(subject) {
    const used = await usedStrategy(subject);
    if (!used || standingOf(used.strategy, used.stage).proven) return [];
    const { strategy, stage, shown } = used;
    const command = `haiku-first try ${shown} --stage ${stage.number}`;
    return [{ message: why(strategy, command), range: keyRange(subject, strategy.evidence ? 'evidence' : 'status') }];
  },
};

function why(strategy: Strategy, command: string): string {
  const { evidence } = strategy;
  if (!evidence) return `Nothing shows yet that this strategy helps: try it with ${command}.`;
  if (!hasEvidence(strategy)) return `Its evidence is of a text that was edited since, so this one is unproven: try it again with ${command}.`;
  const cases = plural(evidence.cases, 'case');
  if (evidence.verdict === 'worse') return `Its trial on ${cases} showed that it does harm: rewrite it, or delete it.`;
  if (evidence.verdict === 'undecided') return `Its trial on ${cases} was undecided: try it on more of them with ${command}.`;
  return `Its trial on ${cases} showed that it helps, and nobody has adopted it: do so with ${command} --adopt.`;
}
