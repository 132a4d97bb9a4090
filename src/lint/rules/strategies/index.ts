import type { Rule } from '../../issue';
import { strategyContradictionRule } from './contradiction';
import { costsMoreRule } from './costsMore';
import { strategyDisobedienceRule } from './disobedience';
import { noStageRule } from './noStage';
import { otherModelRule } from './otherModel';
import { staleStrategyRule } from './stale';
import { tooLongStrategyRule } from './tooLong';
import { unprovenRule } from './unproven';
import { unreadableStrategyRule } from './unreadable';

/** The rules about strategies, `.haiku/strategies/<task>/<stage>.md`. */
export const strategyRules: readonly Rule[] = [
  unreadableStrategyRule,
  noStageRule,
  staleStrategyRule,
  otherModelRule,
  unprovenRule,
  costsMoreRule,
  strategyContradictionRule,
  strategyDisobedienceRule,
  tooLongStrategyRule,
];
