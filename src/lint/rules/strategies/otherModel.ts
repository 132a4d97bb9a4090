import { knownModel } from '../../../catalog/models';
import type { Rule } from '../../issue';
import { keyRange, named, usedStrategy } from './reading';

export const otherModelRule: Rule = {
  id: 'strategy/other-model',
  severity: 'warning',
  title: 'A strategy for a model that its stage no longer runs on',
  kinds: ['strategy'],
  async check(subject) {
    const used = await usedStrategy(subject);
    const { modelFor } = subject.facts;
    if (!used || !modelFor) return [];
    const { strategy, stage, document, shown } = used;
    const { tier } = stage.runner;
    const model = modelFor(tier, document.models);
    const written = strategy.targetModel;
    // A tier's own name says any model of it.
    if (sameModel(written, model) || written.toLowerCase() === tier) return [];
    // Tried on the model of today, it has shown what it had to.
    if (sameModel(strategy.evidence?.model ?? '', model)) return [];
    return [
      {
        message: `It was written for ${written}, and ${named(stage)} runs on ${model} now: see whether it still helps there with haiku-first try ${shown} --stage ${stage.number} (for all strategies at once: --all --on ${model}), or have it written anew.`,
        range: keyRange(subject, 'for'),
      },
    ];
  },
};

/** One model may have several ids: with its day, without, and as “latest”. */
function sameModel(a: string, b: string): boolean {
  return a === b || (knownModel(a)?.id ?? a) === (knownModel(b)?.id ?? b);
}
