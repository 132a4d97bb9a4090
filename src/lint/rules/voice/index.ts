import type { Rule } from '../../issue';
import { contradictoryTermRule } from './contradictoryTerm';
import { negativeWeightRule } from './negativeWeight';
import { noForbiddenWordsRule } from './noForbiddenWords';
import { ownExampleRule } from './ownExample';
import { weightsRule } from './weights';

/** The rules about a VOICE.md. */
export const voiceRules: readonly Rule[] = [weightsRule, negativeWeightRule, contradictoryTermRule, noForbiddenWordsRule, ownExampleRule];
