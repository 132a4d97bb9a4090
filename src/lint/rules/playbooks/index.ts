import type { Rule } from '../../issue';
import { playbookDisobedienceRule } from './disobedience';
import { duplicateLessonRule } from './duplicate';
import { harmfulLessonRule } from './harmful';
import { tooLongPlaybookRule } from './tooLong';
import { unknownStageRule } from './unknownStage';
import { unreadablePlaybookRule } from './unreadable';

/** The rules about playbooks, `.haiku/strategies/<task>/playbook.md`. */
export const playbookRules: readonly Rule[] = [
  unreadablePlaybookRule,
  duplicateLessonRule,
  harmfulLessonRule,
  unknownStageRule,
  playbookDisobedienceRule,
  tooLongPlaybookRule,
];
