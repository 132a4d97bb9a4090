import type { Rule } from '../../issue';
import { contradictoryCadenceRule } from './contradictoryCadence';
import { contradictoryTermRule } from './contradictoryTerm';
import { duplicateTraitRule } from './duplicateTrait';
import { emptySectionRule } from './emptySection';
import { negativeWeightRule } from './negativeWeight';
import { noForbiddenWordsRule } from './noForbiddenWords';
import { noWeightsRule } from './noWeights';
import { ownExampleRule } from './ownExample';
import { ownProseRule } from './ownProse';
import { noCadenceRule, noExampleRule, noMetaphorsRule } from './unnamed';
import { unweightedTraitRule } from './unweightedTrait';
import { weightOver100Rule } from './weightOver100';
import { weightsRule } from './weights';

/** The rules about a VOICE.md. */
export const voiceRules: readonly Rule[] = [
  weightsRule,
  negativeWeightRule,
  weightOver100Rule,
  unweightedTraitRule,
  noWeightsRule,
  duplicateTraitRule,
  contradictoryTermRule,
  contradictoryCadenceRule,
  ownExampleRule,
  ownProseRule,
  emptySectionRule,
  noForbiddenWordsRule,
  noExampleRule,
  noCadenceRule,
  noMetaphorsRule,
];
